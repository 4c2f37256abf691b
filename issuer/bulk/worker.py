"""From a range of checked records to sealed files in place: compose, draw, validate, seal, write.

A record is sealed whole or not at all: when one of its documents cannot be made, none of them is.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from issuer.bulk.collector import collector_aside
from issuer.bulk.folder_error import writing_to
from issuer.bulk.journal import Journal
from issuer.bulk.making import Maker, Order, as_finding
from issuer.bulk.outbox import Outbox, SealedFiles, document_path
from issuer.bulk.result import Result
from issuer.bulk.slots import Slots
from issuer.catalogue.reference import Reference
from issuer.credential import DocumentPlan, Issuing, documents_of
from issuer.errors import AtestatsError
from issuer.findings import Finding
from issuer.records import content_hash
from issuer.seal import ec1
from issuer.seal.keystore import KeyStore

Clock = Callable[[], datetime]


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True, slots=True)
class Settings:
    """What a worker process needs to know; picklable, no secrets (the passphrase comes from the environment)."""

    out: Path
    reference: Path
    keys: Path
    key_file: Path | None = None
    types: frozenset[str] | None = None
    """Document types to seal; None means every type that a record yields."""
    sealed_by: str | None = None
    """Overrides who seals: `institution`, `ministry` or `exam_body`; None means as the document type says."""
    full_qr: bool = False
    """Whether the QR code holds marks and exam results too."""
    host: str = ec1.DEFAULT_HOST
    more_types: Path | None = None
    """A folder of document types beside the product's own."""
    sealed_at: datetime | None = None
    """Sealing time for rehearsals and demonstrations; refused with keys that are not TEST keys."""
    status: Path | None = None
    """Folder of the status store; None: the documents stand in no status list."""


@dataclass(frozen=True, slots=True)
class Row:
    """A record that may be sealed, with the warnings that stay with it."""

    line: int
    record: dict[str, Any]
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Document:
    """One document on its way; `problems` end the whole record."""

    row: Row
    order: Order
    path: str
    content_hash: str
    begun_as: str | None = None  # content hash of the record for which a run meant to seal it before

    @property
    def problems(self) -> list[Finding]:
        return self.order.problems


