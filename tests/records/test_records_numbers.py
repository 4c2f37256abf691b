"""Documents that the register is to number: the source gives none, or all of it."""

from __future__ import annotations

from typing import Any

import pytest
from graduates_2037 import AS_OF, REFERENCE, basic

from issuer.records import Checker, SourceRow
from issuer.records.numbers import lacks_numbers, with_numbers


def _codes(record: dict[str, Any], *, numbers_later: bool) -> set[str]:
    checker = Checker(REFERENCE, AS_OF, numbers_later=numbers_later)
    return {finding.code for finding in checker.check(SourceRow(1, record))}


def _without(*names: str) -> dict[str, Any]:
    record = basic()
    record["document"].update(dict.fromkeys(names))
    return record


def test_a_document_without_numbers_is_clean_where_the_register_gives_them() -> None:
    record = _without("series", "number", "registration_no")
    assert _codes(record, numbers_later=True) == set()
    assert _codes(record, numbers_later=False) == {"DOC_NUMBER_FORMAT", "REQUIRED"}


@pytest.mark.parametrize("name", ["number", "registration_no"])
def test_one_of_the_two_numbers_alone_is_a_fault_still(name: str) -> None:
    assert _codes(_without(name), numbers_later=True)


def test_numbers_are_put_into_a_copy() -> None:
    record = _without("series", "number", "registration_no")
    assert lacks_numbers(record["document"])
    numbered = with_numbers(record, "PE", "000001", "2037/001")
    assert not lacks_numbers(numbered["document"])
    assert lacks_numbers(record["document"])
    assert _codes(numbered, numbers_later=False) == set()


def test_a_fault_is_told_once_per_field() -> None:
    record = basic()
    record["exams"][0]["level"] = "nezināms"
    findings = Checker(REFERENCE, AS_OF).check(SourceRow(1, record))
    told = [(finding.code, finding.path) for finding in findings]
    assert len(told) == len(set(told))
    assert told
