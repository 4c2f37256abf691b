"""Series, number and registration number of a document: whether the source has given them, and putting them in.

A record whose document has neither number nor registration number gets both from the register at sealing. One of the
two alone is a fault of the record, because nobody can tell which book the other stands in.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def lacks_numbers(document: Mapping[str, Any]) -> bool:
    """Whether the register is to number this document (the section `document` of a record)."""
    return document.get("number") is None and document.get("registration_no") is None


def with_numbers(record: Mapping[str, Any], series: str, number: str, registration_no: str) -> dict[str, Any]:
    """The record with these in its `document`; the record itself stays as it was."""
    given = {"series": series, "number": number, "registration_no": registration_no}
    return {**record, "document": {**record["document"], **given}}
