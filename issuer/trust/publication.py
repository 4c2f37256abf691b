"""Making a bundle: the operator's statement of who may issue what, put together and signed.

    content = Publication.of(reference).content(keys, [root], issue)
    data = sign(content, operator_key, signer)

Nothing that a bundle has said is ever taken back: rights and keys of the one before (`previous`) stay in the
new one, because a document sealed under them must verify for decades. A key that is gone from the key store
becomes `retired`.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from issuer.catalogue.authorities import Authority, load_authorities
from issuer.catalogue.code_lists import CodeLists
from issuer.catalogue.document_type import DocumentType
from issuer.catalogue.document_types import load_document_types
from issuer.catalogue.reference import Reference
from issuer.catalogue.wording import Wording
from issuer.errors import AtestatsError
from issuer.seal import jades
from issuer.seal.key import SealKey
from issuer.trust import lote, lote_writer, register
from issuer.trust.bundle import FORMAT
from issuer.trust.code_names import code_names
from issuer.trust.digest_signer import DigestSigner
from issuer.trust.entity import Period
from issuer.trust.eu_lists import EuService
from issuer.trust.lote import TrustList
from issuer.trust.lote_register import bodies_of
from issuer.trust.register import Body
from issuer.trust.register_keys import PURPOSES, KeyHistory, with_keys
from issuer.trust.times import format_time

__all__ = ["DigestSigner", "Issue", "Publication", "sign"]


@dataclass(frozen=True)
class Issue:
    """What is particular to one bundle. Times are aware.

    `compromised` are ids of keys that nobody may rely on any more; `previous` is the content of the bundle
    before, or of the trust list (`entities` and `issued_at` of it). `timestamp_anchors`: DER certificates that time
    stamps may lead to; `status_lists`: Token Status List CWTs; `log`: {"origin", "keys", "checkpoint"} of the log of
    issued documents. `histories`: key id -> states and times from the key store; a key without one is active.
    `eu_services`: qualified services of the EU's trusted lists, whose certificates become anchors with their periods.
    """

    sequence: int
    issued_at: dt.datetime
    next_update: dt.datetime
    is_test: bool
    compromised: frozenset[str] = frozenset()
    previous: Mapping[str, Any] = field(default_factory=dict)
    timestamp_anchors: Sequence[bytes] = ()
    status_lists: Sequence[bytes] = ()
    log: Mapping[str, Any] | None = None
    histories: Mapping[str, KeyHistory] = field(default_factory=dict)
    eu_services: Sequence[EuService] = ()

    @property
    def previous_day(self) -> dt.date:
        """The day up to which the list or bundle before had become history."""
        before = self.previous.get("issued_at")
        return dt.datetime.fromisoformat(before).date() if before is not None else dt.date.min


@dataclass(frozen=True)
class Publication:
    """The registers that every bundle is made from."""

    reference: Reference
    document_types: Mapping[str, DocumentType]
    code_lists: CodeLists
    authorities: Mapping[str, Authority]
    wording: Wording
    mandates: Mapping[str, Set[str]] = field(default_factory=dict)
    awards: Mapping[str, Set[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        reference: Reference,
        mandates: Mapping[str, Set[str]] | None = None,
        more_types: Path | None = None,
        awards: Mapping[str, Set[str]] | None = None,
    ) -> Publication:
        """With the product's own catalogue, and the document types in the folder `more_types`.

        `mandates`: authority -> document types (or "*") that it may seal besides those that name it as their sealer.
        `awards`: registration number -> document types of institutions that it may award though no programme leads to
        them. Raises `AtestatsError` MANDATE_UNKNOWN or AWARD_UNKNOWN.
        """
        types = load_document_types(more=more_types)
        authorities = load_authorities()
        for authority, codes in (mandates or {}).items():
            if authority not in authorities or not codes <= types.keys() | {"*"}:
                raise AtestatsError(
                    "MANDATE_UNKNOWN",
                    f"Pilnvarojumu nevar saprast: {authority}, {', '.join(sorted(codes))}.",
                    f"The mandate is not understood: {authority}, {', '.join(sorted(codes))}.",
                    next_lv=f"Iestāde: {', '.join(authorities)}; dokumenta veids vai „*”.",
                    next_en=f'Authority: {", ".join(authorities)}; a document type or "*".',
                )
        for reg_no, codes in (awards or {}).items():
            own = {code for code in codes & types.keys() if "institution" in types[code].awarded_by}
            if reg_no not in reference.institutions or own != codes:
                raise AtestatsError(
                    "AWARD_UNKNOWN",
                    f"Tiesības izsniegt nevar saprast: {reg_no}, {', '.join(sorted(codes))}.",
                    f"The right to award is not understood: {reg_no}, {', '.join(sorted(codes))}.",
                    next_lv="Jābūt iestādei no klasifikatoru datnes un dokumenta veidam, ko piešķir iestādes.",
                    next_en="It must be an institution of the reference file and a type that institutions award.",
                )
        return cls(
            reference, types, CodeLists.load(types), authorities, Wording.load(), mandates or {}, awards or {}
        )

    def trust_list(self, keys: Iterable[SealKey], issue: Issue) -> dict[str, Any]:
        """The JSON content of the trust list (LoTE). `keys`: all keys of institutions and authorities."""
        today = register.bodies(
            self.reference, self.document_types, self.authorities, self.mandates, self.awards
        )
        bodies = register.with_history(today, issue.previous.get("entities", ()), issue.previous_day)
        bodies = with_keys(bodies, keys, issue.histories, issue.compromised, issue.issued_at)
        edition = lote_writer.Edition(issue.sequence, issue.issued_at, issue.next_update)
        return lote_writer.write(bodies, self._scheme(), edition)

    def content(
        self,
        keys: Iterable[SealKey],
        anchors: Iterable[bytes],
        issue: Issue,
        trust_list: TrustList | None = None,
    ) -> dict[str, Any]:
        """The JSON content of the bundle. `keys`: all keys of institutions and authorities; `anchors`: DER
        roots; `trust_list`: the published one, by default the one that would be published now.

        What the bundle says of institutions, rights and keys it has from the trust list and from nowhere else. Raises
        `AtestatsError` TRUST_LIST_FORGETS when a published list lacks what the bundle before had.
        """
        keys = list(keys)
        if trust_list is None:
            trust_list = lote.read(self.trust_list(keys, issue))
        bodies = bodies_of(trust_list)
        _nothing_forgotten(bodies, issue)
        sealing = [key for key in keys if key.purpose in PURPOSES]
        intermediates = {ca for key in sealing for ca in key.certificate_chain[1:]}
        return {
            "format": FORMAT,
            "test": issue.is_test,
            "sequence": issue.sequence,
            "issued_at": format_time(issue.issued_at),
            "next_update": format_time(issue.next_update),
            "trust_list": {
                "sequence": trust_list.sequence,
                "issued_at": format_time(trust_list.issued_at),
            },
            "anchors": _united(issue.previous, "anchors", [*anchors, *_eu_anchors(issue, "seals")]),
            "intermediates": _united(issue.previous, "intermediates", sorted(intermediates)),
            "timestamp_anchors": _united(
                issue.previous,
                "timestamp_anchors",
                [*issue.timestamp_anchors, *_eu_anchors(issue, "time stamps")],
            ),
            "anchor_grants": _grants(issue, "anchor_grants", "seals"),
            "timestamp_grants": _grants(issue, "timestamp_grants", "time stamps"),
            "status_lists": [base64.b64encode(each).decode() for each in issue.status_lists],
            # The log only grows: what was true of it in the bundle before is true now.
            "log": issue.log if issue.log is not None else issue.previous.get("log"),
            "document_types": dict(issue.previous.get("document_types", {})) | self._types(),
            "code_lists": self.code_lists.as_dict(),
            "names": code_names(self.code_lists, self.reference, self.wording),
            "entities": [_lean(body) for body in bodies],
        }

    def _scheme(self) -> lote_writer.Scheme:
        names = {code: each.name for code, each in self.document_types.items()}
        return lote_writer.Scheme(self.authorities["ministry"], names)

    def _types(self) -> dict[str, Any]:
        return {
            code: {
                "name": dict(each.name),
                "in_force": Period(each.valid_from, each.valid_to).as_list(),
            }
            for code, each in self.document_types.items()
        }


def sign(content: Mapping[str, Any], operator: SealKey, signer: DigestSigner) -> bytes:
    """The bundle file: `content` in JSON, sealed by the operator's key as documents are (JAdES B-B)."""
    issued_at = dt.datetime.fromisoformat(content["issued_at"])
    prepared = jades.prepare(orjson.dumps(content), operator, int(issued_at.timestamp()))
    [signature] = signer.sign_many(operator, [prepared.digest])
    return jades.assemble(prepared, signature)


