"""Every field of the table made wrong in every way we could think of: each one is caught, with the code that says so.

None of these is made by the generator that writes the answer keys; the rules are those of the field table.
"""

from __future__ import annotations

import copy
import unicodedata
from collections.abc import Callable
from typing import Any

import pytest
from graduates_2037 import (
    AS_OF,
    ISSUED,
    REFERENCE,
    basic,
    duplicate,
    expelled,
    foreign_name,
    old_curriculum,
    school_report,
    secondary,
    staged,
    vocational,
    without_code,
)

from issuer.records import Checker, SourceRow
from issuer.records.fields import RECORD, Group, Leaf, Listing

CHECKER = Checker(REFERENCE, AS_OF)
GONE = object()


def put(record: dict[str, Any], path: str, value: object) -> dict[str, Any]:
    """`record` with `value` at the dotted path (`exams.0.percent`); GONE removes the member."""
    record = copy.deepcopy(record)
    *steps, last = path.split(".")
    place: Any = record
    for step in steps:
        place = place[int(step)] if step.isdigit() else place[step]
    if value is GONE:
        del place[last]
    else:
        place[int(last) if last.isdigit() else last] = value
    return record


def found(record: dict[str, Any]) -> dict[str, str]:
    """Codes found, with their severity."""
    return {finding.code: finding.severity for finding in CHECKER.check(SourceRow(1, record))}


def subject(record: dict[str, Any], code: str) -> str:
    return f"subjects.{[s['code'] for s in record['subjects']].index(code)}"


