"""Records into the register: a batch per institution, every row with its findings, a draft per document.

    intake = Intake(database, actor, issuing, source=Source("export.jsonl", digest), as_of=day)
    with Batch(checker) as judged:
        imported = intake(judged.judge(row) for row in read(path))

Sent again, a record with the same content changes nothing. One whose content differs updates its documents as long as
none is sealed, and re-opens what was approved with them; after that it is refused, because a sealed document is
corrected by a new one.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from sqlalchemy import insert, select
from sqlmodel import Session

from issuer.bulk.batches.contents import Contents, contents_of
from issuer.bulk.batches.reopening import reopen
from issuer.bulk.making import as_finding
from issuer.credential import Issuing
from issuer.errors import AtestatsError
from issuer.findings import Finding
from issuer.records import CheckedRow, content_hash
from issuer.register import audit, moves, numbering, people, records
from issuer.register.actor import Actor
from issuer.register.database import Database
from issuer.register.life import SEALED
from issuer.register.names import search_key
from issuer.register.packing import Packing
from issuer.register.register_error import RegisterError
from issuer.register.tables import batch, batch_row, document

ROWS: Final = 200
"""Rows of one transaction."""
_OWN: Final = frozenset(("clerk", "director", "source"))


@dataclass(frozen=True, slots=True)
class Source:
    """Where records come from: a name for people, and the SHA-256 (hex) of the file."""

    name: str
    digest: str


@dataclass(slots=True)
class Imported:
    """What an import made: batches by institution, and how many rows ended how."""

    batches: dict[str, str] = field(default_factory=dict)
    outcomes: Counter[str] = field(default_factory=Counter)
    """`new`, `unchanged`, `updated`, `refused`, `no_document`."""


@dataclass(slots=True)
class _Row:
    """A row on its way in."""

    checked: CheckedRow
    reg_no: str
    findings: list[Finding]
    decision: str
    outcome: str = "refused"
    changes: list[str] = field(default_factory=list)
    contents: list[Contents] = field(default_factory=list)
    content_hash: str = ""
    version: int | None = None
    person_id: str | None = None

    def refuse(self, finding: Finding) -> None:
        self.findings.append(finding)
        self.decision, self.outcome, self.contents = "reject", "refused", []


class Intake:
    """Imports judged rows; one object per source file."""

    def __init__(
        self,
        database: Database,
        actor: Actor,
        issuing: Issuing,
        *,
        source: Source,
        as_of: dt.date,
        title: str = "",
        sandbox: bool = False,
        now: dt.datetime | None = None,
    ) -> None:
        self._database = database
        self._actor = actor
        self._issuing = issuing
        self._source = source
        self._as_of = as_of
        self._title = title or source.name
        self._sandbox = sandbox
        self._now = now
        self._imported = Imported()

    def __call__(self, rows: Iterable[CheckedRow]) -> Imported:
        """Import them all, 200 to a transaction; memory does not grow with the source."""
        iterator = iter(rows)
        while some := list(islice(iterator, ROWS)):
            with self._database.writing() as session:
                self._range(session, some, self._now or dt.datetime.now(dt.UTC))
        return self._imported

    def _range(self, session: Session, checked: Sequence[CheckedRow], at: dt.datetime) -> None:
        packing = Packing.of(session)
        of_school: dict[str, list[_Row]] = {}
        for each in checked:
            row = self._row(each)
            of_school.setdefault(row.reg_no, []).append(row)
        for reg_no, rows in of_school.items():
            batch_id = self._imported.batches.get(reg_no) or self._new_batch(session, reg_no, at)
            self._of_one_school(session, packing, reg_no, batch_id, rows, at)
            self._imported.outcomes.update(row.outcome for row in rows)

    def _row(self, checked: CheckedRow) -> _Row:
        record = checked.record or {}
        named = str((record.get("institution") or {}).get("reg_no") or "")
        own = self._actor.reg_no if self._actor.role in _OWN else None
        home = own or next(iter(self._imported.batches), "")
        known = named in self._issuing.reference.institutions
        row = _Row(checked, named if known else home, list(checked.findings), checked.decision)
        if not row.reg_no:
            raise _NO_INSTITUTION
        if own is not None and known and named != own:
            row.reg_no = own
            row.refuse(_OTHER_INSTITUTION)
        if row.decision == "no_document":
            row.outcome = "no_document"
        if row.decision in ("issue", "review"):
            try:
                row.contents = contents_of(record, self._issuing)
            except AtestatsError as error:
                row.refuse(as_finding(error))
            else:
                groups = row.contents[0].plan.main_type.record_groups if row.contents else ()
                row.content_hash = content_hash(record, groups)
        return row

    def _new_batch(self, session: Session, reg_no: str, at: dt.datetime) -> str:
        batch_id = str(uuid.uuid4())
        session.execute(
            insert(batch).values(
                id=batch_id,
                reg_no=reg_no,
                title=self._title,
                kind="issue",
                state="open",
                source=self._source.name,
                source_digest=self._source.digest,
                sandbox=self._sandbox,
                as_of=self._as_of,
                made_by=self._actor.subject,
                made_at=at,
            )
        )
        self._imported.batches[reg_no] = batch_id
        return batch_id

    # ── the rows of one school ──

    def _of_one_school(
        self,
        session: Session,
        packing: Packing,
        reg_no: str,
        batch_id: str,
        rows: Sequence[_Row],
        at: dt.datetime,
    ) -> None:
        usable = [row for row in rows if row.contents]
        before = records.latest(session, reg_no, [_record_id(row) for row in usable])
        known = _documents_of(session, [each.plan.credential_id for row in usable for each in row.contents])
        taken = _taken_numbers(session, usable)
        for row in usable:
            self._compare(row, before.get(_record_id(row)), packing, known, taken)
        fresh = [row for row in usable if row.outcome in ("new", "updated")]
        self._store(session, packing, reg_no, fresh, before, at)
        for row in fresh:
            if row.outcome == "updated":
                self._update(session, row, known, batch_id, at)
        self._insert_drafts(session, batch_id, fresh, known, at)
        session.connection().execute(insert(batch_row), [_stored(row, batch_id) for row in rows])

    def _compare(
        self,
        row: _Row,
        before: records.Version | None,
        packing: Packing,
        known: Mapping[str, Any],
        taken: Mapping[tuple[str, str, str], str],
    ) -> None:
        """Decide what the row is: new, unchanged, updated or refused."""
        if before is not None and before.content_hash == row.content_hash:
            row.outcome, row.version = "unchanged", before.id
            return
        if before is not None and before.content is not None:
            row.changes = records.differences(records.read(packing, before.content), row.checked.record or {})
        old = [known[each.plan.credential_id] for each in row.contents if each.plan.credential_id in known]
        if any(each.state in SEALED for each in old):
            row.refuse(_RECORD_CHANGED)
            return
        for each in row.contents:
            holder = taken.get(_number_of(each))
            if holder not in (None, each.plan.credential_id):
                row.refuse(_NUMBER_TAKEN)
                return
        row.outcome = "updated" if old else "new"

    def _store(
        self,
        session: Session,
        packing: Packing,
        reg_no: str,
        rows: Sequence[_Row],
        before: Mapping[str, records.Version],
        at: dt.datetime,
    ) -> None:
        keys = {id(row): people.key_of(row.checked.record or {}) for row in rows}
        found = people.find_or_make(session, [key for key in keys.values() if key], self._source.name, at)
        for row in rows:
            key = keys[id(row)]
            row.person_id = found[key] if key else None
        versions = [
            records.NewVersion(
                reg_no,
                _record_id(row),
                row.content_hash,
                row.checked.record or {},
                row.person_id,
                (self._source.name, str((row.checked.record or {}).get("exported_at") or ""), at.isoformat()),
            )
            for row in rows
        ]
        stored = records.store(session, packing, versions, before, at)
        for row in rows:
            row.version = stored[_record_id(row)]

    def _update(
        self, session: Session, row: _Row, known: Mapping[str, Any], batch_id: str, at: dt.datetime
    ) -> None:
        """Give the record's drafts their new contents; what was approved with them is open again."""
        old = [
            (known[each.plan.credential_id], each)
            for each in row.contents
            if each.plan.credential_id in known
        ]
        for batch_of in {each.batch_id for each, _ in old}:
            reopen(session, self._actor, batch_of, "ieraksts mainīts / the record changed", at)
        values = {each.id: self._columns(row, contents) for each, contents in old}
        moves.move(
            session,
            self._actor,
            "record.update",
            batch_id,
            list(values),
            "draft",
            digests={each.id: contents.digest for each, contents in old},
            values=values,
            detail={"line": row.checked.line, "paths": len(row.changes)},
            at=at,
        )

    def _insert_drafts(
        self,
        session: Session,
        batch_id: str,
        rows: Sequence[_Row],
        known: Mapping[str, Any],
        at: dt.datetime,
    ) -> None:
        made = [(row, each) for row in rows for each in row.contents if each.plan.credential_id not in known]
        if not made:
            return
        first = numbering.reserve_ids(session, len(made))
        steps = [audit.Step(first + place, "", "draft", each.digest) for place, (_, each) in enumerate(made)]
        seq = audit.append(session, self._actor, "batch.import", batch_id, steps=steps, at=at)
        session.connection().execute(
            insert(document),
            [
                {
                    "id": first + place,
                    "base_id": each.plan.credential_id,
                    "batch_id": batch_id,
                    "reg_no": row.reg_no,
                    "document_type": each.plan.document_type.code,
                    "main": each.plan.document_type is each.plan.main_type,
                    "state": "draft",
                    "audit_seq": seq,
                    "digest": each.digest,
                    **self._columns(row, each),
                }
                for place, (row, each) in enumerate(made)
            ],
        )

    @staticmethod
    def _columns(row: _Row, each: Contents) -> dict[str, Any]:
        facts = each.draft.facts
        numbered = each.is_numbered
        return {
            "source_record": row.version,
            "person_id": row.person_id,
            "sealed_by": each.draft.sealer.owner,
            "given_names": facts.given_names,
            "family_name": facts.family_name,
            "name_key": search_key(facts.family_name, facts.given_names),
            "series": facts.series_part if numbered else None,
            "number": facts.number_part if numbered else None,
            "registration_no": facts.registration_no or None if numbered else None,
            "issued_on": dt.date.fromisoformat(facts.issued),
        }