class Sealer:
    """Seals ranges of records into one output folder. One per process; opens keys, journal and fonts once."""

    def __init__(self, settings: Settings, clock: Clock = _now) -> None:
        self._settings = settings
        self._clock = clock
        sealing = {"*": settings.sealed_by} if settings.sealed_by else None
        self._issuing = Issuing.of(
            Reference.load(settings.reference), more_types=settings.more_types, sealing=sealing
        )
        self._keystore = KeyStore.open(settings.keys, key_file=settings.key_file)
        if settings.sealed_at is not None:
            if not self._keystore.public_keys.is_test:
                raise _TIME_IS_NOT_YOURS
            self._clock = lambda: settings.sealed_at or clock()
        self._maker = Maker(self._issuing, self._keystore, full_qr=settings.full_qr, host=settings.host)
        self._outbox = Outbox(settings.out)
        with writing_to(settings.out):
            self._journal = Journal(self._outbox.journal_path)
            self._slots = Slots(settings.status)
            self._journal.bind(self._slots.store_id)
            self._journal.bind_keys(_name_of(self._keystore))

    def seal(self, rows: Sequence[Row]) -> list[Result]:
        """Seal one range; returns its results in the order of rows and documents. Files are in place on return."""
        with collector_aside():
            return self._seal(rows)

    def _seal(self, rows: Sequence[Row]) -> list[Result]:
        documents, refused = self._plan(rows)
        waiting = [d for d in documents if not d.problems and not self._is_in_place(d)]
        self._maker.prepare([d.order for d in waiting], self._clock())
        _spread_problems(documents)
        ready = [d for d in waiting if not d.problems]
        with writing_to(self._settings.out):
            self._journal.intend((d.order.plan.credential_id, d.content_hash) for d in ready)
        made = self._maker.sign([d.order for d in ready])
        sealed = [
            SealedFiles(d.path, _qr_path(d.path), each.credential, each.qr)
            for d, each in zip(ready, made, strict=True)
        ]
        with writing_to(self._settings.out):
            self._outbox.put(sealed)
        return sorted([*refused, *map(_result, documents)], key=lambda result: result.line)

    # ── what is to be done ──

    def _plan(self, rows: Sequence[Row]) -> tuple[list[_Document], list[Result]]:
        documents: list[_Document] = []
        refused: list[Result] = []
        planned: list[tuple[Row, list[DocumentPlan]]] = []
        for row in rows:
            try:
                planned.append((row, documents_of(row.record, self._issuing)))
            except AtestatsError as error:
                findings = [*row.findings, as_finding(error)]
                refused.append(
                    Result(row.line, row.record.get("record_id"), None, "rejected", findings=findings)
                )
        for row, plans in self._slots.place(planned, self._settings.types, self._clock().year):
            groups = plans[0].main_type.record_groups if plans else ()
            digest = content_hash(row.record, groups)
            documents += [
                _Document(
                    row, Order(plan), document_path(plan.document_type.code, plan.credential_id), digest
                )
                for plan in plans
            ]
        with writing_to(self._settings.out):
            known = self._journal.look_up([d.order.plan.credential_id for d in documents])
        for document in documents:
            document.begun_as = known.get(document.order.plan.credential_id)
            if self._was_sealed_otherwise(document):
                document.problems.append(_RECORD_CHANGED)
        _spread_problems(documents)
        return documents, refused

    def _was_sealed_otherwise(self, document: _Document) -> bool:
        return document.begun_as not in (None, document.content_hash) and self._outbox.has(document.path)

    def _is_in_place(self, document: _Document) -> bool:
        """Sealed by an earlier run: a whole file (a rename put it there) whose intent was written down before."""
        return document.begun_as is not None and self._outbox.has(document.path)


def _spread_problems(documents: Iterable[_Document]) -> None:
    """A record is sealed whole or not at all: the problem of one of its documents is told for each of them."""
    of_line: dict[int, list[Finding]] = defaultdict(list)
    for document in documents:
        of_line[document.row.line] += [p for p in document.problems if p not in of_line[document.row.line]]
    for document in documents:
        document.order.problems = of_line[document.row.line]


def _result(document: _Document) -> Result:
    plan, row = document.order.plan, document.row
    record_id = row.record.get("record_id")
    code = plan.document_type.code
    if document.problems:
        return Result(row.line, record_id, code, "rejected", findings=[*row.findings, *document.problems])
    return Result(
        row.line,
        record_id,
        code,
        "sealed",
        plan.credential_id,
        document.path,
        _qr_path(document.path),
        [*row.findings, *document.order.warnings],
    )


def _qr_path(path: str) -> str:
    return path.removesuffix(".jsonld") + ".qr.png"


def _name_of(keystore: KeyStore) -> str:
    public = keystore.public_keys
    return f"test/{hashlib.sha256(public.root).hexdigest()}" if public.is_test else "real"


_RECORD_CHANGED = Finding(
    "RECORD_CHANGED",
    "error",
    "",
    "Šim ierakstam dokuments jau ir apzīmogots ar citu saturu. "
    "Labojumam izsniedziet jaunu dokumentu (issue_kind: correction).",
    "A document with other content was already sealed for this record. Issue a correction (issue_kind: correction).",
)
_TIME_IS_NOT_YOURS = AtestatsError(
    "AT_NEEDS_TEST_KEYS",
    "Zīmogošanas laiku drīkst norādīt tikai ar TESTA atslēgām.",
    "The sealing time may be given with TEST keys only.",
    next_lv="Izlaidiet --at: īsts zīmogs nes īsto laiku.",
    next_en="Leave --at out: a real seal carries the real time.",
)