# base record, path, wrong value, expected code
WRONG: list[tuple[Callable[[], dict[str, Any]], str, object, str]] = [
    (basic, "schema_version", "2.0", "SCHEMA_VERSION"),
    (basic, "schema_version", 1, "TYPE"),
    (basic, "record_id", "2037-0000001", "RECORD_ID_FORMAT"),
    (basic, "record_id", "VIIS-2037-00000011", "RECORD_ID_FORMAT"),
    (basic, "record_id", "VIIS-2037-000000١", "RECORD_ID_FORMAT"),
    (basic, "source_system", "Excel", "VALUE_NOT_ALLOWED"),
    (basic, "source_system", "VIIS ", "VALUE_NOT_ALLOWED"),
    (basic, "exported_at", "2037-06-22", "DATE_INVALID"),
    (basic, "exported_at", "2037-06-22T10:00:00", "DATE_INVALID"),
    (basic, "exported_at", "2037-06-31T10:00:00+03:00", "DATE_INVALID"),
    (basic, "exported_at", "2037-06-22T25:00:00+03:00", "DATE_INVALID"),
    (basic, "exported_at", "2037-12-22T10:00:00+02:00", "DATE_FUTURE"),
    (basic, "institution.reg_no", "993790000", "INST_UNKNOWN"),
    (basic, "institution.reg_no", 9937900001, "TYPE"),
    (basic, "institution.reg_no", "9700000000", "INST_UNKNOWN"),
    (basic, "institution.reg_no", "9954900007", "INST_CLOSED"),
    (basic, "institution.name", "Rīgas Īvenes Vidusskola", "INST_NAME"),
    (basic, "institution.director.family_name", "Balode", "DIRECTOR_NOT_IN_OFFICE"),
    (basic, "institution.director.given_names", "", "DIRECTOR_MISSING"),
    (basic, "institution.director.position", "rektore", "VALUE_NOT_ALLOWED"),
    (basic, "institution.director.position", "direktors", "DIRECTOR_POSITION"),
    (basic, "institution.director", "Šarlote Mihailova", "TYPE"),
    # personas kods
    (basic, "learner.personal_code", "04052129307", "PK_FORMAT"),
    (basic, "learner.personal_code", "40521-29307", "PK_FORMAT"),
    (basic, "learner.personal_code", "0405212930", "PK_FORMAT"),
    (basic, "learner.personal_code", "040521–29307", "PK_FORMAT"),
    (basic, "learner.personal_code", "040521-29307 ", "PK_FORMAT"),
    (basic, "learner.personal_code", "040521\u00a0-29307", "PK_FORMAT"),
    (basic, "learner.personal_code", "O40521-29307", "PK_FORMAT"),
    (basic, "learner.personal_code", "０４０５２１-２９３０７", "PK_FORMAT"),
    (basic, "learner.personal_code", "314221-29307", "PK_FORMAT"),
    (basic, "learner.personal_code", "040521-39307", "PK_FORMAT"),
    (basic, "learner.personal_code", "000000-00000", "PK_FORMAT"),
    (basic, "learner.personal_code", "040521-29306", "PK_CHECKSUM"),
    (basic, "learner.personal_code", 4052129307, "TYPE"),
    (basic, "learner.personal_code", None, "ID_MISSING"),
    (basic, "learner.personal_code", "", "ID_MISSING"),
    (basic, "learner.birth_date", "2021-05-05", "PK_BIRTHDATE"),
    (basic, "learner.birth_date", "1921-05-04", "AGE"),
    (basic, "learner.birth_date", "2038-05-04", "DATE_FUTURE"),
    (basic, "learner.birth_date", "2021-02-29", "DATE_INVALID"),
    (basic, "learner.birth_date", "04.05.2021", "DATE_INVALID"),
    (basic, "learner.birth_date", "20210504", "DATE_INVALID"),
    (basic, "learner.birth_date", "2021-W18-2", "DATE_INVALID"),
    (basic, "learner.birth_date", "44320", "DATE_INVALID"),
    (basic, "learner.birth_date", "2021-05-04T00:00:00", "DATE_INVALID"),
    (basic, "learner.alt_id", {"type": "pase", "value": "A1", "issuer_country": "LV"}, "ALT_ID_UNEXPECTED"),
    (without_code, "learner.alt_id.type", "id_karte", "VALUE_NOT_ALLOWED"),
    (without_code, "learner.alt_id.value", "", "REQUIRED"),
    (without_code, "learner.alt_id.issuer_country", "XX", "VALUE_NOT_ALLOWED"),
    (without_code, "learner.alt_id.value", "A" * 41, "TOO_LONG"),
    (basic, "learner.citizenship", "LVA", "VALUE_NOT_ALLOWED"),
    (basic, "learner.citizenship", "lv", "VALUE_NOT_ALLOWED"),
    # names
    (basic, "learner.given_names", None, "NAME_MISSING"),
    (basic, "learner.family_name", "\u00a0 ", "NAME_MISSING"),
    (basic, "learner.given_names", "Анна", "NAME_CHARS"),
    (basic, "learner.given_names", "Аnna", "NAME_CHARS"),  # the first letter is Cyrillic
    (basic, "learner.given_names", "Anna2", "NAME_CHARS"),
    (basic, "learner.given_names", "<b>Anna</b>", "NAME_CHARS"),
    (basic, "learner.given_names", "Anna\u200b", "NAME_CHARS"),
    (basic, "learner.given_names", "\u202eAnna", "NAME_CHARS"),
    (basic, "learner.given_names", "Anna\x00", "NAME_CHARS"),
    (basic, "learner.family_name", "BÄ\x93rziÅ\x86a", "NAME_CHARS"),
    (basic, "learner.family_name", "Bçrziòa", "NAME_CHARS"),  # Windows-1257 read as Latin-1
    (basic, "learner.family_name", "B?rzi?a", "NAME_CHARS"),
    (basic, "learner.family_name", "Bērziņa\ufffd", "NAME_CHARS"),
    (basic, "learner.family_name", "Bērziņa-", "NAME_CHARS"),
    (basic, "learner.family_name", "Bērziņa, Anna", "NAME_CHARS"),
    (basic, "learner.family_name", "Bērziņa 👩", "NAME_CHARS"),
    (basic, "learner.family_name", "Bērziņa  Kalniņa", "NAME_SPACE"),
    (basic, "learner.family_name", " Bērziņa", "NAME_SPACE"),
    (basic, "learner.family_name", "Bērziņa\u00a0Kalniņa", "NAME_SPACE"),
    (basic, "learner.family_name", "Bērziņa\n", "NAME_SPACE"),
    (basic, "learner.family_name", unicodedata.normalize("NFD", "Bērziņa"), "NAME_NFC"),
    (basic, "learner.family_name", "BĒRZIŅA", "NAME_CASE"),
    (basic, "learner.family_name", "bērziņa", "NAME_CASE"),
    (basic, "learner.family_name", "BērziŅa", "NAME_CASE"),
    (basic, "learner.family_name", "Ā" + "b" * 80, "TOO_LONG"),
    (basic, "learner.given_names", ["Anna"], "TYPE"),
    (foreign_name, "learner.original_name.family_name", "", "NAME_MISSING"),
    (foreign_name, "learner.original_name.given_names", "Anna\u202e", "NAME_CHARS"),
    (foreign_name, "learner.original_name.given_names", "<script>", "NAME_CHARS"),
    (foreign_name, "learner.original_name.language", "ukr", "VALUE_NOT_ALLOWED"),
    (foreign_name, "learner.original_name.language", None, "REQUIRED"),
    # programme
    (basic, "programme.code", "2101111", "PROG_FORMAT"),
    (basic, "programme.code", 21011111, "TYPE"),
    (basic, "programme.code", "21011112", "PROG_NOT_LICENSED"),
    (basic, "programme.code", "21011121", "PROG_NOT_ACCREDITED"),
    (basic, "programme.name", "Pamatizglītība", "PROG_NAME"),
    (basic, "programme.licence_no", "V-0000", "LICENCE_NO"),
    (basic, "programme.accreditation_no", "AP-0000", "ACCREDITATION_NO"),
    (basic, "programme.form", "vakara", "VALUE_NOT_ALLOWED"),
    (basic, "programme.form", "talmaciba", "PROG_FORM"),
    (basic, "programme.language", "ru", "VALUE_NOT_ALLOWED"),
    (basic, "programme.language", "lv+min", "PROG_LANGUAGE"),
    (basic, "programme.start_date", "2037-06-17", "DATE_ORDER"),
    (basic, "programme.start_date", "2020-09-01", "DATE_ORDER"),
    (basic, "programme.curriculum", "2014", "CURRICULUM"),
    (basic, "programme.curriculum", "2030", "CURRICULUM"),
    (old_curriculum, "programme.curriculum", "2020", "CURRICULUM"),
    (basic, "programme.lqf_level", 1, "LQF"),
    (basic, "programme.lqf_level", 9, "LQF"),
    (basic, "programme.lqf_level", "2", "TYPE"),
    (basic, "programme.lqf_level", 2.0, "TYPE"),
    (basic, "programme.lqf_level", True, "TYPE"),
    (staged, "programme.lqf_level", 2, "LQF"),
    (basic, "programme.isced_p", "344", "ISCED"),
    (basic, "programme.isced_p", 244, "TYPE"),
    (basic, "programme.qualification", {"name": "Pavārs", "level": 2, "lqf_level": 2}, "QUALIFICATION"),
    (vocational, "programme.qualification", None, "QUALIFICATION"),
    (vocational, "programme.qualification.level", 3, "QUALIFICATION"),
    (vocational, "programme.qualification.lqf_level", 3, "QUALIFICATION"),
    (vocational, "programme.qualification.name", " ", "REQUIRED"),
    # completion
    (basic, "completion.school_year", "2036/37", "SCHOOL_YEAR"),
    (basic, "completion.school_year", "2035/2037", "SCHOOL_YEAR"),
    (basic, "completion.school_year", "2035/2036", "SCHOOL_YEAR"),
    (basic, "completion.date", "2037-09-01", "SCHOOL_YEAR"),
    (basic, "completion.grade", 12, "GRADE_PROG"),
    (basic, "completion.grade", 13, "GRADE_PROG"),
    (basic, "completion.grade", "9", "TYPE"),
    (secondary, "completion.grade", 9, "GRADE_PROG"),
    (basic, "completion.class", "8.a", "CLASS_GRADE"),
    (basic, "completion.class", "", "REQUIRED"),
    (basic, "completion.result", "pabeigts", "VALUE_NOT_ALLOWED"),
    (basic, "completion.result", "expelled", "NOT_ELIGIBLE"),
    (basic, "completion.result", "not_completed", "NOT_ELIGIBLE"),
    (basic, "completion.date", "2037-06-22", "DATE_ORDER"),
    (basic, "completion.order_no", "  ", "ORDER_MISSING"),
    (basic, "completion.order_no", "1-9/224\u0007", "TEXT_CHARS"),
    (basic, "completion.class", "9.\u0430", "TEXT_CHARS"),  # Cyrillic а
    (basic, "document.registration_no", "9-2037/\u039f01", "TEXT_CHARS"),  # Greek Ο
    (basic, "completion.order_no", "1-9/224 ", "TEXT_SPACE"),
    (basic, "completion.order_date", None, "ORDER_MISSING"),
    (basic, "completion.order_date", "2037-06-22", "DATE_ORDER"),
    (basic, "completion.order_date", "2036-06-17", "DATE_ORDER"),
    (basic, "completion.order_date", "17.06.2037", "DATE_INVALID"),
    # document
    (basic, "document", None, "REQUIRED"),
    (school_report, "document", None, "REQUIRED"),
    (basic, "document.type", "APL", "DOC_TYPE"),
    (basic, "document.type", "LIECIBA", "DOC_TYPE"),
    (basic, "document.type", "ATE_VVI", "DOC_PROG"),
    (basic, "document.name", "Apliecība par vispārējo vidējo izglītību", "DOC_NAME"),
    (basic, "document.name", "Apliecība Par Vispārējo Pamatizglītību", "DOC_NAME"),
    (basic, "document.series", "VE", "DOC_SERIES"),
    (basic, "document.series", "pe", "DOC_NUMBER_FORMAT"),
    (basic, "document.series", "PĒ", "DOC_NUMBER_FORMAT"),
    (basic, "document.series", None, "DOC_NUMBER_FORMAT"),
    (basic, "document.number", "12345", "DOC_NUMBER_FORMAT"),
    (basic, "document.number", "1234567", "DOC_NUMBER_FORMAT"),
    (basic, "document.number", "１００００１", "DOC_NUMBER_FORMAT"),
    (basic, "document.number", None, "DOC_NUMBER_FORMAT"),
    (basic, "document.registration_no", None, "REQUIRED"),
    (basic, "document.registration_no", "9-2037/001<br>", "TEXT_CHARS"),
    (basic, "document.issue_date", "2037-06-16", "DATE_ORDER"),
    (basic, "document.issue_date", "2037-08-01", "DATE_FUTURE"),
    (basic, "document.issue_kind", "copy", "VALUE_NOT_ALLOWED"),
    (basic, "document.issue_kind", "duplicate", "REPLACES_MISSING"),
    (basic, "document.language", "en", "VALUE_NOT_ALLOWED"),
    (school_report, "document.number", "100001", "DOC_NUMBER_FORMAT"),
    (school_report, "document.registration_no", "9-2037/001", "DOC_NUMBER_FORMAT"),
    (school_report, "document.name", "Liecība par mācībām", "DOC_NAME"),
    (duplicate, "document.issue_kind", "original", "REPLACES_UNEXPECTED"),
    (duplicate, "document.issue_kind", "correction", "REPLACES_REASON"),
    (duplicate, "document.replaces", None, "REPLACES_MISSING"),
    (duplicate, "document.replaces.number", None, "REPLACES_MISSING"),
    (duplicate, "document.replaces.series", "", "REPLACES_MISSING"),
    (duplicate, "document.replaces.number", "1", "DOC_NUMBER_FORMAT"),
    (duplicate, "document.replaces.issue_date", "2037-06-21", "REPLACES_ORDER"),
    (duplicate, "document.replaces.issue_date", "2031-06-21", "REPLACES_ORDER"),
    (duplicate, "document.replaces.institution_reg_no", "9937900001", "REPLACES_ISSUER"),
    (duplicate, "document.replaces.institution_reg_no", "x", "REPLACES_ISSUER"),
    (duplicate, "document.replaces.reason", "kluda_datos", "REPLACES_REASON"),
    (duplicate, "document.replaces.reason", "sadega", "VALUE_NOT_ALLOWED"),
    # subjects
    (basic, "subjects", [], "SUBJECTS_EMPTY"),
    (basic, "subjects", None, "REQUIRED"),
    (basic, "subjects", {}, "TYPE"),
    (basic, "subjects.0", None, "REQUIRED"),
    (basic, "subjects.0", "LAT", "TYPE"),
    (basic, "subjects.0.code", "lat", "SUBJECT_UNKNOWN"),
    (basic, "subjects.0.code", "ZZZ", "SUBJECT_UNKNOWN"),
    (basic, "subjects.0.code", "ZZZ", "SUBJECT_MISSING"),
    (basic, "subjects.0.code", "LIT", "SUBJECT_DUP"),
    (basic, "subjects.0.code", "MOD1", "SUBJECT_KIND"),
    (basic, "subjects.0.name", "Lietuviešu valoda", "SUBJECT_NAME"),
    (basic, "subjects.0.name", "latviešu valoda", "SUBJECT_NAME"),
    (basic, "subjects.3.name", "Svešvaloda 2", "SUBJECT_NAME"),
    (basic, "subjects.3.name", "Svešvaloda 1 (vācu valoda)", "SUBJECT_NAME"),
    (basic, "subjects.0.kind", "mandatory", "VALUE_NOT_ALLOWED"),
    (basic, "subjects.0.kind", "in_depth", "SUBJECT_KIND"),
    (basic, "subjects.0.kind", "module", "SUBJECT_KIND"),
    (basic, "subjects.0.level", "optimalais", "SUBJECT_LEVEL"),
    (secondary, "subjects.0.level", None, "SUBJECT_LEVEL"),
    (secondary, "subjects.0.level", "augstakais", "SUBJECT_LEVEL"),
    (secondary, "subjects.0.level", "B2", "SUBJECT_LEVEL"),
    (secondary, "subjects.13.level", "optimalais", "SUBJECT_LEVEL"),
    (vocational, "subjects.8.kind", "obligatory", "SUBJECT_KIND"),
    (vocational, "subjects.8.name", "", "REQUIRED"),
    (basic, "subjects.0.grade", None, "GRADE_CODE"),
    (basic, "subjects.0.grade", "08", "GRADE_CODE"),
    (basic, "subjects.0.grade", "8.5", "GRADE_CODE"),
    (basic, "subjects.0.grade", "٨", "GRADE_CODE"),
    (basic, "subjects.0.grade", "8 ", "TEXT_SPACE"),
    (basic, "subjects.0.grade", 8, "TYPE"),
    (basic, "subjects.0.grade", "0", "GRADE_RANGE"),
    (basic, "subjects.0.grade", "11", "GRADE_RANGE"),
    (basic, "subjects.0.grade", "S", "GRADE_SCALE"),
    (basic, "subjects.0.grade", "nv", "GRADE_NV"),
    (basic, "subjects.0.grade", "ni", "GRADE_BELOW_MIN"),
    (basic, "subjects.0.grade_text", "labi", "GRADE_TEXT"),
    (basic, "subjects.0.grade_text", "Ļoti labi", "GRADE_TEXT"),
    (basic, "subjects.0.grade_text", "", "GRADE_TEXT"),
    (secondary, "subjects.0.grade", "3", "GRADE_BELOW_MIN"),
    (staged, "subjects.0.grade", "8", "GRADE_SCALE"),
    # exams
    (basic, "exams", None, "REQUIRED"),
    (basic, "exams", [], "EXAM_MISSING"),
    (basic, "exams.0", None, "REQUIRED"),
    (basic, "exams.0.code", "XXX", "EXAM_UNKNOWN"),
    (basic, "exams.0.code", "BIO", "EXAM_MISSING"),
    (basic, "exams.0.code", "MAT", "EXAM_DUP"),
    (basic, "exams.0.name", "Matemātika", "EXAM_NAME"),
    (basic, "exams.0.name", "LATVIEŠU VALODA", "EXAM_NAME"),
    (basic, "exams.0.kind", "XX", "EXAM_KIND"),
    (basic, "exams.0.kind", "KVE", "EXAM_KIND"),
    (basic, "exams.0.kind", "MD", "EXAM_MISSING"),
    (basic, "exams.0.kind", "ST", "EXAM_REPLACED"),
    (vocational, "exams.3.kind", "CE", "EXAM_KIND"),
    (basic, "exams.0.level", "optimalais", "EXAM_LEVEL"),
    (secondary, "exams.0.level", None, "EXAM_LEVEL"),
    (secondary, "exams.0.level", "visparigais", "EXAM_LEVEL"),
    (secondary, "exams.4.level", "optimalais", "EXAM_MISSING"),
    (secondary, "exams.2.level", "augstakais", "EXAM_COURSE"),
    (basic, "exams.0.date", "2036-05-21", "EXAM_DATE"),
    (basic, "exams.0.date", "2037-06-22", "EXAM_DATE"),
    (basic, "exams.0.date", "2037-05-32", "DATE_INVALID"),
    (basic, "exams.2.date", "2037-12-01", "DATE_FUTURE"),
    (basic, "exams.0.percent", 100.1, "EXAM_PERCENT"),
    (basic, "exams.0.percent", -1, "EXAM_PERCENT"),
    (basic, "exams.0.percent", 71.55, "EXAM_PERCENT"),
    (basic, "exams.0.percent", "71.5", "TYPE"),
    (basic, "exams.0.percent", True, "TYPE"),
    (basic, "exams.0.percent", None, "EXAM_STATUS"),
    (basic, "exams.0.percent", 14.9, "EXAM_THRESHOLD"),
    (secondary, "exams.4.percent", 19.9, "EXAM_THRESHOLD"),
    (vocational, "exams.3.percent", 80.0, "EXAM_STATUS"),
    (basic, "exams.0.mark", "8", "EXAM_MARK"),
    (vocational, "exams.3.mark", None, "EXAM_MARK"),
    (vocational, "exams.3.mark", "11", "EXAM_MARK"),
    (vocational, "exams.3.mark", "4", "EXAM_THRESHOLD"),
    (basic, "exams.0.status", "izcili", "EXAM_STATUS"),
    (basic, "exams.0.status", "atbrivots", "EXAM_STATUS"),
    (basic, "exams.0.status", "aizstats", "EXAM_STATUS"),
    (basic, "exams.0.status", "nenokartots", "EXAM_STATUS"),
    (basic, "exams.0.status", "neieradas", "EXAM_MISSING"),
    (basic, "exams.0.certificate_no", None, "CERT_MISSING"),
    (basic, "exams.2.certificate_no", "CE-2037-9999999", "CERT_UNEXPECTED"),
    (basic, "exams.0.replaced_by", {"institution": "IELTS", "cefr": "B2"}, "EXAM_REPLACED"),
    (basic, "exams.0.replaced_by", {"institution": "IELTS", "cefr": "B7"}, "VALUE_NOT_ALLOWED"),
    (staged, "exams", basic()["exams"], "EXAM_UNEXPECTED"),
    (old_curriculum, "exams", basic()["exams"], "EXAM_UNEXPECTED"),
    # records that get no document are checked all the same
    (expelled, "document", basic()["document"], "NOT_ELIGIBLE"),
    (expelled, "learner.personal_code", "040521-29306", "PK_CHECKSUM"),
    (school_report, "subjects.0.grade_text", "labi", "GRADE_TEXT"),
]
_WARNINGS = {
    "INST_NAME",
    "DIRECTOR_POSITION",
    "PROG_NAME",
    "NAME_SPACE",
    "NAME_NFC",
    "NAME_CASE",
    "TEXT_SPACE",
}
_SPELLING = {"subjects.0.name=latviešu valoda", "exams.0.name=LATVIEŠU VALODA"}


