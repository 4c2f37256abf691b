"""Four years in the life of an archive: a key rotated, one stolen, a school closed, certificates expired.

The operator's side is the real one: the key store and its register of states, `atestats trust-list make` and
`atestats bundle --previous`, each on its day. Time is whatever the steps say; nothing waits.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.serialization import load_der_private_key
from levels_world import MINUTE, Levels
from trust_world import EXAMPLES, World

from issuer.cli import main
from issuer.seal import jades
from issuer.seal.certificate_request import certificate_request, subject_name
from issuer.seal.dev_ca import certify_request
from issuer.seal.key import Purpose, SealKey
from issuer.seal.key_register import KeyRegister
from issuer.seal.keystore import KeyStore
from issuer.seal.software_key import software_key
from issuer.trust.bundle import Bundle, open_bundle

FORWARD = "--days", 366


class Thief:
    """Somebody with a copy of a private key: no store asks whether it may still be used."""

    def __init__(self, world: World, owner: str) -> None:
        self.key: SealKey = world.store.key(owner, "seal")
        private = load_der_private_key(world.store.private(self.key), None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        self._private = private

    def seal(self, credential: dict[str, Any], claimed: dt.datetime) -> bytes:
        """A B-B file with whatever signing time the thief likes."""
        payload = json.dumps(credential, ensure_ascii=False).encode()
        prepared = jades.prepare(payload, self.key, int(claimed.timestamp()))
        der = self._private.sign(prepared.digest, ec.ECDSA(Prehashed(hashes.SHA256())))
        r, s = decode_dss_signature(der)
        return jades.assemble(prepared, r.to_bytes(32, "big") + s.to_bytes(32, "big"))


class Archive:
    """The country of the drill: its keys, its lists and bundles, and the services that stamp."""

    def __init__(self, world: World, home: Path) -> None:
        self.world = world
        self.levels = Levels(world)
        self.register = KeyRegister(world.folder)
        self._home = home
        self._issue = 0
        self.newest = b""
        self._reference = EXAMPLES / "reference.json"

    def seal(self, credential: dict[str, Any], owner: str, at: dt.datetime) -> bytes:
        """A document as it is handed out: B-LTA, stamped a minute after it was sealed."""
        return self.levels.b_lta(self.world.seal(credential, owner, at), at + MINUTE)

    def rotate(self, owner: str, at: dt.datetime) -> None:
        """A new seal key, certified and active; the old one retires."""
        school = self.world.reference.institutions[owner]
        self._rotate(owner, "seal", school.name, school.organization_identifier, at)

    def rotate_operator(self, at: dt.datetime) -> None:
        """A new key for lists and bundles; verifiers pin both certificates for a while."""
        self._rotate("operator", "operator", "Atestats", self.world.operator.organization_identifier, at)

    @property
    def anchors(self) -> list[bytes]:
        """The certificates that the operator has had, the oldest first."""
        records = KeyStore.public(self.world.folder).records_of("operator", "operator")
        return [record.key.certificate for record in records]

    def _rotate(self, owner: str, purpose: Purpose, name: str, identifier: str, at: dt.datetime) -> None:
        new = software_key(owner, purpose, "ES256", identifier)
        key = self.register.request(new, at=at, lock=self.world.store.lock).key
        subject = subject_name(name, identifier)
        request = certificate_request(key, subject, self.world.signer)
        self.register.certify(key.key_id, certify_request(self.world.store, request, start=at), at=at)
        self.register.activate(key.key_id, at=at)

    def close(self, reg_no: str, day: dt.date, successor: str) -> None:
        """From now on the registers say that the school ceased to exist on that day."""
        raw = json.loads(self._reference.read_text())
        [school] = [each for each in raw["institutions"] if each["reg_no"] == reg_no]
        school |= {"closed_on": day.isoformat(), "successor_reg_no": successor}
        self._reference = self._home / f"reference-{day}.json"
        self._reference.write_text(json.dumps(raw))

    def publish(self, at: dt.datetime, run: Callable[..., None]) -> Bundle:
        """The list and the bundle of that day, each with the one before as its history; opened as a verifier does."""
        before, self._issue = self._issue, self._issue + 1
        made_with = (
            *("--keys", self.world.folder, "--key-file", self.world.key_file),
            *("--reference", self._reference, "--at", at.isoformat(), *FORWARD),
        )
        files = {name: self._home / f"{name}-{self._issue}" for name in ("list", "bundle")}
        previous = {name: ("--previous", self._home / f"{name}-{before}") if before else () for name in files}
        run("trust-list", "make", *made_with, *previous["list"], "--out", files["list"])
        listed = ("--trust-list", files["list"])
        run("bundle", *made_with, *previous["bundle"], *listed, "--out", files["bundle"])
        self.newest = files["bundle"].read_bytes()
        return open_bundle(self.newest, self.anchors, at)


def command(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """`atestats` in this process; anything but success ends the drill."""

    def run(*words: object) -> None:
        monkeypatch.setattr(sys, "argv", ["atestats", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        assert not left.value.code, words

    return run
