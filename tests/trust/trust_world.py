"""A small world for tests of trust and verification: the year-2037 schools, a TEST PKI, a bundle, and a sealer."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from issuer.catalogue.authorities import load_authorities
from issuer.catalogue.reference import Reference
from issuer.seal import ec1, jades
from issuer.seal.key import SealKey
from issuer.seal.keystore import KeyStore
from issuer.seal.lock import Lock
from issuer.seal.pki import Holder, development_keys
from issuer.seal.public_keys import PublicKeys
from issuer.seal.signer import SoftSigner
from issuer.trust.bundle import Bundle, open_bundle
from issuer.trust.publication import Issue, Publication, sign

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

START = dt.datetime(
    2027, 6, 1, tzinfo=dt.UTC
)  # certificates last a few years: long before and after 2028 is tested
SEALED = dt.datetime(2028, 6, 20, 9, 0, tzinfo=dt.UTC)
ISSUED = dt.datetime(2028, 6, 21, tzinfo=dt.UTC)  # of the bundle
NOW = dt.datetime(2028, 6, 22, tzinfo=dt.UTC)

GYMNASIUM = "9937900001"  # vidusskola: basic and general secondary, accredited to 2038-02-15
TECHNICAL = "9926900002"  # tehnikums: vocational only
BASIC = "9917900005"  # pamatskola, successor of CLOSED
CLOSED = "9928900006"  # vidusskola, closed on 2033-08-31 in the example; see `closed_on`


@dataclass(frozen=True)
class World:
    """Keys, registers and a bundle; `seal` makes a file of any credential, `code` a QR text of any claims."""

    folder: Path
    key_file: Path
    reference: Reference

    @classmethod
    def make(
        cls, home: Path, reference: Reference, start: dt.datetime = START, algorithm: str = "ES256"
    ) -> World:
        authorities = load_authorities()
        holders = [
            *(Holder(key, a.legal_name["lv"], a.organization_identifier) for key, a in authorities.items()),
            *(Holder(i.reg_no, i.name, i.organization_identifier) for i in reference.institutions.values()),
        ]
        operator = Holder("operator", "Atestats", authorities["ministry"].organization_identifier)
        lock = Lock.new(key_file=home / "key-file")
        keys = development_keys(holders, operator, algorithm=algorithm, start=start)
        KeyStore.create(home / "keys", keys, lock=lock, made_at=start, is_test=True)
        return cls(home / "keys", home / "key-file", reference)

    @cached_property
    def store(self) -> KeyStore:
        return KeyStore.open(self.folder, key_file=self.key_file)

    @cached_property
    def public(self) -> PublicKeys:
        return KeyStore.public(self.folder)

    @cached_property
    def signer(self) -> SoftSigner:
        return SoftSigner(self.store)

    @property
    def operator(self) -> SealKey:
        return self.public.key("operator", "operator")

    @property
    def anchors(self) -> list[bytes]:
        return [self.operator.certificate]

    def content(self, **changes: Any) -> dict[str, Any]:
        """The bundle's content; `changes` are fields of `Issue`, `reference` or `keys`."""
        reference = changes.pop("reference", self.reference)
        keys = changes.pop("keys", self.public.keys)
        fields = {
            "sequence": 7,
            "issued_at": ISSUED,
            "next_update": ISSUED + dt.timedelta(days=30),
            "is_test": True,
        } | changes
        return Publication.of(reference).content(keys, [self.public.root], Issue(**fields))

    def bundle_file(self, **changes: Any) -> bytes:
        return sign(self.content(**changes), self.operator, self.signer)

    def bundle(self, **changes: Any) -> Bundle:
        return open_bundle(self.bundle_file(**changes), self.anchors, ISSUED)

    def seal(self, credential: dict[str, Any] | bytes, owner: str, at: dt.datetime = SEALED) -> bytes:
        payload = (
            credential
            if isinstance(credential, bytes)
            else json.dumps(credential, ensure_ascii=False).encode()
        )
        key = self.store.key(owner, "seal")
        prepared = jades.prepare(payload, key, int(at.timestamp()))
        [signature] = self.signer.sign_many(key, [prepared.digest])
        return jades.assemble(prepared, signature)

    def code(self, claims: ec1.Claims, owner: str) -> str:
        key = self.store.key(owner, "qr")
        prepared = ec1.prepare(claims, key.kid8)
        [signature] = self.signer.sign_many(key, [prepared.digest])
        return ec1.to_url(ec1.assemble(prepared, signature))


def reference_with(**changes: Any) -> Reference:
    """The example's reference file; `closed_on`: registration number -> date or None, `accredited_to` likewise."""
    raw = json.loads((EXAMPLES / "reference.json").read_text())
    for institution in raw["institutions"]:
        reg_no = institution["reg_no"]
        if reg_no in changes.get("closed_on", {}):
            institution["closed_on"] = changes["closed_on"][reg_no]
        for programme in institution["programmes"]:
            if reg_no in changes.get("accredited_to", {}):
                programme["accredited_to"] = changes["accredited_to"][reg_no]
    return Reference(raw)
