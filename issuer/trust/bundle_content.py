"""What an accepted bundle says: institutions, rights, keys, anchors, status lists, the log.

`issuer.trust.bundle` is the way in. Everything about it: `docs/adr/0006-offline-bundle.md`.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from issuer.trust.certificates import CertificateStore, Grants
from issuer.trust.entity import Entity, ListedKey, Period
from issuer.trust.times import parse_time


class Bundle:
    """A bundle that was accepted. Look-ups are lazy: opening costs the signature and the JSON, not the
    certificates.
    """

    def __init__(self, raw: Mapping[str, Any], operators: Iterable[bytes] = ()) -> None:
        """From the signed content, already verified; raises KeyError, TypeError or ValueError if malformed.

        `operators`: DER certificates of the operator, who also signs what the bundle carries, such as status lists.
        """
        self.operators = tuple(operators)
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
        self._grants = _grants(raw.get("anchor_grants", {}))
        self._timestamp_grants = _grants(raw.get("timestamp_grants", {}))
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
            map(base64.b64decode, self._anchors), map(base64.b64decode, self._intermediates), self._grants
        )

    @cached_property
    def timestamp_certificates(self) -> CertificateStore:
        """The anchors of time stamping authorities, which need not be those of seals, with the same intermediates."""
        return CertificateStore(
            map(base64.b64decode, self._timestamp_anchors),
            map(base64.b64decode, self._intermediates),
            self._timestamp_grants,
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


def _texts(raw: object) -> list[str]:
    if not isinstance(raw, list) or not all(isinstance(text, str) for text in raw):
        raise TypeError("not a list of texts")
    return raw


def _grants(raw: Mapping[str, Any]) -> dict[bytes, Grants]:
    """The members `…_grants`: SHA-256 of an anchor (hex) -> [[from, until or None], …], from a trusted list."""
    return {
        bytes.fromhex(digest): tuple(
            (parse_time(start), parse_time(end) if end is not None else None) for start, end in periods
        )
        for digest, periods in raw.items()
    }


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
        former_identifiers=tuple(raw.get("former_identifiers", ())),
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
        history=tuple((state, parse_time(moment)) for state, moment in raw.get("history", ())),
    )
