"""Reading the whole audit trail again: has anything been altered, deleted or cut off?

Checked are: the chain from the first entry to its end; the end itself, which may be held against one that was kept
outside (`expect`); the steps of documents against the hash in their entry; the present state and digest of every
document against its last step; and, when asked for, the stored bytes against the digest. A row that somebody changed
behind the register's back disagrees with at least one of these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Final

from sqlalchemy import Row, Select, func, select
from sqlmodel import Session

from issuer.register.audit import START, Step, hash_of, root_of
from issuer.register.life import SEALED
from issuer.register.packing import Packing
from issuer.register.tables import audit_entry, audit_head, document, document_bytes, document_event

_MOST: Final = 1_000  # findings; a register that is altered in more places needs no longer list
_AT_ONCE: Final = 1_000


@dataclass(frozen=True, slots=True)
class Alteration:
    """One thing that does not agree. `code` is stable; `where` names the row."""

    code: str
    where: str
    lv: str
    en: str


@dataclass(frozen=True, slots=True)
class AuditReport:
    """What was read and found. `head` is the hash to keep outside the register."""

    entries: int
    steps: int
    documents: int
    files: int
    head: str
    alterations: tuple[Alteration, ...]


def check(session: Session, *, expect: str | None = None, files: bool = True) -> AuditReport:
    """Read everything; memory does not grow with the register. `expect`: a head printed earlier, which must be in the
    chain. `files`: read and hash the bytes of every sealed document too.
    """
    found: list[Alteration] = []

    def report(code: str, where: str, lv: str, en: str) -> None:
        if len(found) < _MOST:
            found.append(Alteration(code, where, lv, en))

    entries, head = _chain(session, expect, report)
    steps = _steps(session, report)
    documents = _documents(session, report)
    read = _files(session, report) if files else 0
    return AuditReport(entries, steps, documents, read, head, tuple(found))


_Report = Callable[[str, str, str, str], None]


def _chain(session: Session, expect: str | None, report: _Report) -> tuple[int, str]:
    previous, seq, seen = START, 0, expect in (None, START)
    for row in _streamed(session, select(audit_entry).order_by("seq")):
        entry = row._asdict()
        seq += 1
        where = f"audit_entry {entry['seq']}"
        if entry["seq"] != seq:
            report(
                "AUDIT_GAP",
                where,
                f"Trūkst ierakstu no {seq}. līdz {entry['seq'] - 1}.",
                f"The entries {seq} to {entry['seq'] - 1} are missing.",
            )
            seq = entry["seq"]
        if entry["previous"] != previous:
            report(
                "AUDIT_CHAIN",
                where,
                "Ieraksts neturpina iepriekšējo.",
                "The entry does not continue the one before it.",
            )
        if hash_of(entry) != entry["hash"]:
            report("AUDIT_ALTERED", where, "Ieraksts ir mainīts.", "The entry was altered.")
        previous = entry["hash"]
        seen = seen or previous == expect
    head = session.execute(select(audit_head.c.seq, audit_head.c.hash)).one_or_none()
    if head is None or (head.seq, head.hash) != (seq, previous):
        report(
            "AUDIT_CUT", "audit_head", "Žurnāla beigas ir nogrieztas.", "The end of the trail was cut off."
        )
    if not seen:
        report(
            "AUDIT_HEAD_MISSING",
            "audit_head",
            "Ārpus reģistra glabātās žurnāla beigas šajā žurnālā nav: tas ir nogriezts vai pārrakstīts.",
            "The head kept outside is not in this trail: it was cut off or rewritten.",
        )
    return seq, previous


def _steps(session: Session, report: _Report) -> int:
    """Each entry's documents and root against the rows of `document_event`, in the order of the entries."""
    count = 0
    entries = _streamed(
        session,
        select(audit_entry.c.seq, audit_entry.c.documents, audit_entry.c.root)
        .where(audit_entry.c.documents > 0)
        .order_by(audit_entry.c.seq),
    )
    events = _streamed(
        session,
        select(document_event).order_by("audit_seq", "document_id"),
    )
    of_entry = groupby(events, key=lambda row: row.audit_seq)
    seq, rows = next(of_entry, (None, iter(())))
    for entry in entries:
        while seq is not None and seq < entry.seq:
            report(
                "STEP_WITHOUT_ENTRY",
                f"document_event {seq}",
                "Solim nav ieraksta žurnālā.",
                "A step without an entry in the trail.",
            )
            seq, rows = next(of_entry, (None, iter(())))
        steps: list[Step] = []
        if seq == entry.seq:
            steps = [Step(row.document_id, row.from_state, row.to_state, row.digest) for row in rows]
            seq, rows = next(of_entry, (None, iter(())))
        count += len(steps)
        if len(steps) != entry.documents or root_of(steps) != entry.root:
            report(
                "STEPS_ALTERED",
                f"audit_entry {entry.seq}",
                "Dokumentu soļi ir mainīti vai dzēsti.",
                "Steps of documents were altered or deleted.",
            )
    if seq is not None:
        report(
            "STEP_WITHOUT_ENTRY",
            f"document_event {seq}",
            "Solim nav ieraksta žurnālā.",
            "A step without an entry in the trail.",
        )
    return count


