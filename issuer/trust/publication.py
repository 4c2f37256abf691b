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
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import orjson

from issuer.catalogue.authorities import Authority, load_authorities
from issuer.catalogue.code_lists import CodeLists
from issuer.catalogue.document_type import DocumentType
from issuer.catalogue.document_types import load_document_types
from issuer.catalogue.reference import Institution, Reference
from issuer.catalogue.wording import Wording
from issuer.errors import AtestatsError
from issuer.seal import jades
from issuer.seal.key import SealKey
from issuer.trust.bundle import FORMAT, format_time
from issuer.trust.certificates import Certificate
from issuer.trust.code_names import code_names
from issuer.trust.entity import Period
from issuer.trust.rights import authority_mandates, authority_rights, institution_rights, merge


class DigestSigner(Protocol):
    """What is needed of a signer: raw signatures for digests."""

    def sign_many(self, key: SealKey, digests: Sequence[bytes]) -> list[bytes]:
        """One signature per digest, R ‖ S for ES256."""
        ...


@dataclass(frozen=True)
class Issue:
    """What is particular to one bundle. Times are aware.

    `compromised` are ids of keys that nobody may rely on any more; `previous` is the content of the bundle
    before. `timestamp_anchors`: DER certificates that time stamps may lead to; `status_lists`: Token Status List
    CWTs; `log`: {"origin", "keys", "checkpoint"} of the log of issued documents.
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


@dataclass(frozen=True)
class Publication:
    """The registers that every bundle is made from."""

    reference: Reference
    document_types: Mapping[str, DocumentType]
    code_lists: CodeLists
    authorities: Mapping[str, Authority]
    wording: Wording
    mandates: Mapping[str, Set[str]] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        reference: Reference,
        mandates: Mapping[str, Set[str]] | None = None,
        more_types: Path | None = None,
    ) -> Publication:
        """With the product's own catalogue, and the document types in the folder `more_types`.

        `mandates`: authority -> document types (or "*") that it may seal besides those that name it as their sealer.
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
        return cls(reference, types, CodeLists.load(types), authorities, Wording.load(), mandates or {})

    def content(self, keys: Iterable[SealKey], anchors: Iterable[bytes], issue: Issue) -> dict[str, Any]:
        """The JSON content of the bundle. `keys`: all keys of institutions and authorities; `anchors`: DER
        roots.
        """
        keys = [key for key in keys if key.purpose in ("seal", "qr")]
        before = {entity["key"]: entity for entity in issue.previous.get("entities", ())}
        entities = [_merged(entity, before.pop(entity["key"], None), issue) for entity in self._entities()]
        entities += [_merged(entity | {"rights": {}}, entity, issue) for entity in before.values()]
        listed: dict[str, dict[str, Any]] = {
            key["key_id"]: key | {"owner": entity["key"]}
            for entity in entities
            for key in entity.pop("keys", ())
        }
        current = {key.key_id: key for key in keys}
        for key_id, entry in listed.items():
            if key_id not in current and entry["state"] == "active":
                entry |= {"state": "retired", "since": format_time(issue.issued_at)}
        listed |= {key_id: _listed(key) | _state(listed.get(key_id)) for key_id, key in current.items()}
        for key_id in issue.compromised & listed.keys():
            if listed[key_id]["state"] != "compromised":
                listed[key_id] |= {"state": "compromised", "since": format_time(issue.issued_at)}
        for entity in entities:
            entity["keys"] = [
                {name: value for name, value in key.items() if name != "owner"}
                for key in listed.values()
                if key["owner"] == entity["key"]
            ]
        intermediates = {ca for key in keys for ca in key.certificate_chain[1:]}
        return {
            "format": FORMAT,
            "test": issue.is_test,
            "sequence": issue.sequence,
            "issued_at": format_time(issue.issued_at),
            "next_update": format_time(issue.next_update),
            "anchors": _united(issue.previous, "anchors", anchors),
            "intermediates": _united(issue.previous, "intermediates", sorted(intermediates)),
            "timestamp_anchors": _united(issue.previous, "timestamp_anchors", issue.timestamp_anchors),
            "status_lists": [base64.b64encode(each).decode() for each in issue.status_lists],
            # The log only grows: what was true of it in the bundle before is true now.
            "log": issue.log if issue.log is not None else issue.previous.get("log"),
            "document_types": dict(issue.previous.get("document_types", {})) | self._types(),
            "code_lists": self.code_lists.as_dict(),
            "names": code_names(self.code_lists, self.reference, self.wording),
            "entities": entities,
        }

    def _types(self) -> dict[str, Any]:
        return {
            code: {
                "name": dict(each.name),
                "in_force": Period(each.valid_from, each.valid_to).as_list(),
            }
            for code, each in self.document_types.items()
        }

    def _entities(self) -> list[dict[str, Any]]:
        institutions = [
            _institution(each, institution_rights(each, self.document_types))
            for each in self.reference.institutions.values()
        ]
        return institutions + [
            {
                "key": key,
                "kind": "authority",
                "organization_identifier": each.organization_identifier,
                "name": dict(each.legal_name),
                "rights": _rights_json(authority_rights(key, self.document_types)),
                "mandates": {
                    code: [[awarding, period.as_list()] for awarding, period in entries]
                    for code, entries in authority_mandates(
                        key, self.document_types, self.mandates.get(key, frozenset())
                    ).items()
                },
            }
            for key, each in self.authorities.items()
        ]


