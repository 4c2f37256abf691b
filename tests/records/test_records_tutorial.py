"""From a school's export to a decision on each row: the intake in one sitting.

The examples are twelve synthetic graduates of 2037; ten are in order, two are not.
"""

from __future__ import annotations

import datetime as dt

import pytest
from graduates_2037 import AS_OF, EXAMPLES, ISSUED, NOT_ISSUED, REFERENCE, basic

from issuer.records import Batch, Checker, SourceRow, content_hash, decision, read


def test_reading_gives_rows_one_by_one_without_loading_the_file():
    rows = read(EXAMPLES / "records.jsonl")

    first = next(rows)

    assert first.line == 1
    assert first.record["record_id"] == "VIIS-2037-0000001"
    assert first.findings == ()


def test_a_row_in_order_has_no_findings_and_is_to_be_issued():
    checker = Checker(REFERENCE, AS_OF)

    findings = checker.check(SourceRow(1, basic()))

    assert findings == []
    assert decision(basic(), findings) == "issue"


def test_all_findings_of_a_row_come_at_once_each_with_a_place_and_two_languages():
    record = basic()
    record["learner"]["family_name"] = "B?rzi??"
    record["programme"]["lqf_level"] = 4
    record["subjects"][2]["grade"] = "11"

    findings = Checker(REFERENCE, AS_OF).check(SourceRow(1, record))

    assert {(f.code, f.path) for f in findings} >= {
        ("NAME_CHARS", "learner.family_name"),
        ("LQF", "programme.lqf_level"),
        ("GRADE_RANGE", "subjects[2].grade"),
    }
    assert all(f.message_lv and f.message_en and f.message_lv != f.message_en for f in findings)


def test_a_batch_also_looks_from_one_row_to_the_others():
    with Batch(Checker(REFERENCE, AS_OF)) as batch:
        first = batch.judge(SourceRow(1, basic()))
        second = batch.judge(SourceRow(2, basic()))

    assert first.decision == "issue"
    assert second.decision == "reject"
    assert {"DUP_RECORD_ID", "DUP_PERSON", "DOC_NUMBER_DUP", "REG_NO_DUP", "CERT_DUP"} == {
        f.code for f in second.findings
    }


def test_a_rejected_row_does_not_stop_the_others():
    with Batch(Checker(REFERENCE, AS_OF)) as batch:
        decisions = [batch.judge(row).decision for row in read(EXAMPLES / "records.jsonl")]

    assert decisions.count("issue") == 10
    assert decisions.count("reject") == 2


def test_unknown_fields_are_reported_and_never_handed_on():
    record = basic()
    record["learner"]["diagnosis"] = "secret"

    with Batch(Checker(REFERENCE, AS_OF)) as batch:
        checked = batch.judge(SourceRow(1, record))

    assert [(f.code, f.path) for f in checked.findings] == [("EXTRA_FIELD", "learner.diagnosis")]
    assert "secret" not in str(checked)
    assert checked.record == basic()


def test_the_content_hash_recognises_a_record_that_is_sent_again():
    again = dict(reversed(basic().items()))
    corrected = basic()
    corrected["subjects"][0]["grade"] = "9"
    padded = {**basic(), "note": "not part of the record"}
    short = basic()
    del short["learner"]["alt_id"]

    assert content_hash(again) == content_hash(basic())
    assert content_hash(padded) == content_hash(basic())
    assert content_hash(short) == content_hash(basic())
    assert content_hash(corrected) != content_hash(basic())


@pytest.mark.parametrize("make", ISSUED, ids=lambda make: make.__name__)
def test_every_valid_shape_is_issued(make):
    with Batch(Checker(REFERENCE, AS_OF)) as batch:
        checked = batch.judge(SourceRow(1, make()))

    assert [f.as_dict() for f in checked.findings] == []
    assert checked.decision == "issue"


@pytest.mark.parametrize("make", NOT_ISSUED, ids=lambda make: make.__name__)
def test_who_did_not_complete_gets_no_document_and_no_complaint(make):
    with Batch(Checker(REFERENCE, AS_OF)) as batch:
        checked = batch.judge(SourceRow(1, make()))

    assert (checked.decision, checked.findings) == ("no_document", [])


def test_the_future_is_judged_by_the_given_day_not_by_the_clock():
    findings = Checker(REFERENCE, dt.date(2037, 6, 1)).check(SourceRow(1, basic()))

    assert {f.code for f in findings} == {"DATE_FUTURE"}
