"""Checks across rows: what only one row may hold, and what must agree wherever it occurs."""

from __future__ import annotations

import pytest
from graduates_2037 import (
    AS_OF,
    REFERENCE,
    basic,
    duplicate,
    school_report,
    secondary,
    vocational,
    without_code,
)

from issuer.records import Batch, Checker, SourceRow
from issuer.records.batch import SeenKeys

CHECKER = Checker(REFERENCE, AS_OF)


def other_basic():
    """Another person's certificate of the same school."""
    record = basic()
    record["record_id"] = "VIIS-2037-0009999"
    record["learner"] |= {"personal_code": "351234-00007", "given_names": "Ieva"}
    record["document"] |= {"number": "999999", "registration_no": "9-2037/999"}
    for n, exam in enumerate(record["exams"]):
        if exam["certificate_no"]:
            exam["certificate_no"] = f"CE-2037-999999{n}"
    return record


def judge(*records):
    with Batch(CHECKER) as batch:
        return [
            [(f.code, f.path) for f in batch.judge(SourceRow(n, record)).findings]
            for n, record in enumerate(records, 1)
        ]


def test_different_people_do_not_disturb_each_other():
    assert judge(basic(), other_basic(), secondary(), vocational()) == [[], [], [], []]


@pytest.mark.parametrize(
    ("section", "member", "code"),
    [
        ("document", "number", "DOC_NUMBER_DUP"),
        ("document", "registration_no", "REG_NO_DUP"),
    ],
)
def test_a_number_used_twice_is_reported_on_the_later_row(section, member, code):
    later = other_basic()
    later[section][member] = basic()[section][member]

    assert judge(basic(), later) == [[], [(code, f"{section}.{member}")]]


def test_a_record_sent_twice():
    later = other_basic()
    later["record_id"] = basic()["record_id"]

    assert judge(basic(), later) == [[], [("DUP_RECORD_ID", "record_id")]]


def test_a_certificate_number_used_twice_also_within_one_row():
    record = basic()
    record["exams"][1]["certificate_no"] = record["exams"][0]["certificate_no"]

    assert judge(record) == [[("CERT_DUP", "exams[1].certificate_no")]]
    assert judge(basic(), record)[1] == [
        ("DUP_RECORD_ID", "record_id"),
        ("DOC_NUMBER_DUP", "document.number"),
        ("REG_NO_DUP", "document.registration_no"),
        ("DUP_PERSON", "learner.personal_code"),
        ("CERT_DUP", "exams[0].certificate_no"),
        ("CERT_DUP", "exams[1].certificate_no"),
    ]


def test_the_same_registration_number_in_another_institution_is_fine():
    later = secondary()
    later["document"]["registration_no"] = vocational()["document"]["registration_no"]

    assert judge(vocational(), later) == [[], []]


def test_the_same_person_twice_with_an_original_of_the_same_type():
    later = other_basic()
    later["learner"] = basic()["learner"]

    assert judge(basic(), later) == [[], [("DUP_PERSON", "learner.personal_code")]]


def test_people_without_a_code_are_told_apart_by_their_other_identifier():
    later = other_basic()
    later["learner"] = without_code()["learner"]
    third = other_basic()
    third["learner"] = without_code()["learner"] | {
        "alt_id": {"type": "pase", "value": "AB1234567", "issuer_country": "LT"}
    }

    assert ("DUP_PERSON", "learner.personal_code") in judge(without_code(), later)[1]
    assert not {code for code, _ in judge(without_code(), third)[1]} & {"DUP_PERSON", "PERSON_CONFLICT"}


@pytest.mark.parametrize(
    "change", [{"given_names": "Zane"}, {"family_name": "Ozola"}, {"birth_date": "2020-01-01"}]
)
def test_one_code_for_two_people(change):
    earlier = other_basic()
    later = secondary()
    later["learner"] = earlier["learner"] | change

    assert ("PERSON_CONFLICT", "learner.personal_code") in judge(earlier, later)[1]


def test_one_person_may_get_a_certificate_and_a_duplicate_or_two_kinds_of_document():
    later = duplicate()
    earlier = other_basic()
    earlier["learner"] |= {
        "personal_code": later["learner"]["personal_code"],
        "given_names": later["learner"]["given_names"],
        "birth_date": later["learner"]["birth_date"],
    }

    codes = {code for code, _ in judge(earlier, later)[1]}

    assert not codes & {"DUP_PERSON", "PERSON_CONFLICT"}


def test_a_report_does_not_count_as_a_document():
    report = school_report()
    report["record_id"] = "VIIS-2037-0009998"
    for exam in report["exams"]:
        exam["certificate_no"] = exam["certificate_no"] and exam["certificate_no"].replace("2037-", "2037-9")

    assert judge(basic(), report) == [[], []]


def test_a_number_stays_taken_when_its_first_row_is_rejected():
    earlier = basic()
    earlier["programme"]["lqf_level"] = 5

    later = other_basic()
    later["document"]["number"] = earlier["document"]["number"]

    assert [code for code, _ in judge(earlier, later)[1]] == ["DOC_NUMBER_DUP"]


def test_the_index_lies_on_disk_and_finds_each_of_many_keys_again():
    seen = SeenKeys()
    for line in range(1, 20_001):
        assert seen.claim(line, [f"key {line}", f"other {line}"]) == {}

    assert seen.claim(99_999, ["key 1", "new", "other 20000", "new"]) == {0: 1, 2: 20_000, 3: 99_999}
    assert seen.claim(100_000, [f"many {n}" for n in range(40)]) == {}
    assert seen.claim(100_001, [f"many {n}" for n in range(40)]) == dict.fromkeys(range(40), 100_000)
    seen.close()
