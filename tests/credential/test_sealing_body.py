"""Who seals is configuration: the institution, or an authority by mandate; who awarded stays the truth."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from official_judge import OfficialJudge
from record_variants import duplicate

from issuer.credential import CompositionError, Issuing, compose, documents_of
from issuer.elm.fast import Validator
from issuer.elm.validate import validate

SEALED_AT = dt.datetime(2037, 7, 31, 9, 30, tzinfo=dt.UTC)
MANDATE, GENERIC = "c_9a31f32a", "e34929035b"


def drafts(record, reference, sealing):
    issuing = Issuing.of(reference, sealing=sealing)
    return {
        p.document_type.code: compose(p, issuing, SEALED_AT) for p in documents_of(record, issuing)
    }, issuing


def award_of(draft):
    return draft.credential["credentialSubject"]["hasClaim"]["awardedBy"]["awardingBody"]


def test_by_default_the_school_seals_its_documents_and_the_exam_body_the_exam_certificates(
    record_of, reference
):
    record = record_of("ATE_VVI")
    made, issuing = drafts(record, reference, None)
    school = reference.institution(record["institution"]["reg_no"])
    assert made["ATE_VVI"].sealer.organization_identifier == school.organization_identifier
    assert made["SEK_IZR"].sealer.organization_identifier == school.organization_identifier
    body = issuing.authorities["exam_body"]
    assert made["SER_VVI"].sealer.organization_identifier == body.organization_identifier
    assert award_of(made["SER_VVI"])["registration"]["notation"] == body.nmr_code
    for draft in made.values():
        assert draft.credential["credentialProfiles"]["id"].endswith(GENERIC)
        assert "evidence" not in draft.credential


@pytest.mark.parametrize("sealer", ["ministry", "exam_body"])
def test_an_authority_seals_by_mandate_and_the_school_stays_the_awarding_body(sealer, record_of, reference):
    record = record_of("ATE_VVI")
    made, issuing = drafts(record, reference, {"*": sealer})
    authority = issuing.authorities[sealer]
    school = reference.institution(record["institution"]["reg_no"])
    for code in ("ATE_VVI", "SEK_IZR"):
        credential = made[code].credential
        assert credential["credentialProfiles"]["id"].endswith(MANDATE)
        assert credential["credentialSchema"]["id"].endswith("/edc-issued-by-mandate")
        assert credential["issuer"]["eIDASIdentifier"]["notation"] == authority.organization_identifier
        assert made[code].sealer.organization_identifier == authority.organization_identifier
        assert award_of(made[code])["registration"]["notation"] == school.reg_no
        assert credential["evidence"]["dcType"]["id"].endswith("c_18016257")
        assert school.name in credential["evidence"]["evidenceStatement"]
        assert validate(credential) == []
        assert Validator().is_valid_fast(credential)


def test_the_ministry_seals_an_exam_certificate_on_behalf_of_the_exam_body(record_of, reference):
    made, issuing = drafts(record_of("ATE_VVI"), reference, {"SER_VVI": "ministry"})
    draft = made["SER_VVI"]
    assert award_of(draft)["legalName"] == issuing.authorities["exam_body"].legal_name
    assert draft.credential["credentialProfiles"]["id"].endswith(MANDATE)
    assert (
        issuing.authorities["exam_body"].legal_name["lv"] in draft.credential["evidence"]["evidenceStatement"]
    )


@pytest.mark.parametrize("sealer", ["institution", "ministry", "exam_body"])
def test_the_page_tells_of_the_mandate_and_of_nothing_that_the_credential_does_not_say(
    sealer, record_of, reference
):
    made, _ = drafts(record_of("ATE_VVI"), reference, {"*": sealer})
    for draft in made.values():
        said = json.dumps(draft.credential, ensure_ascii=False)
        notes = [note for note in draft.page["notes"] if not note["lv"].startswith("Kopā ar")]
        assert not any("pārņēmējs" in note["lv"] for note in notes)
        assert all(note["lv"] in said and note["en"] in said for note in notes)
        assert len(notes) == ("evidence" in draft.credential)


@pytest.mark.parametrize("setting", [{"*": "institution"}, {"SER_VVI": "institution"}])
def test_no_setting_makes_a_school_seal_an_examination_certificate(setting, record_of, reference):
    record = record_of("ATE_VVI")
    made, _ = drafts(record, reference, setting)
    assert made["SER_VVI"].sealer.owner == "exam_body"
    assert made["SER_VVI"].credential["credentialProfiles"]["id"].endswith(GENERIC)
    assert made["ATE_VVI"].sealer.owner == record["institution"]["reg_no"]


def test_by_mandate_and_by_the_successor_at_once(record_of, reference):
    record = record_of("APL_VPI")
    school = reference.institution(record["institution"]["reg_no"])
    closed = next(i for i in reference.institutions.values() if i.place != school.place)
    made, _ = drafts(duplicate(record, reg_no=closed.reg_no), reference, {"*": "ministry"})
    draft = made["APL_VPI"]
    assert award_of(draft)["registration"]["notation"] == closed.reg_no
    assert (
        draft.credential["credentialSubject"]["hasClaim"]["awardedBy"]["location"]["geographicName"]["lv"]
        == school.place
    )
    assert validate(draft.credential) == []
    assert Validator().is_valid_fast(draft.credential)


@pytest.mark.parametrize("sealing", [{"*": "school"}, {"APL_XXX": "ministry"}])
def test_a_setting_that_nobody_understands_is_refused(sealing, reference):
    with pytest.raises(CompositionError, match="SEALING_UNKNOWN"):
        Issuing.of(reference, sealing=sealing)


@pytest.mark.parametrize("sealer", ["institution", "ministry", "exam_body"])
def test_the_official_shapes_accept_every_way(sealer, record_of, reference, shared):
    judge = OfficialJudge(shared / "elm")
    made, _ = drafts(record_of("ATE_VVI"), reference, {"*": sealer})
    for code, draft in made.items():
        assert judge.complaints(draft.credential) == "", code