def _documents(session: Session, report: _Report) -> int:
    """The present state and digest of each document are those of its last step."""
    last = (
        select(
            document_event.c.document_id,
            document_event.c.to_state,
            document_event.c.digest,
            document_event.c.audit_seq,
            func.row_number()
            .over(partition_by=document_event.c.document_id, order_by=document_event.c.audit_seq.desc())
            .label("place"),
        )
    ).subquery()
    ends = select(last).where(last.c.place == 1).subquery()
    joined = (
        select(
            document.c.id,
            document.c.state,
            document.c.digest,
            document.c.audit_seq,
            ends.c.document_id,
            ends.c.to_state,
            ends.c.digest.label("last_digest"),
            ends.c.audit_seq.label("last_seq"),
        )
        .select_from(ends.outerjoin(document, document.c.id == ends.c.document_id))
        .order_by(ends.c.document_id)
    )
    count = 0
    for row in _streamed(session, joined):
        count += 1
        if row.id is None:
            report(
                "DOCUMENT_DELETED",
                f"document {row.document_id}",
                "Dokuments ir dzēsts.",
                "The document was deleted.",
            )
        elif (row.state, row.digest, row.audit_seq) != (row.to_state, row.last_digest, row.last_seq):
            report(
                "DOCUMENT_ALTERED",
                f"document {row.id}",
                "Dokumenta stāvoklis vai kontrolsumma nav tā, ko žurnāls pēdējo ir pierakstījis.",
                "The document's state or digest is not the one that the trail wrote down last.",
            )
    orphans = session.execute(
        select(func.count())
        .select_from(document)
        .where(document.c.id.not_in(select(document_event.c.document_id)))
    ).scalar_one()
    if orphans:
        report(
            "DOCUMENT_UNKNOWN",
            "document",
            f"{orphans} dokumentu žurnālā nav.",
            f"{orphans} documents are not in the trail.",
        )
    return count


def _files(session: Session, report: _Report) -> int:
    """The bytes of every sealed document have the digest that its row, and so the trail, tells."""
    packing = Packing.of(session)
    count = 0
    rows = _streamed(
        session,
        select(
            document.c.id,
            document.c.digest,
            document_bytes.c.head,
            document_bytes.c.tail,
            document_bytes.c.document_id,
        )
        .select_from(document)
        .outerjoin(document_bytes, document_bytes.c.document_id == document.c.id)
        .where(document.c.state.in_(sorted(SEALED)))
        .order_by(document.c.id),
    )
    for row in rows:
        count += 1
        if row.document_id is None or row.tail is None:
            report(
                "FILE_MISSING",
                f"document {row.id}",
                "Datnes baitu nav.",
                "The bytes of the file are missing.",
            )
        elif not packing.is_whole(row.head, row.tail, row.digest):
            report(
                "FILE_ALTERED",
                f"document {row.id}",
                "Datnes baiti ir mainīti.",
                "The bytes of the file were altered.",
            )
    return count


def _streamed(session: Session, statement: Select[Any]) -> Iterator[Row[Any]]:
    result = session.execute(statement, execution_options={"yield_per": _AT_ONCE})
    yield from result