@pytest.mark.parametrize(
    ("make", "path", "value", "code"),
    WRONG,
    ids=[f"{m.__name__}-{p}-{c}-{i}" for i, (m, p, _, c) in enumerate(WRONG)],
)
def test_a_wrong_value_is_caught_with_the_code_that_says_what_is_wrong(make, path, value, code):
    codes = found(put(make(), path, value))

    assert code in codes
    warning = code in _WARNINGS or f"{path}={value}" in _SPELLING
    assert codes[code] == ("warning" if warning else "error")


def _fields(group: Group, record: dict[str, Any], prefix: str = ""):
    """Every field that the record fills, with its place in the table."""
    for member in group.members:
        path = prefix + member.name
        value = record.get(member.name)
        if value is None:
            continue
        yield path, member
        if isinstance(member, Group):
            yield from _fields(member, value, f"{path}.")
        elif isinstance(member, Listing):
            for n, item in enumerate(value):
                yield from _fields(member.item, item, f"{path}.{n}.")


_FILLED = [(make, path, member) for make in ISSUED for path, member in _fields(RECORD, make())]
_MANDATORY = [(m, p) for m, p, member in _FILLED if isinstance(member, Listing) or not member.nullable]
_TEXTS = [
    (m, p)
    for m, p, member in _FILLED
    if isinstance(member, Leaf) and member.kind not in ("integer", "number")
]


