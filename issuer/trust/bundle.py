"""The bundle: one signed file that lets a verifier work without a network.

    bundle = open_bundle(data, anchors=[operator_der], now=now, min_sequence=41)
    bundle.seal_key(certificate.sha256)       # whose certificate is this, and may it be used?
    bundle.entity("9937900001").may_award("APL_VPI", day)

`open_bundle` is the only way from bytes to trust. It refuses, in this order, what the operator did not sign,
what it cannot understand, what is older than a bundle that was seen before, and what is out of date. The
anchors are the operator's own certificates, pinned; not their CA, because the same CA certifies the schools,
and a school must not be able to sign the list of who may issue. Everything about
`docs/adr/0006-offline-bundle.md`.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any, Final, cast

from issuer import strict_json
from issuer.errors import AtestatsError
from issuer.seal import jades_document
from issuer.trust.certificates import Certificate, CertificateError, CertificateStore
from issuer.trust.entity import Entity, ListedKey, Period
from issuer.trust.signatures import SignatureRefusedError, verify_signature

FORMAT: Final = "atestats-bundle/1"
MAX_BYTES: Final = 16 * 1024 * 1024  # 640 schools take about half a megabyte
_MAX_DEPTH = 12


class BundleError(AtestatsError):
    """The bundle is refused.

    BUNDLE_UNREADABLE, BUNDLE_NOT_SIGNED_BY_OPERATOR, BUNDLE_ALTERED, BUNDLE_FORMAT, BUNDLE_ROLLED_BACK,
    BUNDLE_STALE, and BUNDLE_ANCHOR for an anchor that is no operator certificate.
    """


class Bundle:
    """A bundle that was accepted. Look-ups are lazy: opening costs the signature and the JSON, not the
    certificates.
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        """From the signed content, already verified; raises KeyError, TypeError or ValueError if malformed."""
        if type(raw["sequence"]) is not int or type(raw["test"]) is not bool:
            raise TypeError("sequence or test")
        self.sequence: int = raw["sequence"]
        self.is_test: bool = raw["test"]
        self.issued_at = parse_time(raw["issued_at"])
        self.next_update = parse_time(raw["next_update"])
        self.document_types: Mapping[str, Mapping[str, Any]] = raw["document_types"]
        self.code_lists: Mapping[str, Any] = raw["code_lists"]
        self.names: Mapping[str, Mapping[str, Mapping[str, str]]] = raw["names"]
        self._anchors: list[str] = raw["anchors"]
        self._intermediates: list[str] = raw["intermediates"]
        self._timestamp_anchors = _texts(raw.get("timestamp_anchors", []))
        self._status_lists = _texts(raw.get("status_lists", []))
        self.log: Mapping[str, Any] | None = _log(raw.get("log"))
        self._entities_raw: dict[str, Mapping[str, Any]] = {
            entity["key"]: entity for entity in raw["entities"]
        }
        self._seal_keys: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self._qr_keys: dict[str, list[tuple[str, Mapping[str, Any]]]] = {}
        for owner, entity in self._entities_raw.items():
            for key in entity["keys"]:
                if key["purpose"] == "seal":
                    self._seal_keys[key["sha256"]] = (owner, key)
                else:
                    self._qr_keys.setdefault(key["kid"], []).append((owner, key))
        self._entities: dict[str, Entity] = {}
        self._listed: dict[str, ListedKey] = {}

    def look_at_everything(self) -> None:
        """Read each entry once, 7 ms for 640 schools; raises KeyError, TypeError or ValueError for a malformed one."""
        for owner, raw in self._entities_raw.items():
            _entity(raw)
            for key in raw["keys"]:
                _listed(owner, key)
        for document_type in self.document_types:
            self.in_force(document_type, self.issued_at.date())
        self._codes_by_number  # noqa: B018
        self.status_lists  # noqa: B018
        for text in self._timestamp_anchors:
            base64.b64decode(text, validate=True)

    @cached_property
    def certificates(self) -> CertificateStore:
        """The anchors and intermediates of the seal certificates."""
        return CertificateStore(
            map(base64.b64decode, self._anchors), map(base64.b64decode, self._intermediates)
        )

    @cached_property
    def timestamp_certificates(self) -> CertificateStore:
        """The anchors of time stamping authorities, which need not be those of seals, with the same intermediates."""
        return CertificateStore(
            map(base64.b64decode, self._timestamp_anchors), map(base64.b64decode, self._intermediates)
        )

    @cached_property
    def status_lists(self) -> list[bytes]:
        """Token Status Lists, one CWT each, as the register published them; each bears its own signature and time."""
        return [base64.b64decode(text, validate=True) for text in self._status_lists]

    def entity(self, key: str) -> Entity | None:
        """The institution (by registration number) or authority (`ministry`, `exam_body`), or None."""
        if key not in self._entities and key in self._entities_raw:
            self._entities[key] = _entity(self._entities_raw[key])
        return self._entities.get(key)

    def seal_key(self, sha256: bytes) -> ListedKey | None:
        """The entry of the seal certificate with this SHA-256 (of the DER), or None if the operator never
        listed it.
        """
        name = sha256.hex()
        if name not in self._listed and name in self._seal_keys:
            self._listed[name] = _listed(*self._seal_keys[name])
        return self._listed.get(name)

    def qr_keys(self, kid: bytes) -> list[ListedKey]:
        """All keys of QR seals with this key id: 8 bytes are a hint, and two keys may share them."""
        return [_listed(owner, raw) for owner, raw in self._qr_keys.get(kid.hex(), ())]

    def authority_by_identifier(self, organization_identifier: str) -> Entity | None:
        """The authority (not an institution: those may share a legal entity) with this organisation identifier."""
        for key, raw in self._entities_raw.items():
            if raw["kind"] == "authority" and raw["organization_identifier"] == organization_identifier:
                return self.entity(key)
        return None

    def in_force(self, document_type: str, day: dt.date) -> bool:
        """Whether documents of this type, which the bundle must know, may bear `day` as their day of issue."""
        return Period.from_list(self.document_types[document_type]["in_force"]).covers(day)

    def code(self, code_list: str, number: int) -> str | None:
        """The code behind a number of a QR seal (`document_types`, `subjects`, `marks`, `exams`), or None."""
        return self._codes_by_number.get(code_list, {}).get(number)

    @cached_property
    def _codes_by_number(self) -> Mapping[str, Mapping[int, str]]:
        return {
            name: {number: code for code, number in table.items()}
            for name, table in self.code_lists.items()
            if isinstance(table, dict)
        }


