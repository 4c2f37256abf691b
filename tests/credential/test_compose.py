"""From a record to a credential, step by step. Read this first."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re

import orjson
import pytest
from record_variants import duplicate, every_code_of_mark, exam_cases, original_name, without_personal_code

from issuer.catalogue.template import FieldMissingError
from issuer.credential import CompositionError, Issuing, compose, documents_of, has_picture, with_picture
from issuer.elm.validate import validate

SEALED_AT = dt.datetime(2037, 7, 31, 9, 30, 15, 999, tzinfo=dt.UTC)


def drafts(record, issuing):
    return {
        plan.key.split("-", 3)[3]: compose(plan, issuing, SEALED_AT) for plan in documents_of(record, issuing)
    }


def draft_of(code, record, issuing):
    plan = next(plan for plan in documents_of(record, issuing) if plan.document_type.code == code)
    return compose(plan, issuing, SEALED_AT)


def notes_about(node, topic):
    notes = node.get("additionalNote", [])
    notes = notes if isinstance(notes, list) else [notes]
    return [n["noteLiteral"] for n in notes if n["subject"]["id"] == f"urn:atestats:concept:{topic}"]


def test_a_secondary_record_yields_the_certificate_the_transcript_and_one_certificate_per_passed_exam(
    record_of, issuing
):
    record = record_of("ATE_VVI")
    passed = [e for e in record["exams"] if e["kind"] == "CE" and e["status"] == "nokartots"]
    codes = [plan.document_type.code for plan in documents_of(record, issuing)]
    assert codes == ["ATE_VVI", "SEK_IZR"] + ["SER_VVI"] * len(passed)
    assert len(passed) >= 3


def test_who_did_not_complete_gets_no_document(record_of, issuing):
    record = record_of("APL_VPI")
    record["completion"]["result"] = "not_completed"
    assert documents_of(record, issuing) == []
    record["completion"]["result"], record["document"]["type"] = "completed", "LIECIBA"
    assert documents_of(record, issuing) == []
    record["document"] = None
    assert documents_of(record, issuing) == []


def test_the_credential_says_who_what_where_and_when(record_of, issuing, reference):
    record = record_of("ATE_VVI")
    credential = draft_of("ATE_VVI", record, issuing).credential
    person = credential["credentialSubject"]
    claim = person["hasClaim"]
    school = reference.institution(record["institution"]["reg_no"])
    assert person["givenName"] == {"lv": record["learner"]["given_names"]}
    assert person["familyName"] == {"lv": record["learner"]["family_name"]}
    assert person["nationalID"]["notation"] == record["learner"]["personal_code"]
    assert person["dateOfBirth"] == record["learner"]["birth_date"] + "T00:00:00Z"
    assert claim["awardedBy"]["awardingBody"]["registration"]["notation"] == school.reg_no
    assert claim["awardedBy"]["awardingDate"] == record["completion"]["date"] + "T00:00:00+03:00"
    assert credential["issuer"]["eIDASIdentifier"]["notation"] == f"NTRLV-{school.nmr_code}"
    assert credential["validFrom"] == record["document"]["issue_date"] + "T00:00:00+03:00"
    assert credential["issued"] == credential["issuanceDate"] == "2037-07-31T09:30:15Z"
    assert claim["specifiedBy"]["eqfLevel"]["id"] == "http://data.europa.eu/snb/eqf/4"
    assert claim["specifiedBy"]["nqfLevel"]["id"] == "http://data.europa.eu/snb/qdr/c_14b672c3"
    assert claim["specifiedBy"]["thematicArea"]["id"] == "http://data.europa.eu/snb/isced-f/0011"
    director = record["institution"]["director"]
    [said] = notes_about(claim["awardedBy"], "head-of-institution")
    assert f"{director['given_names']} {director['family_name']}" in said["lv"]
    assert {i["schemeId"]: i["notation"] for i in credential["identifier"]} == {
        "urn:atestats:scheme:document-number": f"{record['document']['series']} {record['document']['number']}",
        "urn:atestats:scheme:document-type": "ATE_VVI",
        "urn:atestats:scheme:registration-number": record["document"]["registration_no"],
    }
    assert claim["entitlesTo"][0]["specifiedBy"]["entitlementStatus"]["id"].endswith("b7015a8a8c")


def test_winter_dates_have_the_winter_offset(record_of, issuing):
    record = record_of("APL_VPI")
    record["document"]["issue_date"] = "2038-01-15"
    assert draft_of("APL_VPI", record, issuing).credential["validFrom"] == "2038-01-15T00:00:00+02:00"


def test_context_stands_last_and_the_same_input_gives_the_same_bytes(records, reference):
    def all_bytes():
        issuing = Issuing.of(reference)
        return [
            orjson.dumps([draft.credential, draft.page])
            for record in records
            for draft in (compose(plan, issuing, SEALED_AT) for plan in documents_of(record, issuing))
        ]

    first = all_bytes()
    assert first == all_bytes()
    assert all(list(json.loads(line)[0])[-1] == "@context" for line in first)


def test_caching_does_not_leak_from_one_document_into_another(records, reference):
    shared = Issuing.of(reference)
    for record in records:
        for plan in documents_of(record, shared):
            alone = compose(plan, Issuing.of(reference), SEALED_AT)
            assert compose(plan, shared, SEALED_AT).credential == alone.credential


def test_ids_are_derived_and_tell_nothing_about_the_person(record_of, issuing):
    record = record_of("APL_VPI")
    plans = documents_of(record, issuing)
    ids = [plan.credential_id for plan in plans]
    pattern = r"urn:credential:[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert all(re.fullmatch(pattern, each) for each in ids)
    assert len(set(ids)) == len({plan.key for plan in plans}) == len(plans)
    record["learner"] |= {"given_names": "Cits", "personal_code": "320000-00000", "birth_date": "2020-01-01"}
    assert [plan.credential_id for plan in documents_of(record, issuing)] == ids
    record["record_id"] += "X"
    assert not set(ids) & {plan.credential_id for plan in documents_of(record, issuing)}


def test_a_hostile_record_id_makes_a_harmless_and_unique_file_name(record_of, issuing):
    record = record_of("APL_VPI")
    keys = set()
    for record["record_id"] in ("../../etc/passwd", "..|..|etc|passwd", "ā" * 300, "ē" * 300):
        keys |= {plan.key for plan in documents_of(record, issuing) if plan.document_type.code == "APL_VPI"}
    assert len(keys) == 4
    assert all(re.fullmatch(r"[A-Za-z0-9._-]{1,140}", key) and "/" not in key for key in keys)


def test_certificate_and_transcript_point_at_each_other(record_of, issuing):
    record = record_of("ATE_VVI")
    certificate = draft_of("ATE_VVI", record, issuing).credential
    transcript = draft_of("SEK_IZR", record, issuing).credential

    def linked(credential):
        return [
            web["contentURL"] for web in credential["credentialSubject"]["hasClaim"]["supplementaryDocument"]
        ]

    assert linked(certificate) == [transcript["id"]]
    assert linked(transcript) == [certificate["id"]]


def test_the_certificate_carries_no_marks_and_the_transcript_all_of_them(record_of, issuing):
    record = record_of("ATE_VVI")
    claim = draft_of("ATE_VVI", record, issuing).credential["credentialSubject"]["hasClaim"]
    assert "hasPart" not in claim
    assert "provenBy" not in claim
    parts = draft_of("SEK_IZR", record, issuing).credential["credentialSubject"]["hasClaim"]["hasPart"]
    assert [part["title"]["lv"] for part in parts] == [subject["name"] for subject in record["subjects"]]
    assert [part["provenBy"]["grade"]["noteLiteral"]["lv"] for part in parts] == [
        f"{subject['grade']} ({subject['grade_text']})" for subject in record["subjects"]
    ]


def test_the_ten_point_scale_is_described_with_the_name_of_every_mark(record_of, issuing):
    parts = draft_of("SEK_IZR", record_of("APL_VPI"), issuing).credential["credentialSubject"]["hasClaim"][
        "hasPart"
    ]
    scheme = parts[0]["provenBy"]["specifiedBy"]["gradingScheme"]
    for mark, words in issuing.reference.marks.items():
        if mark.isdecimal():
            assert f"{mark} – {words}" in scheme["description"]["lv"]
    assert "no 4" in scheme["description"]["lv"]
    assert "pass mark is 4" in scheme["description"]["en"]


def test_codes_in_place_of_marks_have_their_own_scale_and_only_a_real_pass_is_called_one(record_of, issuing):
    record = every_code_of_mark(record_of("APL_VPI"))
    parts = draft_of("SEK_IZR", record, issuing).credential["credentialSubject"]["hasClaim"]["hasPart"]
    said = [
        (
            p["provenBy"]["grade"]["noteLiteral"]["lv"],
            p["provenBy"]["grade"]["noteLiteral"]["en"],
            "gradeStatus" in p["provenBy"],
        )
        for p in parts[:5]
    ]
    assert said == [
        ("ieskaitīts", "passed", True),
        ("neieskaitīts", "not passed", False),
        ("atbrīvots", "exempt", False),
        ("nav vērtējuma", "not assessed", False),
        ("3 (vāji)", "3 (weak)", False),
    ]


def test_exams_say_level_percent_threshold_replacement_and_exemption(record_of, issuing):
    record = exam_cases(record_of("ATE_VVI"))
    claim = draft_of("SEK_IZR", record, issuing).credential["credentialSubject"]["hasClaim"]
    by_code = {each["title"]["lv"].split(": ")[1].split(" (")[0]: each for each in claim["provenBy"]}
    assert "Fizika" not in by_code  # results of monitoring tests are not written in the transcript
    exempt, replaced, failed = by_code["Latviešu valoda"], by_code["Angļu valoda"], by_code["Matemātika"]
    best = by_code["Vēsture"]
    assert exempt["grade"]["noteLiteral"] == {"lv": "atbrīvots", "en": "exempt"}
    assert notes_about(replaced, "replaced-by") == [
        {"lv": "Cambridge English, C1", "en": "Cambridge English, C1"}
    ]
    assert failed["grade"]["noteLiteral"] == {"lv": "12,5 %", "en": "12.5 %"}
    assert "gradeStatus" not in failed
    rule = issuing.reference.exam_rule(int(record["completion"]["school_year"][-4:]), "ATE_VVI")
    threshold = next(need.min_percent for need in rule.required if "MAT" in need.any_of)
    assert f"no {threshold:g} %" in failed["specifiedBy"]["gradingScheme"]["description"]["lv"]
    assert best["grade"]["noteLiteral"]["lv"] == "100 %"
    assert best["specifiedBy"]["category"] == {"lv": "augstākais", "en": "higher"}
    assert "gradeStatus" in best


def test_a_language_exam_tells_the_cefr_level_at_which_it_is_set(record_of, issuing):
    record = record_of("ATE_VVI")
    exam = next(e for e in record["exams"] if e["code"] == "ENG" and e["kind"] == "CE")
    exam["level"] = "augstakais"
    plan = next(p for p in documents_of(record, issuing) if p.scope.get("exam") is exam)
    claim = compose(plan, issuing, SEALED_AT).credential["credentialSubject"]["hasClaim"]
    assert claim["type"] == "LearningAssessment"
    assert notes_about(claim, "cefr") == [{"lv": "C1", "en": "C1"}]
    assert claim["awardedBy"]["awardingBody"]["legalName"] == issuing.authorities["exam_body"].legal_name


def test_the_second_language_keeps_its_language_in_english(record_of, issuing):
    record = record_of("ATE_VVI")
    record["subjects"][0] |= {"code": "SVB1", "name": "Otrā svešvaloda (spāņu, B1)"}
    record["subjects"][1] |= {"code": "SV2", "name": "Svešvaloda 2 (vācu valoda)"}
    record["subjects"][2] |= {"code": "MOD1", "name": "Pacientu aprūpe", "kind": "module"}
    draft = draft_of("SEK_IZR", record, issuing)
    titles = [part["title"] for part in draft.credential["credentialSubject"]["hasClaim"]["hasPart"][:3]]
    assert titles == [
        {"lv": "Otrā svešvaloda (spāņu, B1)", "en": "Second foreign language (Spanish, B1)"},
        {"lv": "Svešvaloda 2 (vācu valoda)", "en": "Foreign language 2 (German)"},
        {"lv": "Pacientu aprūpe", "en": "Patient care"},
    ]
    numbers = [issuing.code_lists.subject_number(code) for code in ("SVB1/spāņu", "SV2/vācu", "MOD1")]
    assert [number for number, _ in draft.qr["subjects"][:3]] == numbers


@pytest.mark.parametrize(
    ("code", "field"),
    [
        ("33613021", "0613"),  # programming
        ("33716041", "0716"),  # motor vehicles
        ("33811011", None),  # catering in ISCED 1997; crop production in ISCED-F
        ("33723011", None),  # nursing in ISCED 1997; textiles in ISCED-F
        ("33525011", None),  # motor vehicles in ISCED 1997; nothing in ISCED-F
    ],
)
def test_a_field_is_named_only_where_the_programme_code_can_mean_no_other(code, field, record_of, issuing):
    record = record_of("DIP_PVI")
    record["programme"]["code"] = code
    for kind in ("DIP_PVI", "SEK_IZR"):
        credential = draft_of(kind, record, issuing).credential
        specified = credential["credentialSubject"]["hasClaim"]["specifiedBy"]
        area = specified.get("thematicArea")
        assert (area and area["id"].rpartition("/")[2]) == field
        assert validate(credential) == []


def test_vocational_names_are_bilingual_where_the_glossary_knows_them_and_latvian_where_not(
    record_of, issuing
):
    record = record_of("DIP_PVI")
    record["programme"] |= {"name": "Autotransports", "code": "33525011"}
    record["programme"]["qualification"]["name"] = "Automehāniķis"
    qualification = draft_of("DIP_PVI", record, issuing).credential["credentialSubject"]["hasClaim"]
    assert qualification["specifiedBy"]["title"] == {"lv": "Automehāniķis", "en": "Car mechanic"}
    assert notes_about(qualification["specifiedBy"], "programme") == [
        {"lv": "Autotransports", "en": "Motor transport"}
    ]
    record["programme"]["name"] = record["programme"]["qualification"]["name"] = "Zvaniķa darbs"
    record["subjects"][-1] |= {"code": "MOD1", "name": "Zvanu liešana", "kind": "module"}
    specified = draft_of("DIP_PVI", record, issuing).credential["credentialSubject"]["hasClaim"][
        "specifiedBy"
    ]
    assert specified["title"] == {"lv": "Zvaniķa darbs"}
    assert notes_about(specified, "programme") == [{"lv": "Zvaniķa darbs"}]
    parts = draft_of("SEK_IZR", record, issuing).credential["credentialSubject"]["hasClaim"]["hasPart"]
    assert parts[-1]["title"] == {"lv": "Zvanu liešana"}


def test_the_original_form_of_a_name_stands_beside_and_never_instead(record_of, issuing):
    record = original_name(record_of("APL_VPI"))
    credential = draft_of("APL_VPI", record, issuing).credential
    person = credential["credentialSubject"]
    assert notes_about(person["hasClaim"], "original-name") == [{"zh": "晓明 王"}]
    assert person["fullName"] == {
        "lv": f"{record['learner']['given_names']} {record['learner']['family_name']}"
    }


def test_who_has_no_personal_code_is_identified_by_the_other_number_without_its_country(record_of, issuing):
    credential = draft_of("APL_VPI", without_personal_code(record_of("APL_VPI")), issuing).credential
    person = credential["credentialSubject"]
    assert "nationalID" not in person
    assert person["identifier"]["notation"] == "ET0451845"
    assert "LTU" not in json.dumps(credential)


@pytest.mark.parametrize(("kind", "lv"), [("duplicate", "DUBLIKĀTS"), ("correction", "LABOJUMS")])
def test_a_duplicate_or_correction_says_so_and_names_what_it_replaces(kind, lv, record_of, issuing):
    draft = draft_of("APL_VPI", duplicate(record_of("APL_VPI"), kind), issuing)
    [said] = notes_about(draft.credential["credentialSubject"]["hasClaim"], "replaced-document")
    assert (
        said["lv"] == f"{lv}. Aizstāj dokumentu PA 329936, kura izsniegšanas datums ir 2035. gada 21. jūnijs."
    )
    assert draft.page["mark"]["lv"] == lv
    assert "nozagts" not in json.dumps([draft.credential, draft.page])


def test_a_duplicate_brings_no_new_exam_certificates(record_of, issuing):
    codes = {plan.document_type.code for plan in documents_of(duplicate(record_of("ATE_VVI")), issuing)}
    assert codes == {"ATE_VVI", "SEK_IZR"}


def test_the_successor_issues_for_a_closed_school_which_stays_the_awarding_body(
    record_of, issuing, reference
):
    record = record_of("APL_VPI")
    school = reference.institution(record["institution"]["reg_no"])
    closed = next(i for i in reference.institutions.values() if i is not school)
    draft = draft_of("APL_VPI", duplicate(record, reg_no=closed.reg_no), issuing)
    award = draft.credential["credentialSubject"]["hasClaim"]["awardedBy"]
    assert award["awardingBody"]["registration"]["notation"] == closed.reg_no
    assert draft.credential["issuer"]["registration"]["notation"] == school.reg_no
    assert school.name in notes_about(award, "legal-successor")[0]["lv"]
    assert draft.credential["credentialProfiles"]["id"].endswith("e34929035b")
    assert validate(draft.credential) == []


def test_a_picture_completes_the_credential_and_leaves_the_draft_alone(record_of, issuing):
    draft = draft_of("APL_VPI", record_of("APL_VPI"), issuing)
    before = orjson.dumps(draft.credential)
    complete = with_picture(draft, b"\x89PNG page").credential
    image = complete["displayParameter"]["individualDisplay"][0]["displayDetail"][0]["image"]
    assert base64.b64decode(image["content"]) == b"\x89PNG page"
    assert orjson.dumps(draft.credential) == before
    assert list(complete) == list(draft.credential)
    assert has_picture(complete)
    assert not has_picture(draft.credential)


def test_what_is_missing_is_named_by_its_path_and_nothing_of_the_person_is_said(record_of, issuing):
    record = record_of("APL_VPI")
    record["document"]["number"] = None
    with pytest.raises(FieldMissingError, match=r"document\.number"):
        draft_of("APL_VPI", record, issuing)
    record = record_of("APL_VPI")
    record["document"]["issue_date"] = "22.06.2037"
    with pytest.raises((CompositionError, ValueError)) as caught:
        draft_of("APL_VPI", record, issuing)
    assert record["learner"]["family_name"] not in str(caught.value)
    record = record_of("APL_VPI")
    record["institution"]["reg_no"] = "0000000000"
    with pytest.raises(CompositionError, match="INSTITUTION_UNKNOWN"):
        draft_of("APL_VPI", record, issuing)


def test_a_type_that_is_not_in_force_on_the_issue_date_is_refused(record_of, issuing):
    record = record_of("APL_VPI")
    record["document"]["issue_date"] = "2019-06-14"
    with pytest.raises(CompositionError, match="DOCUMENT_TYPE_NOT_IN_FORCE"):
        documents_of(record, issuing)


def test_the_sealing_time_must_say_its_zone(record_of, issuing):
    [plan, *_] = documents_of(record_of("APL_VPI"), issuing)
    with pytest.raises(ValueError, match="time zone"):
        compose(plan, issuing, SEALED_AT.replace(tzinfo=None))