def _record_id(row: _Row) -> str:
    return str((row.checked.record or {}).get("record_id"))


def _documents_of(session: Session, base_ids: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for start in range(0, len(base_ids), 500):
        rows = session.execute(
            select(document.c.id, document.c.base_id, document.c.state, document.c.batch_id).where(
                document.c.base_id.in_(base_ids[start : start + 500])
            )
        )
        found |= {row.base_id: row for row in rows}
    return found


def _number_of(each: Contents) -> tuple[str, str, str]:
    facts = each.draft.facts
    return each.plan.document_type.code, facts.series_part, facts.number_part


def _taken_numbers(session: Session, rows: Sequence[_Row]) -> dict[tuple[str, str, str], str]:
    """(type, series, number) -> base identifier of who has it, also among the rows themselves."""
    numbers = [each for row in rows for each in row.contents if each.is_numbered]
    found: dict[tuple[str, str, str], str] = {}
    wanted = [each.draft.facts.number_part for each in numbers]
    for start in range(0, len(wanted), 500):
        columns = (document.c.document_type, document.c.series, document.c.number, document.c.base_id)
        some = session.execute(select(*columns).where(document.c.number.in_(wanted[start : start + 500])))
        found |= {(row.document_type, row.series, row.number): row.base_id for row in some}
    for each in numbers:
        found.setdefault(_number_of(each), each.plan.credential_id)
    return found


def _stored(row: _Row, batch_id: str) -> dict[str, Any]:
    return {
        "batch_id": batch_id,
        "line": row.checked.line,
        "record_id": row.checked.record_id,
        "source_record": row.version,
        "decision": row.decision,
        "findings": [finding.as_dict() for finding in row.findings],
        "changes": {"outcome": row.outcome, "paths": row.changes},
    }


_OTHER_INSTITUTION = Finding(
    "OTHER_INSTITUTION",
    "error",
    "institution.reg_no",
    "Ieraksts ir citas iestādes.",
    "The record belongs to another institution.",
)
_RECORD_CHANGED = Finding(
    "RECORD_CHANGED",
    "error",
    "",
    "Šim ierakstam dokuments jau ir apzīmogots ar citu saturu. Izmantojiet darbību „Labojums”.",
    "A document with other content was already sealed for this record. Use the operation “Correction”.",
)
_NUMBER_TAKEN = Finding(
    "DOC_NUMBER_DUP",
    "error",
    "document.number",
    "Dokuments ar šādu sēriju un numuru reģistrā jau ir.",
    "The register already has a document with this series and number.",
)
_NO_INSTITUTION = RegisterError(
    "IMPORT_WITHOUT_INSTITUTION",
    "Pirmajās rindās nav nevienas zināmas iestādes: nav saprotams, kam imports pieder.",
    "The first rows name no known institution: nobody can tell whose import this is.",
    next_lv="Pārbaudiet failu un klasifikatoru datni.",
    next_en="Check the file and the reference file.",
)