def open_bundle(data: bytes, anchors: Iterable[bytes], now: dt.datetime, min_sequence: int = 0) -> Bundle:
    """The bundle in `data`, or `BundleError`.

    `anchors` are DER certificates of the operator (two during a change of keys). `now` is aware;
    `min_sequence` is the highest sequence number that this verifier has accepted from the same operator.
    """
    bundle = read_signed(data, anchors)
    if bundle.sequence < min_sequence:
        raise BundleError(
            "BUNDLE_ROLLED_BACK",
            f"Uzticamības datne (Nr. {bundle.sequence}) ir vecāka par jau redzētu (Nr. {min_sequence}).",
            f"The bundle (No {bundle.sequence}) is older than one seen before (No {min_sequence}).",
            next_lv="Iegūstiet jaunāko uzticamības datni.",
            next_en="Fetch the newest bundle.",
        )
    if now > bundle.next_update:
        until = bundle.next_update.date().isoformat()
        raise BundleError(
            "BUNDLE_STALE",
            f"Uzticamības datne ir novecojusi (derīga līdz {until}).",
            f"The bundle is out of date (valid until {until}).",
            next_lv="Iegūstiet jaunāko uzticamības datni.",
            next_en="Fetch the newest bundle.",
        )
    return bundle


def read_signed(data: bytes, anchors: Iterable[bytes]) -> Bundle:
    """The bundle in `data` whatever its age: what a new bundle takes over from the one before it.

    Raises `BundleError` BUNDLE_ANCHOR, BUNDLE_UNREADABLE, BUNDLE_NOT_SIGNED_BY_OPERATOR, BUNDLE_ALTERED or
    BUNDLE_FORMAT.
    """
    return Bundle(read_content(data, anchors))


