"""How many sealed files one process judges per second, with and without a page picture, and what it costs in memory.

    python -m bench.verify [--quick] [--profile]

CPU time, best round; every file is another document (only keys, certificates and the bundle are shared), and every
verdict must be `passed`. To reach: 1,500 JAdES files a second.
"""

from __future__ import annotations

import argparse
import cProfile
import datetime as dt
import json
import pstats
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.measure import cpu_of, peak_mib
from issuer.catalogue.authorities import load_authorities
from issuer.catalogue.reference import Reference
from issuer.credential.compose import Draft, compose, with_picture
from issuer.credential.issuing import Issuing
from issuer.credential.plan import documents_of
from issuer.seal import ec1, jades
from issuer.seal.keystore import KeyStore
from issuer.seal.lock import Lock
from issuer.seal.pki import Holder, development_keys
from issuer.seal.signer import SoftSigner
from issuer.trust.bundle import Bundle, open_bundle
from issuer.trust.publication import Issue, Publication, sign
from issuer.verify.verifier import verify

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
SEALED_AT = dt.datetime(2037, 8, 30, tzinfo=dt.UTC)
AT = SEALED_AT + dt.timedelta(days=1)
PICTURE_BYTES = 18_700  # about 25 kB of base64


def keystore(reference: Reference, folder: Path) -> KeyStore:
    authorities = load_authorities()
    holders = [
        *(Holder(key, a.legal_name["lv"], a.organization_identifier) for key, a in authorities.items()),
        *(Holder(i.reg_no, i.name, i.organization_identifier) for i in reference.institutions.values()),
    ]
    operator = Holder("operator", "Atestats", authorities["ministry"].organization_identifier)
    keys = development_keys(holders, operator, algorithm="ES256", start=SEALED_AT - dt.timedelta(days=90))
    lock = Lock.new(key_file=folder / "key-file")
    KeyStore.create(folder / "keys", keys, lock=lock, made_at=SEALED_AT, is_test=True)
    return KeyStore.open(folder / "keys", key_file=folder / "key-file")


def bundle_of(reference: Reference, folder: Path, signer: SoftSigner) -> tuple[bytes, list[bytes]]:
    public = KeyStore.public(folder / "keys")
    operator = public.key("operator", "operator")
    issue = Issue(1, SEALED_AT, AT + dt.timedelta(days=30), is_test=True)
    content = Publication.of(reference).content(public.keys, [public.root], issue)
    return sign(content, operator, signer), [operator.certificate]


def drafts(reference: Reference) -> Iterator[Draft]:
    """Documents without end: the example's records again and again, each with another id."""
    issuing = Issuing.of(reference)
    records = [json.loads(line) for line in (EXAMPLES / "records.jsonl").read_text().splitlines()]
    turn = 0
    while True:
        for record in records:
            record["record_id"] = f"BENCH-{turn}"
            turn += 1
            for plan in documents_of(record, issuing):
                yield compose(plan, issuing, SEALED_AT)


def sealed(draft: Draft, picture: bytes | None, store: KeyStore, signer: SoftSigner) -> tuple[bytes, bytes]:
    """The sealed file and the text of its QR code."""
    draft = with_picture(draft, picture) if picture else draft
    payload = draft.written.json()
    owner = draft.sealer.owner
    prepared = jades.prepare(payload, store.key(owner, "seal"), int(SEALED_AT.timestamp()))
    [signature] = signer.sign_many(store.key(owner, "seal"), [prepared.digest])
    claims = ec1.Claims(
        issued_at=int(SEALED_AT.timestamp()),
        credential_ref=ec1.credential_ref(draft.plan.credential_id),
        document_digest=ec1.document_digest(payload),
        **draft.qr,
    ).core()
    key = store.key(owner, "qr")
    code = ec1.prepare(claims, key.kid8)
    [qr_signature] = signer.sign_many(key, [code.digest])
    return jades.assemble(prepared, signature), ec1.to_url(ec1.assemble(code, qr_signature)).encode()


def rate(files: list[bytes], bundle: Bundle, rounds: int) -> float:
    """Files per second of CPU time, best of `rounds`."""

    def work() -> None:
        for data in files:
            verdict = verify(data, bundle, AT)
            assert verdict.verdict == "passed", verdict.as_dict()

    return len(files) / min(cpu_of(work) for _ in range(rounds))


def hostile() -> dict[str, bytes]:
    """What the tests refuse by name; here with what the refusal costs."""
    return {
        "4 MB of nested lists": b'{"a":' + b"[" * 4_000_000,
        "depth 100,000": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
        "4 MB of numbers": b'{"a":[' + b"0," * 2_000_000 + b"0]}",
        "390,000 empty objects": b'{"a":[' + b"{}," * 195_000 + b"{}]}",
        "4 MB of escaped quotes": b'{"payload":"' + b'\\"' * 2_000_000 + b'","signatures":[]}',
        "100,000 digits": b'{"payload":' + b"9" * 100_000 + b"}",
        "10 MB": b'{"payload":"' + b"a" * 10_000_000,
    }


def _run(folder: Path, files: int, rounds: int, profile: bool) -> None:
    reference = Reference.load(EXAMPLES / "reference.json")
    store = keystore(reference, folder)
    signer = SoftSigner(store)
    data, anchors = bundle_of(reference, folder, signer)
    bundle = open_bundle(data, anchors, AT)
    generator = random.Random(1)
    documents: list[bytes] = []
    before = peak_mib()
    for label, with_page in (("without picture", False), ("with picture of 25 kB", True)):
        source = drafts(reference)
        made = [
            sealed(next(source), generator.randbytes(PICTURE_BYTES) if with_page else None, store, signer)
            for _ in range(files)
        ]
        documents = [document for document, _ in made]
        size = sum(map(len, documents)) / len(documents) / 1000
        print(f"EDC {label:<30} {rate(documents, bundle, rounds):9,.0f} files/s   {size:5.1f} kB each")
        if not with_page:
            codes = [code for _, code in made]
            print(f"{'QR text':<34} {rate(codes, bundle, rounds):9,.0f} codes/s")
    print(f"{'peak memory':<34} {peak_mib():9.0f} MiB, {before:.0f} before the files were made")
    for name, attack in hostile().items():
        milliseconds = 1000 * cpu_of(lambda attack=attack: verify(attack, bundle, AT))
        print(f"refuse {name:<27} {milliseconds:9.1f} ms")
    print(f"{'peak memory after the attacks':<34} {peak_mib():9.0f} MiB")
    if profile:
        profiler = cProfile.Profile()
        profiler.runcall(rate, documents, bundle, 1)
        pstats.Stats(profiler).sort_stats("tottime").print_stats(18)


def main() -> None:
    """Print one line per measurement."""
    parser = argparse.ArgumentParser(prog="python -m bench.verify", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="Few files: shows that it runs, not how fast.")
    parser.add_argument("--profile", action="store_true", help="Where the time of the last files goes.")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder), 20 if options.quick else 400, 1 if options.quick else 5, options.profile)


if __name__ == "__main__":
    main()
