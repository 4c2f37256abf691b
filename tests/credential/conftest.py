"""Records of the year 2037 that ship with the project, and what issuing them needs."""

from __future__ import annotations

import copy
import datetime as dt
import json
from pathlib import Path

import pytest

from issuer.catalogue import Reference
from issuer.credential import Issuing

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SEALED_AT = dt.datetime(2037, 7, 31, 9, 30, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def reference() -> Reference:
    return Reference.load(EXAMPLES / "reference.json")


@pytest.fixture(scope="session")
def issuing(reference: Reference) -> Issuing:
    return Issuing.of(reference)


@pytest.fixture(scope="session")
def _example_lines() -> list[str]:
    return (EXAMPLES / "records.jsonl").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def records(_example_lines: list[str], reference: Reference) -> list[dict]:
    """Fresh copies of the valid example records: a test may change them."""
    rows = []
    for line in _example_lines:
        try:
            row = json.loads(line)
        except ValueError:
            continue
        document = row.get("document")
        if (
            document
            and document["type"] != "LIECIBA"
            and row["institution"]["reg_no"] in reference.institutions
        ):
            rows.append(row)
    return rows


@pytest.fixture
def record_of(records: list[dict]):
    """The first record whose document is of a type: `record_of("ATE_VVI")`."""

    def find(code: str) -> dict:
        return copy.deepcopy(
            next(
                row
                for row in records
                if row["document"]["type"] == code and row["completion"]["result"] == "completed"
            )
        )

    return find