def read_content(data: bytes, anchors: Iterable[bytes]) -> dict[str, Any]:
    """The signed content as plain JSON, verified and of a known format; see `read_signed` for the errors."""
    operators = [_operator(der) for der in anchors]
    try:
        document = jades_document.parse(data, max_bytes=MAX_BYTES)
    except AtestatsError as error:
        raise _refused("BUNDLE_UNREADABLE", "nav nolasāma", "cannot be read") from error
    signature = document.signatures[0]
    x5c = signature.protected.get("x5c")
    named = x5c[0] if isinstance(x5c, list) and x5c and isinstance(x5c[0], str) else ""
    operator = next((o for o in operators if base64.b64encode(o.der).decode() == named), None)
    if operator is None or len(document.signatures) != 1:
        raise _refused(
            "BUNDLE_NOT_SIGNED_BY_OPERATOR",
            "nav parakstījis zināms operators",
            "is not signed by a known operator",
        )
    algorithm = signature.protected["alg"]
    try:
        intact = verify_signature(
            algorithm, operator.public_key, document.signing_input(signature), signature.signature
        )
    except SignatureRefusedError:
        intact = False
    if not intact:
        raise _refused("BUNDLE_ALTERED", "ir mainīta pēc parakstīšanas", "was altered after it was signed")
    try:
        content = strict_json.loads(document.payload, max_bytes=MAX_BYTES, max_depth=_MAX_DEPTH)
        if not isinstance(content, dict) or content.get("format") != FORMAT:
            raise ValueError("format")
        issued_at = parse_time(content["issued_at"])
        Bundle(content).look_at_everything()
    except (AtestatsError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise _refused(
            "BUNDLE_FORMAT",
            "ir formātā, ko šī programma nepazīst",
            "has a format that this program does not know",
        ) from error
    if not operator.not_before <= issued_at <= operator.not_after:
        raise _refused(
            "BUNDLE_NOT_SIGNED_BY_OPERATOR",
            "ir parakstīta ārpus operatora sertifikāta derīguma",
            "was signed outside the validity of the operator's certificate",
        )
    return cast(dict[str, Any], content)


def operator_of_test_bundle(data: bytes) -> bytes | None:
    """The DER certificate that a bundle marked as TEST names as its operator's; None for every other bundle.

    Nothing is proven by it: a development machine has no installed anchor, and what TEST keys seal has no legal force
    and says so. A real bundle is never believed about its own operator.
    """
    try:
        document = jades_document.parse(data, max_bytes=MAX_BYTES)
        content = strict_json.loads(document.payload, max_bytes=MAX_BYTES, max_depth=_MAX_DEPTH)
        if not isinstance(content, dict) or content.get("test") is not True:
            return None
        return base64.b64decode(document.signatures[0].protected["x5c"][0], validate=True)
    except (AtestatsError, KeyError, IndexError, TypeError, ValueError):
        return None


def parse_time(text: str) -> dt.datetime:
    """An RFC 3339 time with offset as aware datetime; `ValueError` for one without."""
    moment = dt.datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a time without offset")
    return moment


def format_time(moment: dt.datetime) -> str:
    """An aware datetime as RFC 3339 in UTC with whole seconds: 2037-06-22T00:00:00Z."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _operator(der: bytes) -> Certificate:
    try:
        certificate = Certificate.from_der(der)
    except CertificateError as error:
        raise _bad_anchor("nav nolasāms", "cannot be read") from error
    if certificate.is_ca:
        raise _bad_anchor(
            "pieder sertifikātu izdevējam; vajadzīgs paša operatora sertifikāts",
            "belongs to a certification authority; the operator's own certificate is needed",
        )
    return certificate


def _texts(raw: object) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(text, str) for text in raw):
        raise TypeError("not a list of texts")
    return raw


def _log(raw: object) -> Mapping[str, Any] | None:
    """The member `log`: {"origin": text, "keys": [text or object, …], "checkpoint": text}, or None."""
    if raw is None:
        return None
    if not isinstance(raw, dict) or not isinstance(raw["keys"], list):
        raise TypeError("log")
    if not isinstance(raw["origin"], str) or not isinstance(raw["checkpoint"], str):
        raise TypeError("log")
    return raw


def _entity(raw: Mapping[str, Any]) -> Entity:
    closed_on = raw.get("closed_on")
    return Entity(
        key=raw["key"],
        kind=raw["kind"],
        organization_identifier=raw["organization_identifier"],
        name=raw["name"],
        closed_on=dt.date.fromisoformat(closed_on) if closed_on else None,
        successor=raw.get("successor"),
        rights={
            code: tuple(Period.from_list(period) for period in periods)
            for code, periods in raw.get("rights", {}).items()
        },
        mandates={
            code: tuple((awarding, Period.from_list(period)) for awarding, period in entries)
            for code, entries in raw.get("mandates", {}).items()
        },
    )


def _listed(owner: str, raw: Mapping[str, Any]) -> ListedKey:
    since = raw.get("since")
    return ListedKey(
        owner=owner,
        purpose=raw["purpose"],
        reference=bytes.fromhex(raw["sha256"] if raw["purpose"] == "seal" else raw["kid"]),
        algorithm=raw["algorithm"],
        not_before=parse_time(raw["not_before"]),
        not_after=parse_time(raw["not_after"]),
        state=raw["state"],
        since=parse_time(since) if since else None,
        spki=base64.b64decode(raw.get("spki", "")),
    )


def _refused(code: str, lv: str, en: str) -> BundleError:
    return BundleError(
        code,
        f"Uzticamības datne {lv}.",
        f"The bundle {en}.",
        next_lv="Iegūstiet uzticamības datni no operatora vēlreiz.",
        next_en="Fetch the bundle from the operator again.",
    )


def _bad_anchor(lv: str, en: str) -> BundleError:
    return BundleError(
        "BUNDLE_ANCHOR",
        f"Operatora sertifikāts {lv}.",
        f"The operator's certificate {en}.",
        next_lv="Norādiet operatora sertifikātu (operator.crt) ar --anchor.",
        next_en="Give the operator's certificate (operator.crt) with --anchor.",
    )
