"""What is accepted: certificates, institutions, types, dates. Each case is sealed for real and judged as a whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from credentials import awarded, body, claims, credential, with_type
from trust_world import (
    BASIC,
    CLOSED,
    GYMNASIUM,
    ISSUED,
    NOW,
    SEALED,
    START,
    TECHNICAL,
    World,
    reference_with,
)

from issuer.commands.verdict_text import describe
from issuer.trust import Bundle
from issuer.verify import Verdict, verify

MINISTRY_ID, EXAM_BODY_ID = "NTRLV-90999900109", "NTRLV-90999900202"
DAY = dt.timedelta(days=1)


@pytest.fixture
def judge(world: World, bundle: Bundle) -> Callable[..., Verdict]:
    def judged(
        made: dict[str, Any],
        owner: str = GYMNASIUM,
        *,
        sealed: dt.datetime = SEALED,
        at: dt.datetime = NOW,
        by=bundle,
    ) -> Verdict:
        return verify(world.seal(made, owner, sealed), by, at)

    return judged


def by_authority(made: dict[str, Any], identifier: str, number: str) -> dict[str, Any]:
    """The credential with the ministry or the exam body as issuer, awarded by the institution `number`."""
    issuer = {"id": "urn:epass:org:2", "eIDASIdentifier": {"notation": identifier}}
    return awarded({**made, "issuer": issuer}, body(number))


def outcome(verdict: Verdict, check: str) -> tuple[str, str, str]:
    return verdict.verdict, verdict.check(check).status, verdict.check(check).code


# --- certificate


def test_a_seal_from_the_future_fails(judge, world) -> None:
    made = credential(world.reference)
    assert judge(made, at=SEALED - dt.timedelta(minutes=4)).check("certificate").status == "passed"
    early = judge(made, at=SEALED - dt.timedelta(minutes=6))
    assert outcome(early, "certificate") == ("failed", "failed", "CERT_TIME_IN_FUTURE")
    assert early.document is None


def test_a_seal_older_than_its_certificate_fails(judge, world) -> None:
    verdict = judge(credential(world.reference), sealed=START - 2 * DAY)
    assert outcome(verdict, "certificate") == ("failed", "failed", "CERT_NOT_YET_VALID")


def test_after_expiry_a_seal_without_time_stamp_is_indeterminate(judge, world) -> None:
    made = credential(world.reference)
    leaf = world.bundle().certificates.chain(world.store.key(GYMNASIUM, "seal").certificate_chain).leaf
    by = world.bundle(next_update=leaf.not_after + 10 * DAY)
    verdict = judge(made, at=leaf.not_after + DAY, by=by)
    assert outcome(verdict, "certificate") == ("indeterminate", "indeterminate", "CERT_EXPIRED_SINCE")
    assert verdict.document is not None  # amber, but the seal stands
    sealed_after = judge(made, sealed=leaf.not_after + DAY, at=leaf.not_after + 2 * DAY, by=by)
    assert outcome(sealed_after, "certificate") == ("failed", "failed", "CERT_EXPIRED")


def test_a_seal_of_another_pki_fails_and_is_not_shown(world, bundle, tmp_path) -> None:
    forger = World.make(tmp_path, world.reference)  # the same schools, the same names, other keys
    verdict = verify(forger.seal(credential(world.reference), GYMNASIUM), bundle, NOW)
    assert verdict.check("seal").status == "passed"
    assert outcome(verdict, "certificate") == ("failed", "failed", "CERT_NO_PATH")
    assert verdict.check("authority").code == "AUTHORITY_NOT_LISTED"
    assert verdict.document is None


def test_what_a_compromised_key_sealed_is_open_whatever_time_it_claims(judge, world) -> None:
    key = world.store.key(GYMNASIUM, "seal")
    by = world.bundle(compromised=frozenset({key.key_id}))
    for sealed in (SEALED, START + DAY):
        verdict = judge(credential(world.reference), sealed=sealed, by=by)
        assert outcome(verdict, "revocation") == ("indeterminate", "indeterminate", "CERT_COMPROMISED")


def test_a_retired_key_is_good_for_what_it_sealed_before(judge, world) -> None:
    rest = [key for key in world.public.keys if key.owner != GYMNASIUM]
    by = world.bundle(sequence=8, issued_at=ISSUED + DAY, previous=world.content(), keys=rest)
    assert judge(credential(world.reference), by=by, at=ISSUED).verdict == "passed"
    # From then on a seal without a time stamp proves nothing: whoever finds the key may write an old date.
    open_now = judge(credential(world.reference), by=by)
    assert outcome(open_now, "certificate") == ("indeterminate", "indeterminate", "CERT_RETIRED_SINCE")
    late = judge(credential(world.reference), sealed=ISSUED + 2 * DAY, at=ISSUED + 3 * DAY, by=by)
    assert outcome(late, "certificate") == ("failed", "failed", "CERT_RETIRED")


def test_test_keys_say_so_in_the_verdict(judge, world) -> None:
    verdict = judge(credential(world.reference))
    assert "TEST" in verdict.check("certificate").message_en
    assert "TESTA" in verdict.check("certificate").message_lv
    assert verdict.document["test"] is True


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_rsa_seals_pass_like_the_others(tmp_path, algorithm) -> None:
    reference = reference_with()
    reference.institutions = {GYMNASIUM: reference.institutions[GYMNASIUM]}
    world = World.make(tmp_path, reference, algorithm=algorithm)
    verdict = verify(world.seal(credential(reference), GYMNASIUM), world.bundle(), NOW)
    assert verdict.verdict == "passed"
    assert verdict.check("seal").detail["algorithm"] == algorithm


# --- authority


def test_a_school_may_not_issue_what_it_does_not_teach(judge, world) -> None:
    vocational = with_type(credential(world.reference), "DIP_PVI")
    assert outcome(judge(vocational), "authority") == ("failed", "failed", "AUTHORITY_NO_RIGHT")
    technical = with_type(credential(world.reference, TECHNICAL), "DIP_PVI")
    assert judge(technical, TECHNICAL).verdict == "passed"


@pytest.mark.parametrize(
    ("day", "code"), [("2038-02-15", "AUTHORITY_OWN"), ("2038-02-16", "AUTHORITY_NO_RIGHT")]
)
def test_accreditation_is_asked_for_the_day_of_award(judge, world, day, code) -> None:
    assert judge(awarded(credential(world.reference), day=day)).check("authority").code == code


def test_a_school_may_not_seal_for_another_one_though_they_share_a_legal_entity(judge, world) -> None:
    other = awarded(credential(world.reference), body(BASIC))
    assert outcome(judge(other), "authority") == ("failed", "failed", "AUTHORITY_OTHER_INSTITUTION")


def test_a_school_may_not_use_its_key_under_another_schools_name(judge, world) -> None:
    theirs = credential(world.reference, TECHNICAL)
    assert outcome(judge(theirs, GYMNASIUM), "authority") == ("failed", "failed", "AUTHORITY_IDENTIFIER")
    unnamed = {**credential(world.reference), "issuer": {"id": "urn:epass:org:1"}}
    assert outcome(judge(unnamed), "authority") == ("failed", "failed", "AUTHORITY_IDENTIFIER")


def test_one_document_has_one_awarding_institution(judge, world) -> None:
    made = awarded(credential(world.reference))
    made["credentialSubject"]["hasClaim"] = [
        made["credentialSubject"]["hasClaim"],
        {"awardedBy": {"awardingBody": body(TECHNICAL), "awardingDate": "2028-06-16T00:00:00+03:00"}},
    ]
    assert outcome(judge(made), "authority") == ("failed", "failed", "AUTHORITY_INSTITUTIONS_DIFFER")


def test_the_ministry_seals_by_mandate_for_schools_that_may_award(judge, world) -> None:
    sealed = by_authority(credential(world.reference), MINISTRY_ID, GYMNASIUM)
    assert outcome(judge(sealed, "ministry"), "authority") == ("passed", "passed", "AUTHORITY_MANDATE")
    technical = by_authority(credential(world.reference), MINISTRY_ID, TECHNICAL)
    assert outcome(judge(technical, "ministry"), "authority") == ("failed", "failed", "AUTHORITY_NO_RIGHT")


def test_the_exam_body_seals_examination_certificates_only(judge, world) -> None:
    made = by_authority(credential(world.reference), EXAM_BODY_ID, GYMNASIUM)
    code = judge(with_type(made, "SER_VVI"), "exam_body").check("authority").code
    assert code == "AUTHORITY_NO_RIGHT"  # a school awards no examination, whoever seals it
    assert outcome(judge(made, "exam_body"), "authority") == (
        "failed",
        "failed",
        "AUTHORITY_OTHER_INSTITUTION",
    )
    own = by_authority(credential(world.reference), EXAM_BODY_ID, EXAM_BODY_ID.removeprefix("NTRLV-"))
    verdict = judge(with_type(own, "SER_VVI"), "exam_body")
    assert (verdict.verdict, verdict.check("authority").code) == ("passed", "AUTHORITY_OWN")


def test_a_school_cannot_make_its_own_examination_results(judge, world, bundle) -> None:
    made = with_type(credential(world.reference), "SER_VVI")
    assert outcome(judge(made), "authority") == ("failed", "failed", "AUTHORITY_NO_RIGHT")
    code = world.code(claims(bundle, document_type="SER_VVI"), GYMNASIUM)
    assert verify(code.encode(), bundle, NOW).check("authority").status == "failed"


def test_a_closed_school_seals_nothing_and_its_successor_takes_over(judge, world) -> None:
    by = world.bundle(reference=reference_with(closed_on={CLOSED: "2028-06-18"}))
    ours = awarded(credential(world.reference, CLOSED), body(CLOSED))
    assert outcome(judge(ours, CLOSED, by=by), "authority") == ("failed", "failed", "AUTHORITY_CLOSED")
    assert (
        judge(ours, CLOSED, by=by, sealed=SEALED - 5 * DAY, at=NOW).check("authority").code == "AUTHORITY_OWN"
    )
    again = awarded(credential(world.reference, BASIC), body(CLOSED))
    assert outcome(judge(again, BASIC, by=by), "authority") == ("passed", "passed", "AUTHORITY_SUCCESSOR")
    # Only what the closed school had awarded while it was open, and only after its closure.
    assert (
        judge(awarded(again, day="2028-06-19"), BASIC, by=by).check("authority").code == "AUTHORITY_NO_RIGHT"
    )
    early = judge(again, BASIC, by=by, sealed=SEALED - 5 * DAY)
    assert early.check("authority").code == "AUTHORITY_OTHER_INSTITUTION"


def test_a_document_that_says_too_little_is_open(judge, world) -> None:
    untyped = with_type(credential(world.reference), None)
    assert outcome(judge(untyped), "authority") == (
        "indeterminate",
        "indeterminate",
        "AUTHORITY_TYPE_MISSING",
    )
    undated = awarded(credential(world.reference), day="")
    assert outcome(judge(undated), "authority") == (
        "indeterminate",
        "indeterminate",
        "AUTHORITY_DATE_MISSING",
    )


def test_a_type_or_a_school_that_nobody_knows_fails(judge, world) -> None:
    unknown = with_type(credential(world.reference), "ATE_XXX")
    assert outcome(judge(unknown), "authority") == ("failed", "failed", "AUTHORITY_TYPE_UNKNOWN")
    sneaky = judge(with_type(credential(world.reference), "Zane 010409-20002"))
    assert "010409" not in str(sneaky.as_dict())
    nowhere = awarded(credential(world.reference), body("9900000000"))
    assert outcome(judge(nowhere), "authority") == ("failed", "failed", "AUTHORITY_INSTITUTION_UNKNOWN")


def test_what_is_newer_than_the_bundle_is_open_and_not_forged(judge, world) -> None:
    unknown = with_type(credential(world.reference), "ATE_XXX")
    verdict = judge(unknown, sealed=ISSUED + dt.timedelta(hours=1))
    assert outcome(verdict, "authority") == ("indeterminate", "indeterminate", "AUTHORITY_BUNDLE_OLDER")


def test_a_type_is_issued_only_while_it_is_in_force(judge, world) -> None:
    before = credential(world.reference, validFrom="2022-12-31T00:00:00+02:00")
    assert outcome(judge(before), "authority") == ("failed", "failed", "AUTHORITY_TYPE_NOT_IN_FORCE")


# --- validity and status


@pytest.mark.parametrize(
    ("changes", "status", "code"),
    [
        ({}, "passed", "VALIDITY_CURRENT"),
        ({"validFrom": "2028-06-22T00:10:00Z"}, "failed", "VALIDITY_NOT_YET"),
        ({"validFrom": None}, "passed", "VALIDITY_CURRENT"),  # then the day of issue counts
        ({"validUntil": "2028-06-21T23:59:59Z"}, "failed", "VALIDITY_EXPIRED"),
        ({"expirationDate": "2028-06-21T23:59:59Z"}, "failed", "VALIDITY_EXPIRED"),
        (
            {"validUntil": "2030-01-01T00:00:00Z", "expirationDate": "2028-01-01T00:00:00Z"},
            "failed",
            "VALIDITY_EXPIRED",
        ),
        ({"validUntil": "2030-01-01T00:00:00Z"}, "passed", "VALIDITY_CURRENT"),
        ({"validUntil": "2030-01-01"}, "failed", "VALIDITY_UNREADABLE"),
        ({"validUntil": "for ever"}, "failed", "VALIDITY_UNREADABLE"),
        ({"validFrom": 7}, "failed", "VALIDITY_UNREADABLE"),
    ],
)
def test_dates_are_held_against_the_time_of_the_question(judge, world, changes, status, code) -> None:
    if "validFrom" in changes and changes["validFrom"] is None:
        made = credential(world.reference, validFrom=None)
    else:
        made = credential(world.reference, **changes)
    if "validUntil" in changes or "expirationDate" in changes:
        made |= changes
    verdict = judge(made)
    assert (verdict.check("validity").status, verdict.check("validity").code) == (status, code)
    assert verdict.verdict == ("passed" if status == "passed" else "failed")


def test_an_unpublished_status_is_said_and_a_status_that_cannot_be_looked_up_is_open(judge, world) -> None:
    assert judge(credential(world.reference)).check("status").status == "skipped"
    listed = {**credential(world.reference), "credentialStatus": {"id": "urn:x", "type": "CredentialStatus"}}
    assert outcome(judge(listed), "status") == ("indeterminate", "indeterminate", "STATUS_UNAVAILABLE")


# --- the same questions for QR codes


@pytest.mark.parametrize(
    ("changes", "owner", "check", "status", "code"),
    [
        ({}, GYMNASIUM, "authority", "passed", "AUTHORITY_OWN"),
        ({}, "ministry", "authority", "passed", "AUTHORITY_MANDATE"),
        ({}, TECHNICAL, "authority", "failed", "AUTHORITY_OTHER_INSTITUTION"),
        ({"document_type": "DIP_PVI"}, GYMNASIUM, "authority", "failed", "AUTHORITY_NO_RIGHT"),
        ({"document_type": "SER_VVI"}, "exam_body", "authority", "passed", "AUTHORITY_OWN"),
        ({"document_type": "DIP_PVI"}, "exam_body", "authority", "failed", "AUTHORITY_OTHER_INSTITUTION"),
        ({"document_type": "?"}, GYMNASIUM, "authority", "failed", "AUTHORITY_TYPE_UNKNOWN"),
        ({"reg_no": "9900000000"}, GYMNASIUM, "authority", "failed", "AUTHORITY_INSTITUTION_UNKNOWN"),
        ({"completed": dt.date(2038, 2, 16)}, GYMNASIUM, "authority", "failed", "AUTHORITY_NO_RIGHT"),
        (
            {"issued_at": int((NOW + DAY).timestamp())},
            GYMNASIUM,
            "certificate",
            "failed",
            "CERT_TIME_IN_FUTURE",
        ),
        ({"issued_at": 0}, GYMNASIUM, "certificate", "failed", "CERT_NOT_YET_VALID"),
        ({"expires_at": int(NOW.timestamp()) - 1}, GYMNASIUM, "validity", "failed", "VALIDITY_EXPIRED"),
        ({"expires_at": 1 << 40}, GYMNASIUM, "validity", "passed", "VALIDITY_CURRENT"),
    ],
)
def test_qr_codes(world, bundle, changes, owner, check, status, code) -> None:
    verdict = verify(world.code(claims(bundle, **changes), owner).encode(), bundle, NOW)
    assert (verdict.check(check).status, verdict.check(check).code) == (status, code)
    assert verdict.verdict == status
    assert (verdict.document is None) == (status == "failed" and check != "validity")


def test_a_code_of_a_key_that_nobody_listed_fails(world, bundle, tmp_path) -> None:
    forger = World.make(tmp_path, world.reference)
    verdict = verify(forger.code(claims(bundle), GYMNASIUM).encode(), bundle, NOW)
    assert verdict.verdict == "failed"
    assert verdict.check("seal").code == "SEAL_NO_KEY"
    assert verdict.check("certificate").code == "KEY_UNKNOWN"
    assert verdict.document is None


def test_numbers_that_the_code_lists_do_not_know_are_shown_as_such(world, bundle) -> None:
    subjects = ((1, 9), (60_000, 60_001), ("MOD1", 8))
    verdict = verify(
        world.code(claims(bundle, subjects=subjects, exams=((61_000, 755),)), GYMNASIUM).encode(), bundle, NOW
    )
    assert verdict.verdict == "passed"
    assert [subject["title"]["en"] for subject in verdict.document["subjects"]] == [
        "Latvian language", "code 60000 unknown", "MOD1",
    ]  # fmt: skip
    assert verdict.document["subjects"][0]["grade"] == {"lv": "9 (teicami)", "en": "9 (excellent)"}
    assert verdict.document["exams"] == [
        {"title": {"lv": "kods 61000 nav zināms", "en": "code 61000 unknown"}, "per_cent": 75.5}
    ]


def test_the_codes_holder_is_to_be_compared_with_the_person(world, bundle) -> None:
    verdict = verify(world.code(claims(bundle), GYMNASIUM).encode(), bundle, NOW)
    assert verdict.document["compare_with_identity_document"] is True


def test_a_code_is_not_in_force_before_the_day_it_bears_like_its_document(world, bundle) -> None:
    tomorrow = claims(bundle, completed=(NOW + DAY).date())
    verdict = verify(world.code(tomorrow, GYMNASIUM).encode(), bundle, NOW)
    assert (verdict.verdict, verdict.check("validity").code) == ("failed", "VALIDITY_NOT_YET")


# --- what a sealer writes is held beside what the register says


def test_an_old_day_of_award_lends_no_right_to_a_later_one(judge, world) -> None:
    made = credential(world.reference)
    later = awarded(made, day="2038-02-16")["credentialSubject"]["hasClaim"]
    made["credentialSubject"]["hasClaim"] = [made["credentialSubject"]["hasClaim"], later]
    assert outcome(judge(made), "authority") == ("failed", "failed", "AUTHORITY_NO_RIGHT")


def test_a_basic_schools_secondary_title_stands_beside_the_type_it_may_award(judge, world) -> None:
    made = with_type(credential(world.reference, BASIC), "APL_VPI")
    made["displayParameter"] = {"title": {"lv": "Atestāts par vispārējo vidējo izglītību"}}
    made["credentialSubject"]["hasClaim"]["awardedBy"]["awardingBody"]["legalName"] = {
        "lv": "Cita vidusskola"
    }
    verdict = judge(made, BASIC)
    assert verdict.document is not None
    assert verdict.document["title"]["lv"] == "Atestāts par vispārējo vidējo izglītību"
    assert verdict.document["register"]["type"]["lv"] == "Apliecība par vispārējo pamatizglītību"
    assert verdict.document["register"]["awarded_by"]["lv"] == world.reference.institutions[BASIC].name
    words = describe("file", verdict)
    assert "Apliecība par vispārējo pamatizglītību" in words
    assert world.reference.institutions[BASIC].name in words


def test_a_codes_school_name_stands_beside_the_registers(world, bundle) -> None:
    verdict = verify(
        world.code(claims(bundle, school_name="Cita vidusskola"), GYMNASIUM).encode(), bundle, NOW
    )
    assert verdict.document is not None
    assert verdict.document["awarded_by"] == {"lv": "Cita vidusskola"}
    assert verdict.document["register"]["awarded_by"]["lv"] == world.reference.institutions[GYMNASIUM].name


def test_a_code_of_the_exam_body_is_awarded_by_the_exam_body_and_names_the_school(world, bundle) -> None:
    """As the sealed file says: the code has room for one institution, which is where the learner went to school."""
    made = claims(bundle, document_type="SER_VVI")
    document = verify(world.code(made, "exam_body").encode(), bundle, NOW).document
    assert (
        document["awarded_by"] == dict(bundle.entity("exam_body").name) == document["register"]["awarded_by"]
    )
    assert document["school"] == {"lv": made.school_name, "reg_no": made.school_reg_no}
    own = verify(world.code(claims(bundle), GYMNASIUM).encode(), bundle, NOW).document
    assert own["awarded_by"] == {"lv": made.school_name}
