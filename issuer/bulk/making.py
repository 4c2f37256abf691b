"""From a plan to a sealed document: compose, draw, validate, then sign. Nothing here writes a file or a row.

    maker = Maker(issuing, keystore)
    orders = [Order(plan) for plan in plans]
    maker.prepare(orders, sealed_at)       # everything that can fail; the reasons are in `order.problems`
    …                                      # the caller writes down what is about to be sealed
    made = maker.sign([order for order in orders if order.ready])

One per process: it keeps keys, fonts and finished parts of credentials from range to range.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeVar

from issuer.catalogue.reference import Institution
from issuer.credential import DocumentPlan, Draft, Issuing, compose, with_picture
from issuer.elm import Validator, validate
from issuer.errors import AtestatsError
from issuer.findings import Finding
from issuer.render import Painter, qr_png
from issuer.seal import ec1, jades
from issuer.seal.key import SealKey
from issuer.seal.keystore import KeyStore
from issuer.seal.signer import Signer
from issuer.seal.signers import StoreSigner
from issuer.trust.rights import Rights, institution_rights


@dataclass(frozen=True, slots=True)
class Ready:
    """What only lacks its two signatures."""

    seal_key: SealKey
    seal: jades.Prepared
    qr_key: SealKey
    qr: ec1.Prepared


@dataclass(slots=True)
class Order:
    """One document to be made. With `problems` it is not made; with `ready` it only lacks its signatures."""

    plan: DocumentPlan
    draft: Draft | None = None
    ready: Ready | None = None
    problems: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """A sealed document: the EDC file (JAdES B-B, JSON) and the picture of its QR code (PNG), with the code's text."""

    credential: bytes
    qr: bytes
    qr_text: str


class Maker:
    """Makes documents. `full_qr`: whether the QR code holds marks and exam results; `host` is that of its address."""

    def __init__(
        self,
        issuing: Issuing,
        keystore: KeyStore,
        *,
        full_qr: bool = False,
        host: str = ec1.DEFAULT_HOST,
    ) -> None:
        self._issuing = issuing
        self._keystore = keystore
        self._signer: Signer = StoreSigner(keystore)
        self._full_qr = full_qr
        self._host = host
        self._rights: dict[str, Rights] = {}
        self._painter = Painter()
        self._validator = Validator()

    # ── making it: everything that can fail, before the intent is written down ──

    def prepare(self, orders: Sequence[Order], sealed_at: datetime) -> None:
        """Compose, draw and validate; afterwards every order has `ready` or `problems`. `sealed_at` is aware."""
        for order in orders:
            with _problems_of(order):
                order.draft = compose(order.plan, self._issuing, sealed_at)
        self._draw([order for order in orders if not order.problems])
        for order in orders:
            if not order.problems:
                with _problems_of(order):
                    self._make_ready(order, int(sealed_at.timestamp()))

    def _draw(self, orders: Sequence[Order]) -> None:
        drafts = [_present(order.draft) for order in orders]
        pictures = self._painter.paint_each([draft.page for draft in drafts])
        for order, draft, picture in zip(orders, drafts, pictures, strict=True):
            if isinstance(picture, AtestatsError):
                order.problems.append(as_finding(picture))
            else:
                order.draft = with_picture(draft, picture)

    def _make_ready(self, order: Order, iat: int) -> None:
        draft = _present(order.draft)
        if not self._validator.is_valid_written(draft.written):
            # Not valid beyond doubt: the tables decide.
            order.problems += [f for f in validate(draft.credential) if f.severity == "error"]
            if order.problems:
                return
        if not self._may_award(draft):
            order.warnings.append(_RIGHT_UNKNOWN)
        payload = draft.written.chunks()
        sealed_at = datetime.fromtimestamp(iat, UTC)
        seal_key = self._keystore.key(draft.sealer.owner, "seal", sealed_at)
        qr_key = self._keystore.key(draft.sealer.owner, "qr", sealed_at)
        claims = ec1.Claims(
            issued_at=iat,
            credential_ref=ec1.credential_ref(order.plan.credential_id),
            document_digest=ec1.document_digest(b"".join(payload)),
            status=ec1.StatusReference(*qr_status) if (qr_status := order.plan.qr_status) else None,
            **draft.qr,
        )
        order.ready = Ready(
            seal_key, jades.prepare(payload, seal_key, iat), qr_key, self._prepare_code(order, claims, qr_key)
        )

    def _may_award(self, draft: Draft) -> bool:
        """Whether the register that we know gives the awarding institution the right to this type on that day."""
        body, day = draft.facts.bodies.awarding, dt.date.fromisoformat(draft.facts.completed)
        if not isinstance(body, Institution):
            return True
        rights = self._rights.get(body.reg_no)
        if rights is None:
            rights = self._rights[body.reg_no] = institution_rights(body, self._issuing.document_types)
        return any(period.covers(day) for period in rights.get(draft.facts.document_type.code, ()))

    def _prepare_code(self, order: Order, claims: ec1.Claims, key: SealKey) -> ec1.Prepared:
        if self._full_qr:
            try:
                return ec1.prepare(claims, key.kid8)
            except ec1.Ec1Error as error:
                if error.code != "EC1_TOO_LONG":
                    raise
            order.warnings.append(_CODE_WITHOUT_MARKS)
        return ec1.prepare(claims.core(), key.kid8)

    # ── sealing it ──

    def sign(self, orders: Sequence[Order]) -> list[Made]:
        """The sealed documents of orders that are `ready`, in their order. Raises what the signer raises."""
        ready = [_present(order.ready) for order in orders]
        seals = self._sign_many([each.seal_key for each in ready], [each.seal.digest for each in ready])
        codes = self._sign_many([each.qr_key for each in ready], [each.qr.digest for each in ready])
        return [self._made(each, seal, code) for each, seal, code in zip(ready, seals, codes, strict=True)]

    def _made(self, ready: Ready, seal: bytes, code: bytes) -> Made:
        text = ec1.to_url(ec1.assemble(ready.qr, code), self._host)
        return Made(jades.assemble(ready.seal, seal), qr_png(text), text)

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


def as_finding(error: AtestatsError) -> Finding:
    """An error about one document as a finding of its row."""
    lv = f"{error.message_lv} {error.next_lv}".strip()
    en = f"{error.message_en} {error.next_en}".strip()
    return Finding(error.code, "error", "", lv, en)


@contextmanager
def _problems_of(order: Order) -> Iterator[None]:
    try:
        yield
    except AtestatsError as error:
        order.problems.append(as_finding(error))


_T = TypeVar("_T")


def _present(value: _T | None) -> _T:
    assert value is not None  # an earlier step made it, or the order would have a problem
    return value


_RIGHT_UNKNOWN = Finding(
    "RIGHT_UNKNOWN",
    "warning",
    "document.type",
    "Klasifikatoru datne nedod iestādei tiesības izsniegt šādu dokumentu: pārbaude to noraidīs, ja operators tās "
    "nepiešķirs (bundle --award).",
    "By the reference file the institution may not award such a document: verification will refuse it unless the "
    "operator grants the right (bundle --award).",
)
_CODE_WITHOUT_MARKS = Finding(
    "QR_WITHOUT_MARKS",
    "warning",
    "",
    "Visas atzīmes QR kodā neietilpst: kodā to nav, apzīmogotajā datnē tās ir.",
    "Not all marks fit the QR code: it carries none; the sealed file does.",
)
