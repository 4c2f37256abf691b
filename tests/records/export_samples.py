"""Ten records of every shape, and what the tests of all formats ask of the rows that were read."""

from __future__ import annotations

import json

from graduates_2037 import (
    AS_OF,
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

from issuer.records import Batch, Checker, SourceRow, content_hash, read

MAKERS = (
    basic, foreign_name, secondary, vocational, duplicate,
    school_report, expelled, staged, old_curriculum, without_code,
)  # fmt: skip


def records():
    made = [make() for make in MAKERS]
    for n, record in enumerate(made, 1):
        record["record_id"] = f"VIIS-2037-{n:07d}"
    return made


def codes(row: SourceRow) -> list[str]:
    return [finding.code for finding in row.findings]


def same(rows: list[SourceRow], expected=None) -> None:
    expected = expected or records()
    assert [(row.line, codes(row)) for row in rows] == [(n, []) for n in range(1, len(expected) + 1)]
    assert [content_hash(row.record) for row in rows] == [content_hash(record) for record in expected]


def judged(rows: list[SourceRow]) -> list[str]:
    with Batch(Checker(REFERENCE, AS_OF)) as batch:
        return [batch.judge(row).decision for row in rows]


def jsonl(path, lines) -> list[SourceRow]:
    file = path / "graduates.jsonl"
    file.write_bytes(b"".join(line if isinstance(line, bytes) else line.encode() for line in lines))
    return list(read(path))


def line(record) -> str:
    return json.dumps(record, ensure_ascii=False) + "\n"