def _lean(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body as the bundle has it: documents carry the certificates, and no verifier writes letters."""
    keys = [{name: value for name, value in key.items() if name != "certificate"} for key in body["keys"]]
    return {name: value for name, value in body.items() if name != "address"} | {"keys": keys}


def _nothing_forgotten(bodies: Sequence[Body], issue: Issue) -> None:
    """A bundle may say more of the past than the one before, never less."""
    before = issue.previous.get("entities", ())
    now = {body["key"]: body for body in bodies}
    kept = {body["key"]: body for body in register.with_history(now.values(), before, issue.previous_day)}
    for old in before:
        body, whole = now.get(old["key"]), kept[old["key"]]
        known = {key["key_id"]: key["state"] for key in body["keys"]} if body is not None else {}
        compromised = {key["key_id"] for key in old["keys"] if key["state"] == "compromised"}
        if (
            body is None
            or not {key["key_id"] for key in old["keys"]} <= known.keys()
            or any(known[key_id] != "compromised" for key_id in compromised)
            or whole["rights"] != body["rights"]
            or whole["mandates"] != body.get("mandates", {})
        ):
            raise AtestatsError(
                "TRUST_LIST_FORGETS",
                f"Uzticamības sarakstā trūkst tā, kas bija iepriekšējā datnē: {old['key']}.",
                f"The trust list lacks what the bundle before said of {old['key']}.",
                next_lv="Sagatavojiet sarakstu ar iepriekšējo (atestats trust-list make --previous).",
                next_en="Make the list with the one before (atestats trust-list make --previous).",
            )


def _eu_anchors(issue: Issue, kind: str) -> list[bytes]:
    return [service.certificate for service in issue.eu_services if service.kind == kind]


def _grants(issue: Issue, member: str, kind: str) -> dict[str, Any]:
    """SHA-256 of an anchor (hex) -> periods; a service that left the list it was on is over with this bundle."""
    now = format_time(issue.issued_at)
    before: Mapping[str, Any] = issue.previous.get(member, {})
    if issue.eu_services:
        before = {
            digest: [[start, end or now] for start, end in periods] for digest, periods in before.items()
        }
    return dict(before) | {
        hashlib.sha256(service.certificate).hexdigest(): [
            [format_time(start), format_time(end) if end is not None else None]
            for start, end in service.grants
        ]
        for service in issue.eu_services
        if service.kind == kind
    }


def _united(previous: Mapping[str, Any], name: str, certificates: Iterable[bytes]) -> list[str]:
    texts = [base64.b64encode(der).decode() for der in certificates]
    return [*texts, *(old for old in previous.get(name, ()) if old not in texts)]