def sign(content: Mapping[str, Any], operator: SealKey, signer: DigestSigner) -> bytes:
    """The bundle file: `content` in JSON, sealed by the operator's key as documents are (JAdES B-B)."""
    issued_at = dt.datetime.fromisoformat(content["issued_at"])
    prepared = jades.prepare(orjson.dumps(content), operator, int(issued_at.timestamp()))
    [signature] = signer.sign_many(operator, [prepared.digest])
    return jades.assemble(prepared, signature)


def _institution(each: Institution, rights: Mapping[str, tuple[Period, ...]]) -> dict[str, Any]:
    return {
        "key": each.reg_no,
        "kind": "institution",
        "organization_identifier": each.organization_identifier,
        "name": {"lv": each.name},
        "closed_on": each.closed_on.isoformat() if each.closed_on else None,
        "successor": each.successor_reg_no,
        "rights": _rights_json(rights),
    }


def _rights_json(rights: Mapping[str, tuple[Period, ...]]) -> dict[str, Any]:
    return {code: [period.as_list() for period in periods] for code, periods in rights.items()}


def _merged(entity: dict[str, Any], before: Mapping[str, Any] | None, issue: Issue) -> dict[str, Any]:
    """`entity` with the keys that the bundle before had for it, and its rights up to that bundle's day.

    What was said about the future then may have changed since: an accreditation can be withdrawn.
    """
    if before is None:
        return entity
    until = dt.datetime.fromisoformat(issue.previous["issued_at"]).date()
    rights = dict(entity["rights"])
    for code, periods in before["rights"].items():
        old = [Period.from_list(period) for period in periods]
        past = [Period(p.start, min(p.end or until, until)) for p in old if p.start <= until]
        both = merge([*past, *(Period.from_list(period) for period in rights.get(code, ()))])
        rights[code] = [period.as_list() for period in both]
    return entity | {"rights": rights, "keys": [dict(key) for key in before["keys"]]}


def _listed(key: SealKey) -> dict[str, Any]:
    certificate = Certificate.from_der(key.certificate)
    entry = {
        "owner": key.owner,
        "key_id": key.key_id,
        "purpose": key.purpose,
        "algorithm": key.algorithm,
        "not_before": format_time(certificate.not_before),
        "not_after": format_time(certificate.not_after),
        "state": "active",
    }
    if key.purpose == "seal":
        return entry | {"sha256": certificate.sha256.hex()}
    return entry | {"kid": key.kid8.hex(), "spki": base64.b64encode(key.spki).decode()}


def _state(before: Mapping[str, Any] | None) -> dict[str, Any]:
    """A compromise is for ever; any other state is what the key store says now."""
    if before is None or before["state"] != "compromised":
        return {}
    return {"state": before["state"], "since": before["since"]}


def _united(previous: Mapping[str, Any], name: str, certificates: Iterable[bytes]) -> list[str]:
    texts = [base64.b64encode(der).decode() for der in certificates]
    return [*texts, *(old for old in previous.get(name, ()) if old not in texts)]
