"""From a range of checked records to sealed files in place: compose, draw, validate, seal, write.

A record is sealed whole or not at all: when one of its documents cannot be made, none of them is.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

from issuer.bulk.collector import collector_aside
from issuer.bulk.folder_error import writing_to
from issuer.bulk.journal import Journal
from issuer.bulk.outbox import Outbox, SealedFiles, document_path
from issuer.bulk.result import Result
from issuer.bulk.slots import Slots
from issuer.catalogue.reference import Reference
from issuer.credential import DocumentPlan, Draft, Issuing, compose, documents_of, with_picture
from issuer.elm import Validator, validate
from issuer.errors import AtestatsError
from issuer.findings import Finding
from issuer.records import content_hash
from issuer.render import Painter, qr_png
from issuer.seal import ec1, jades
from issuer.seal.key import SealKey
from issuer.seal.keystore import KeyStore
from issuer.seal.signer import Signer
from issuer.seal.signers import StoreSigner

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


@dataclass(frozen=True, slots=True)
class _Ready:
    """What only lacks its two signatures."""

    seal_key: SealKey
    seal: jades.Prepared
    qr_key: SealKey
    qr: ec1.Prepared


@dataclass(slots=True)
class _Document:
    """One document on its way; `problems` end the whole record."""

    row: Row
    plan: DocumentPlan
    path: str
    content_hash: str
    begun_as: str | None  # content hash of the record for which a run meant to seal it before
    draft: Draft | None = None
    ready: _Ready | None = None
    problems: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


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
        self._signer: Signer = StoreSigner(self._keystore)
        self._painter = Painter()
        self._validator = Validator()
        self._outbox = Outbox(settings.out)
        with writing_to(settings.out):
            self._journal = Journal(self._outbox.journal_path)
            self._slots = Slots(settings.status)
            self._journal.bind(self._slots.store_id)

    def seal(self, rows: Sequence[Row]) -> list[Result]:
        """Seal one range; returns its results in the order of rows and documents. Files are in place on return."""
        with collector_aside():
            return self._seal(rows)

    def _seal(self, rows: Sequence[Row]) -> list[Result]:
        documents, refused = self._plan(rows)
        waiting = [d for d in documents if not d.problems and not self._is_in_place(d)]
        self._prepare(waiting, self._clock())
        _spread_problems(documents)
        ready = [d for d in waiting if not d.problems]
        with writing_to(self._settings.out):
            self._journal.intend((d.plan.credential_id, d.content_hash) for d in ready)
        sealed = self._sign(ready)
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
                findings = [*row.findings, _as_finding(error)]
                refused.append(
                    Result(row.line, row.record.get("record_id"), None, "rejected", findings=findings)
                )
        for row, plans in self._slots.place(planned, self._settings.types, self._clock().year):
            groups = plans[0].main_type.record_groups if plans else ()
            digest = content_hash(row.record, groups)
            documents += [
                _Document(row, plan, document_path(plan.document_type.code, plan.credential_id), digest, None)
                for plan in plans
            ]
        with writing_to(self._settings.out):
            known = self._journal.look_up([d.plan.credential_id for d in documents])
        for document in documents:
            document.begun_as = known.get(document.plan.credential_id)
            if self._was_sealed_otherwise(document):
                document.problems.append(_RECORD_CHANGED)
        _spread_problems(documents)
        return documents, refused

    def _was_sealed_otherwise(self, document: _Document) -> bool:
        return document.begun_as not in (None, document.content_hash) and self._outbox.has(document.path)

    def _is_in_place(self, document: _Document) -> bool:
        """Sealed by an earlier run: a whole file (a rename put it there) whose intent was written down before."""
        return document.begun_as is not None and self._outbox.has(document.path)

    # ── making it: everything that can fail, before the intent is written down ──

    def _prepare(self, documents: Sequence[_Document], sealed_at: datetime) -> None:
        for document in documents:
            with _problems_of(document):
                document.draft = compose(document.plan, self._issuing, sealed_at)
        self._draw([d for d in documents if not d.problems])
        for document in documents:
            if not document.problems:
                with _problems_of(document):
                    self._make_ready(document, int(sealed_at.timestamp()))

    def _draw(self, documents: Sequence[_Document]) -> None:
        drafts = [_present(document.draft) for document in documents]
        pictures = self._painter.paint_each([draft.page for draft in drafts])
        for document, draft, picture in zip(documents, drafts, pictures, strict=True):
            if isinstance(picture, AtestatsError):
                document.problems.append(_as_finding(picture))
            else:
                document.draft = with_picture(draft, picture)

    def _make_ready(self, document: _Document, iat: int) -> None:
        draft = _present(document.draft)
        if not self._validator.is_valid_written(draft.written):
            # Not valid beyond doubt: the tables decide.
            document.problems += [f for f in validate(draft.credential) if f.severity == "error"]
            if document.problems:
                return
        payload = draft.written.chunks()
        sealed_at = datetime.fromtimestamp(iat, UTC)
        seal_key = self._keystore.key(draft.sealer.owner, "seal", sealed_at)
        qr_key = self._keystore.key(draft.sealer.owner, "qr", sealed_at)
        claims = ec1.Claims(
            issued_at=iat,
            credential_ref=ec1.credential_ref(document.plan.credential_id),
            document_digest=ec1.document_digest(b"".join(payload)),
            status=ec1.StatusReference(*qr_status) if (qr_status := document.plan.qr_status) else None,
            **draft.qr,
        )
        document.ready = _Ready(
            seal_key,
            jades.prepare(payload, seal_key, iat),
            qr_key,
            self._prepare_code(document, claims, qr_key),
        )

    def _prepare_code(self, document: _Document, claims: ec1.Claims, key: SealKey) -> ec1.Prepared:
        if self._settings.full_qr:
            try:
                return ec1.prepare(claims, key.kid8)
            except ec1.Ec1Error as error:
                if error.code != "EC1_TOO_LONG":
                    raise
            document.warnings.append(_CODE_WITHOUT_MARKS)
        return ec1.prepare(claims.core(), key.kid8)

    # ── sealing it ──

    def _sign(self, documents: Sequence[_Document]) -> list[SealedFiles]:
        ready = [_present(document.ready) for document in documents]
        seals = self._sign_many([each.seal_key for each in ready], [each.seal.digest for each in ready])
        codes = self._sign_many([each.qr_key for each in ready], [each.qr.digest for each in ready])
        return [
            SealedFiles(
                document.path,
                _qr_path(document.path),
                jades.assemble(each.seal, seal),
                qr_png(ec1.to_url(ec1.assemble(each.qr, code), self._settings.host)),
            )
            for document, each, seal, code in zip(documents, ready, seals, codes, strict=True)
        ]

    def _sign_many(self, keys: Sequence[SealKey], digests: Sequence[bytes]) -> list[bytes]:
        """One call per key, signatures in the order of the digests."""
        places: dict[str, list[int]] = defaultdict(list)
        for place, key in enumerate(keys):
            places[key.key_id].append(place)
        signatures: list[bytes] = [b""] * len(digests)
        for of_key in places.values():
            signed = self._signer.sign_many(keys[of_key[0]], [digests[place] for place in of_key])
            for place, signature in zip(of_key, signed, strict=True):
                signatures[place] = signature
        return signatures


@contextmanager
def _problems_of(document: _Document) -> Iterator[None]:
    try:
        yield
    except AtestatsError as error:
        document.problems.append(_as_finding(error))


_T = TypeVar("_T")


def _present(value: _T | None) -> _T:
    assert value is not None  # an earlier step made it, or the document would have a problem
    return value


def _spread_problems(documents: Iterable[_Document]) -> None:
    """A record is sealed whole or not at all: the problem of one of its documents is told for each of them."""
    of_line: dict[int, list[Finding]] = defaultdict(list)
    for document in documents:
        of_line[document.row.line] += [p for p in document.problems if p not in of_line[document.row.line]]
    for document in documents:
        document.problems = of_line[document.row.line]


def _result(document: _Document) -> Result:
    plan, row = document.plan, document.row
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
        [*row.findings, *document.warnings],
    )


def _qr_path(path: str) -> str:
    return path.removesuffix(".jsonld") + ".qr.png"


def _as_finding(error: AtestatsError) -> Finding:
    lv = f"{error.message_lv} {error.next_lv}".strip()
    en = f"{error.message_en} {error.next_en}".strip()
    return Finding(error.code, "error", "", lv, en)


_RECORD_CHANGED = Finding(
    "RECORD_CHANGED",
    "error",
    "",
    "Šim ierakstam dokuments jau ir apzīmogots ar citu saturu. "
    "Labojumam izsniedziet jaunu dokumentu (issue_kind: correction).",
    "A document with other content was already sealed for this record. Issue a correction (issue_kind: correction).",
)
_CODE_WITHOUT_MARKS = Finding(
    "QR_WITHOUT_MARKS",
    "warning",
    "",
    "Visas atzīmes QR kodā neietilpst: kodā to nav, apzīmogotajā datnē tās ir.",
    "Not all marks fit the QR code: it carries none; the sealed file does.",
)
_TIME_IS_NOT_YOURS = AtestatsError(
    "AT_NEEDS_TEST_KEYS",
    "Zīmogošanas laiku drīkst norādīt tikai ar TESTA atslēgām.",
    "The sealing time may be given with TEST keys only.",
    next_lv="Izlaidiet --at: īsts zīmogs nes īsto laiku.",
    next_en="Leave --at out: a real seal carries the real time.",
)
