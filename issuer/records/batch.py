"""One batch: the checks that look from one row to the others, and the verdict on each row.

    with Batch(checker) as batch:
        for row in read(path):
            checked = batch.judge(row)

Numbers, identifiers and persons that were seen are kept as 8-byte digests in a temporary database that the operating
system deletes; memory does not grow with the batch. A repeated value is reported on the later row.
"""

from __future__ import annotations

import hashlib
import sqlite3
from types import TracebackType
from typing import Any, Final, Self

from issuer.findings import Finding
from issuer.records.checker import Checker
from issuer.records.facts import REPORT
from issuer.records.messages import say
from issuer.records.row import CheckedRow, SourceRow, decision
from issuer.records.structure import Record

_CACHE_KIB: Final = 2048


class Batch:
    """Judges rows one by one, in the order of the source."""

    def __init__(self, checker: Checker) -> None:
        self._checker = checker
        self._seen = SeenKeys()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Delete what was kept."""
        self._seen.close()

    def judge(self, row: SourceRow) -> CheckedRow:
        """The row with all its findings, those across rows included, and the decision."""
        record, findings = self._checker.examine(row)
        if record is None:
            return CheckedRow(row.line, None, None, findings, "reject")
        findings += self._across_rows(row.line, record)
        return CheckedRow(row.line, record.get("record_id"), record, findings, decision(record, findings))

    def _across_rows(self, line: int, record: Record) -> list[Finding]:
        claims = _claims(record)
        earlier = self._seen.claim(line, [claim[0] for claim in claims])
        findings = [
            say(key, path, line=earlier[place])
            for place, (_, key, path) in enumerate(claims)
            if place in earlier
        ]
        person = _person(record)
        if person is not None:
            identifier, identity = person
            other = self._seen.identify(line, identifier, identity)
            if other is not None:
                # Two people under one code is the graver finding; "the same person twice" would then be wrong.
                findings = [finding for finding in findings if finding.code != "DUP_PERSON"]
                findings.append(say("PERSON_CONFLICT", "learner.personal_code", line=other))
        return findings


def _claims(record: Record) -> list[tuple[str, str, str]]:
    """What only one row of a batch may hold: (key, message, path)."""
    claims: list[tuple[str, str, str]] = []
    record_id = record.get("record_id")
    if record_id is not None:
        claims.append((f"record {record_id}", "DUP_RECORD_ID", "record_id"))
    document: dict[str, Any] = record.get("document") or {}
    institution = (record.get("institution") or {}).get("reg_no")
    series, number = document.get("series"), document.get("number")
    if number is not None and series is not None:
        claims.append((f"number {series} {number}", "DOC_NUMBER_DUP", "document.number"))
    if document.get("registration_no") is not None and institution is not None:
        key = f"registration {institution} {document['registration_no']}"
        claims.append((key, "REG_NO_DUP", "document.registration_no"))
    person = _person(record)
    if (
        person is not None
        and document.get("issue_kind") == "original"
        and document.get("type") not in (None, REPORT)
        and (record.get("completion") or {}).get("result") == "completed"
    ):
        claims.append((f"award {document['type']} {person[0]}", "DUP_PERSON", "learner.personal_code"))
    for n, exam in enumerate(record.get("exams") or ()):
        if exam and exam.get("certificate_no") is not None:
            path = f"exams[{n}].certificate_no"
            claims.append((f"certificate {exam['certificate_no']}", "CERT_DUP", path))
    return claims


def _person(record: Record) -> tuple[str, str] | None:
    """The person's identifier, and what must be the same wherever it occurs."""
    learner: dict[str, Any] = record.get("learner") or {}
    code, other = learner.get("personal_code"), learner.get("alt_id") or {}
    if code is None and None in (other.get("value"), other.get("type")):
        return None
    identifier = code or f"{other['type']} {other.get('issuer_country')} {other['value']}"
    given, family, birth = learner.get("given_names"), learner.get("family_name"), learner.get("birth_date")
    if given is None or family is None or birth is None:
        return None
    return identifier, f"{given} {family} {birth}".casefold()


class SeenKeys:
    """Digests on disk, each with the line that claimed it first: SQLite's private temporary file, bounded cache."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(
            f"""PRAGMA cache_size = -{_CACHE_KIB}; PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
            PRAGMA temp_store = FILE; PRAGMA locking_mode = EXCLUSIVE;
            CREATE TABLE claimed (key INTEGER PRIMARY KEY, line INTEGER NOT NULL) STRICT;
            CREATE TABLE person (key INTEGER PRIMARY KEY, line INTEGER NOT NULL, identity INTEGER NOT NULL) STRICT;
            BEGIN"""
        )

    def close(self) -> None:
        """Drop the temporary database."""
        self._database.close()

    def claim(self, line: int, keys: list[str]) -> dict[int, int]:
        """Claim `keys` for `line`; returns {place in `keys`: line that had it first} for those already taken."""
        if not keys:
            return {}
        digests = [_digest(key) for key in keys]
        cursor = self._database.execute(_INSERTS[min(len(keys), _MOST)], _pairs(digests[:_MOST], line))
        if cursor.rowcount == len(keys):
            return {}
        earlier: dict[int, int] = {}
        mine: set[int] = set()
        for place, digest in enumerate(digests):
            if place >= _MOST:
                self._database.execute(_INSERTS[1], (digest, line))
            row = self._database.execute("SELECT line FROM claimed WHERE key = ?", (digest,)).fetchone()
            if row[0] != line or digest in mine:
                earlier[place] = row[0]
            mine.add(digest)
        return earlier

    def identify(self, line: int, identifier: str, identity: str) -> int | None:
        """Tie `identifier` to `identity`; returns the line that tied it to another one, if any."""
        key, wanted = _digest(identifier), _digest(identity)
        cursor = self._database.execute(
            "INSERT INTO person VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (key, line, wanted)
        )
        if cursor.rowcount == 1:
            return None
        first: tuple[int, int] = self._database.execute(
            "SELECT line, identity FROM person WHERE key = ?", (key,)
        ).fetchone()
        return None if first[1] == wanted else first[0]


_MOST: Final = 16
_INSERTS: Final = [
    "INSERT INTO claimed VALUES " + ", ".join(["(?, ?)"] * n) + " ON CONFLICT DO NOTHING"  # noqa: S608  (no input)
    for n in range(_MOST + 1)
]


def _digest(text: str) -> int:
    """64 bits of BLAKE2b: among a million keys the chance of two alike is below one in ten million."""
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)


def _pairs(digests: list[int], line: int) -> list[int]:
    return [value for digest in digests for value in (digest, line)]
