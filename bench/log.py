"""The log and evidence records: CPU per entry, per proof and per record. Run: python -m bench.log [--quick]

Process CPU time of one core; files go to a temporary folder, which is in the figures as far as it costs CPU. Time
stamps and checkpoints are one per batch and not counted per document.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import orjson

from bench.measure import Figure, cpu_of, machine
from issuer.bulk.log_run import Operator, append
from issuer.seal import KeyStore, SoftSigner, der, jades
from issuer.seal.evidence_making import make, renew_hash_trees, renew_time_stamps
from issuer.seal.evidence_record import parse, verify
from issuer.seal.lock import Lock
from issuer.seal.pki import Holder, development_keys
from issuer.seal.time_stamping import TimeStampAuthority
from issuer.seal.tsa_client import timestamp_request
from issuer.seal.tsp import TimestampToken, parse_token
from issuer.transparency import audit
from issuer.transparency.documents import read_documents
from issuer.transparency.entry import Entry, document_digest
from issuer.transparency.log_keys import CheckpointSigner, LogKeys
from issuer.transparency.log_writer import LogWriter
from issuer.transparency.proof import check_proof
from issuer.transparency.proof_files import proof_path

_ORIGIN = "log.atestats.test"
_START = dt.datetime(2037, 6, 1, tzinfo=dt.UTC)
_NOW = dt.datetime(2037, 6, 23, tzinfo=dt.UTC)


def main() -> None:
    """Print one line per step."""
    many, files = (2_000, 200) if "--quick" in sys.argv else (40_000, 4_000)
    print(machine())
    with tempfile.TemporaryDirectory() as folder:
        world = _World(Path(folder))
        _evidence(world, many)
        _log(world, many)
        _documents(world, files)


class _World:
    def __init__(self, home: Path) -> None:
        self.home = home
        lock = Lock.new(key_file=home / "key-file")
        school = Holder("9900000001", "1. vidusskola", "NTRLV-90999900001")
        keys = development_keys([school], school, algorithm="ES256", start=_START)
        KeyStore.create(home / "keys", keys, lock=lock, made_at=_START, is_test=True)
        self.store = KeyStore.open(home / "keys", key_file=home / "key-file")
        self.signer = SoftSigner(self.store)
        self.key = self.store.key(school.owner, "seal")
        log_keys = LogKeys.open(home / "keys", _ORIGIN, key_file=home / "key-file")
        signer = CheckpointSigner(log_keys, self.store.key("operator", "operator"), self.signer)
        self.operator = Operator(signer, log_keys, self.store.public_keys)
        stamp_key = self.store.key("timestamp", "timestamp")
        self._authority = TimeStampAuthority(stamp_key, self.signer, clock=lambda: _NOW)

    def stamp(self, algorithm: str, digest: bytes) -> bytes:
        request = timestamp_request(digest, algorithm, 1)
        return der.read(self._authority.answer(request)).children()[1].raw

    def seal(self, number: int) -> bytes:
        text = "x" * 15_000  # the size of a credential with its page image is that of the pipeline's figures
        payload = orjson.dumps({"id": f"urn:credential:{number}", "text": text})
        prepared = jades.prepare(payload, self.key, int(_NOW.timestamp()))
        return jades.assemble(prepared, self.signer.sign_many(self.key, [prepared.digest])[0])


def _evidence(world: _World, count: int) -> None:
    files = [b"file %d" % number for number in range(count)]
    sha256 = [hashlib.sha256(each).digest() for each in files]
    sha512 = [hashlib.sha512(each).digest() for each in files]
    records: list[bytes] = []
    _show(
        "evidence records made, one token", count, lambda: records.extend(make(sha256, "sha256", world.stamp))
    )
    print(f"    {len(records[0])} bytes each, of them {len(parse(records[0]).last.token)} the token")
    read = []
    _show("  … read", count, lambda: read.extend(map(parse, records)))
    _show("  … renewed by time stamp", count, lambda: renew_time_stamps(read, world.stamp))
    _show(
        "  … renewed by hash tree, SHA-512",
        count,
        lambda: renew_hash_trees(read, sha512, "sha512", world.stamp),
    )
    some = min(count, 2_000)

    def check(raw: bytes, _until: dt.datetime | None) -> TimestampToken:
        token = parse_token(raw)
        token.check_signature()
        return token

    _show(
        "  … verified, token and all",
        some,
        lambda: [verify(*each, check) for each in zip(read[:some], files, strict=False)],
    )


def _log(world: _World, count: int) -> None:
    entries = [
        Entry.of_document(
            "issued",
            _ORIGIN,
            _NOW,
            document=hashlib.sha256(b"%d" % number).digest(),
            key=bytes(32),
            document_type="ATE_VVI",
            commitment=bytes(32),
        )
        for number in range(count)
    ]
    folder = world.home / "entries"
    with LogWriter.open(folder, world.operator.signer) as log:
        _show("entries appended to the log, one batch", count, lambda: log.append(entries))
    keys = world.operator.signer.public
    _show("a stranger's audit of the whole log", count, lambda: audit.audit(folder, keys, _ORIGIN))


def _documents(world: _World, count: int) -> None:
    out = world.home / "out"
    for number in range(count):
        path = out / "documents" / "ATE_VVI" / f"{number % 256:02x}" / f"{number:08d}.jsonld"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(world.seal(number))
    certificates = {hashlib.sha256(world.key.certificate).digest()}
    _show("documents read, seals checked", count, lambda: list(read_documents(out, certificates)))

    def stamp(note: bytes) -> bytes:
        return world.stamp("sha256", hashlib.sha256(note).digest())

    _show(
        "log append: read, log, write proofs",
        count,
        lambda: append(out, world.home / "log", world.operator, stamp=stamp, at=_NOW),
    )
    bundle_log = orjson.loads((world.home / "log" / "bundle.json").read_bytes())
    read = [
        (proof_path(each).read_bytes(), document_digest(jades.parse(each.read_bytes())))
        for each in sorted(out.rglob("*.jsonld"))
    ]
    print(f"    {len(read[0][0])} bytes a proof")
    _show("proofs checked", count, lambda: [check_proof(*each, bundle_log) for each in read])


def _show(name: str, count: int, work: Callable[[], object]) -> None:
    print(Figure(name, count, cpu_of(work)), flush=True)


if __name__ == "__main__":
    main()