def test_every_mandatory_field_is_missed_when_it_is_not_there():
    for make, path in _MANDATORY:
        record = make()
        for value in (GONE, None):
            assert "error" in found(put(record, path, value)).values(), (make.__name__, path, value)


def test_every_text_refuses_control_and_direction_characters_and_markup():
    for make, path in _TEXTS:
        record = make()
        value: Any = record
        for step in path.split("."):
            value = value[int(step)] if step.isdigit() else value[step]
        for bad in ("\x07", "\u202e", "\ufffd", "<i>", "\u0000"):
            assert "error" in found(put(record, path, value + bad)).values(), (make.__name__, path, bad)


def test_every_field_refuses_another_type_and_endless_text():
    for make, path, _ in _FILLED:
        record = make()
        for value in ({"a": 1}, [1], False, "x" * 10_000):
            assert "error" in found(put(record, path, value)).values(), (make.__name__, path, value)


def test_an_unknown_member_is_refused_at_every_level():
    record = secondary()
    for path in (
        "",
        "learner.",
        "institution.director.",
        "document.",
        "subjects.3.",
        "exams.1.",
        "programme.",
    ):
        assert found(put(record, f"{path}extra", 1)) == {"EXTRA_FIELD": "error"}


def test_a_verdict_on_one_line_is_not_taken_for_another_whose_members_are_swapped():
    record = basic()
    first = record["subjects"][0]
    swapped = {
        ("grade_text" if k == "grade" else "grade" if k == "grade_text" else k): v for k, v in first.items()
    }

    assert found(record) == {}
    assert "GRADE_CODE" in found(put(record, "subjects.0", swapped))


def test_a_name_that_a_clerk_confirms_is_handed_on_tidy():
    record = basic()
    record["learner"]["family_name"] = unicodedata.normalize("NFD", "Bērziņa ") + " Kalniņa"

    tidy, findings = CHECKER.examine(SourceRow(1, record))

    assert {f.code for f in findings} == {"NAME_NFC", "NAME_SPACE"}
    assert tidy["learner"]["family_name"] == "Bērziņa Kalniņa"
