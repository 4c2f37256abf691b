"""What the levels cost: CPU microseconds and rates per core. Run: python -m bench.levels [--quick]

Process CPU time, best of five rounds, without network: tokens and revocation data are made by the development
services in this process, and their making is told apart. The document is as large as a real one (60 kB).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from issuer.seal import KeyStore, SoftSigner, jades, levels, tsp
from issuer.seal.dev_revocation import DevRevocation
from issuer.seal.lock import Lock
from issuer.seal.pki import Holder, development_keys
from issuer.seal.revocation_client import RevocationClient
from issuer.seal.time_stamping import TimeStampAuthority
from issuer.seal.tsa_client import Trust, TsaClient, timestamp_request

_START = dt.datetime(2037, 6, 1, tzinfo=dt.UTC)
_SCHOOL = Holder("9900000001", "Paraugpils vidusskola", "NTRLV-90999900001")
# A credential as it is: 57 kB, most of it the picture, 1,300 quotation marks, 130 letters beyond ASCII.
_SUBJECT = '{"id":"urn:1","title":"Ģeometrija","type":"' + "x" * 30 + '"}'
_PAYLOAD = (
    b'{"id":"urn:uuid:1","picture":"'
    + b"iVBORw0KGgo" * 4000
    + b'","subjects":['
    + ",".join([_SUBJECT] * 130).encode()
    + b"]}"
)


def main() -> None:
    """Print one line per step."""
    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder))


def _run(folder: Path) -> None:
    keys = development_keys([_SCHOOL], _SCHOOL, algorithm="ES256", start=_START)
    lock = Lock.new(key_file=folder / "key-file")
    KeyStore.create(folder / "keys", keys, lock=lock, made_at=_START, is_test=True)
    store = KeyStore.open(folder / "keys", key_file=folder / "key-file")
    signer = SoftSigner(store)
    key = store.key(_SCHOOL.owner, "seal")
    authority = TimeStampAuthority(store.key("timestamp", "timestamp"), signer, clock=lambda: _START)
    revocation = DevRevocation(store, clock=lambda: _START)

    def network(url: str, body: bytes | None = None, _kind: str = "") -> bytes:
        path = urlsplit(url).path
        if path == "/tsa":
            return authority.answer(body or b"")
        return revocation.ocsp(body) if body else revocation.crl(path[5:-4]) or b""

    anchors = [store.public_keys.root]
    tsa = TsaClient(["http://bench.test/tsa"], trust=Trust(anchors, clock_error=None), fetch=network)
    client = RevocationClient(network, anchors)
    prepared = jades.prepare(_PAYLOAD, key, int(_START.timestamp()))
    b_b = jades.assemble(prepared, signer.sign_many(key, [prepared.digest])[0])
    b_t, stamp = _stamped(b_b, tsa, levels.signature_imprint, levels.with_timestamp)
    token = tsp.parse_token(stamp)
    chain = [*key.certificate_chain, *token.certificates]
    leaves = [key.certificate, token.tsa_certificate]
    data = client.collect(leaves, chain, token.gen_time)
    b_lt = levels.with_validation_data(b_t, *data)
    b_lta, archive = _stamped(b_lt, tsa, levels.archive_imprint, levels.with_archive_timestamp)
    print(f"B-B {len(b_b)} bytes, B-T {len(b_t)}, B-LT {len(b_lt)}, B-LTA {len(b_lta)}")

    archive_token = tsp.parse_token(archive)

    def to_b_lta() -> None:
        """As `atestats augment` does it: two readings of the file, with tokens that the client has read."""
        file = levels.SealedFile.read(b_b)
        file.signature_imprint()
        stamped = file.stamped(token).data
        file = levels.SealedFile.read(stamped)
        [item] = [each for each in file.found if each.name == "sigTst"]
        read = tsp.parse_token(levels.etsi_u.tokens(item)[0])
        x5c = levels.header_certificates(file.seal)
        found = client.collect([x5c[0], read.tsa_certificate], [*x5c, *read.certificates], read.gen_time)
        file = file.completed(found)
        file.archive_imprint()
        file.archived(archive_token)

    digest = hashlib.sha256(b"x").digest()
    request = timestamp_request(digest, "sha256", 7)
    answer = authority.answer(request)
    _show("assembly B-B → B-LTA, no network", to_b_lta)
    _show("B-B → B-T: read and put in", lambda: levels.with_timestamp(b_b, stamp))
    _show("B-T → B-LT: read and put in", lambda: levels.with_validation_data(b_t, *data))
    _show("B-LT → B-LTA: read and put in", lambda: levels.with_archive_timestamp(b_lt, archive))
    _show(
        "validation data of a document, known already", lambda: client.collect(leaves, chain, token.gen_time)
    )
    _show("token: read", lambda: tsp.parse_token(stamp))
    _show("token: read and signature checked", lambda: tsp.parse_token(stamp).check_signature())
    _show("token: kept (both readers, chain by OpenSSL)", lambda: tsa.verify(answer, digest, "sha256", 7))
    _show("development authority: one answer", lambda: authority.answer(request))


def _stamped(
    data: bytes,
    tsa: TsaClient,
    imprint: Callable[[jades.JadesDocument], bytes],
    put_in: Callable[[bytes, bytes], bytes],
) -> tuple[bytes, bytes]:
    token = tsa.stamp(imprint(jades.parse(data))).raw
    return put_in(data, token), token


def _show(what: str, call: Callable[[], object]) -> None:
    count, rounds = (10, 1) if "--quick" in sys.argv else (200, 5)
    best = float("inf")
    for _ in range(rounds):
        began = time.process_time()
        for _ in range(count):
            call()
        best = min(best, (time.process_time() - began) / count)
    print(f"{what:<52} {best * 1e6:8.0f} µs {1 / best:9.0f}/s")


if __name__ == "__main__":
    main()
