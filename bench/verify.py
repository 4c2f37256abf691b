"""How many sealed files one process judges per second, with and without a page picture, and what it costs in memory.

    python bench/verify.py [--files 400] [--rounds 5]

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
import resource
import time
from collections.abc import Iterator
from pathlib import Path

import orjson

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
    KeyStore.create(folder, keys, lock=Lock.new(passphrase="bench"), made_at=SEALED_AT, is_test=True)
    return KeyStore.open(folder, passphrase="bench")


def bundle_of(reference: Reference, folder: Path, signer: SoftSigner) -> tuple[bytes, list[bytes]]:
    public = KeyStore.public(folder)
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
    credential = with_picture(draft, picture) if picture else draft.credential
    payload = orjson.dumps(credential)
    owner = owner_of(draft)
    prepared = jades.prepare(payload, store.key(owner, "seal"), int(SEALED_AT.timestamp()))
    [signature] = signer.sign_many(store.key(owner, "seal"), [prepared.digest])
    claims = ec1.Claims(
        issued_at=int(SEALED_AT.timestamp()),
        credential_ref=ec1.credential_ref(credential["id"]),
        document_digest=ec1.document_digest(payload),
        **draft.qr,
    ).core()
    key = store.key(owner, "qr")
    code = ec1.prepare(claims, key.kid8)
    [qr_signature] = signer.sign_many(key, [code.digest])
    return jades.assemble(prepared, signature), ec1.to_url(ec1.assemble(code, qr_signature)).encode()


def owner_of(draft: Draft) -> str:
    body = draft.facts.bodies.sealing
    return getattr(body, "reg_no", None) or getattr(body, "key")  # noqa: B009


def rate(files: list[bytes], bundle: Bundle, rounds: int) -> float:
    """Files per second of CPU time, best of `rounds`."""
    best = float("inf")
    for _ in range(rounds):
        start = time.process_time()
        for data in files:
            verdict = verify(data, bundle, AT)
            assert verdict.verdict == "passed", verdict.as_dict()
        best = min(best, time.process_time() - start)
    return len(files) / best


def main(folder: Path) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    reference = Reference.load(EXAMPLES / "reference.json")
    store = keystore(reference, folder / "keys")
    signer = SoftSigner(store)
    data, anchors = bundle_of(reference, folder / "keys", signer)
    bundle = open_bundle(data, anchors, AT)
    generator = random.Random(1)
    for label, with_page in (("without picture", False), ("with picture of 25 kB", True)):
        source = drafts(reference)
        made = [
            sealed(next(source), generator.randbytes(PICTURE_BYTES) if with_page else None, store, signer)
            for _ in range(options.files)
        ]
        documents = [document for document, _ in made]
        size = sum(map(len, documents)) / len(documents) / 1000
        print(
            f"EDC {label:<22} {rate(documents, bundle, options.rounds):7,.0f} files/s   {size:5.1f} kB each"
        )
        if not with_page:
            codes = [code for _, code in made]
            print(f"QR text                    {rate(codes, bundle, options.rounds):7,.0f} codes/s")
    if options.profile:
        profile = cProfile.Profile()
        profile.runcall(rate, documents, bundle, 1)
        pstats.Stats(profile).sort_stats("tottime").print_stats(18)
    print(f"peak memory                {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:7.0f} MB")


if __name__ == "__main__":
    import tempfile

    with tempfile.TemporaryDirectory() as name:
        main(Path(name))
