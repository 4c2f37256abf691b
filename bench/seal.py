"""What a seal costs: CPU microseconds and rates per core. Run: python -m bench.seal

Process CPU time, best of five rounds; the key store is made in a temporary folder.
"""

from __future__ import annotations

import datetime as dt
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from issuer.seal import KeyStore, SoftSigner, ec1, jades
from issuer.seal.lock import Lock
from issuer.seal.pki import Holder, development_keys

_START = dt.datetime(2037, 6, 1, tzinfo=dt.UTC)
_IAT = int(_START.timestamp())


def main() -> None:
    """Print one line per step."""
    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder))


def _run(folder: Path) -> None:
    schools = [Holder(f"99{n:08d}", f"{n}. vidusskola", f"NTRLV-909999{n:05d}") for n in range(640)]
    for algorithm in ("ES256", "RS256"):
        count = 640 if algorithm == "ES256" else 8
        keydir = folder / algorithm
        began = time.process_time()
        keys = development_keys(schools[:count], schools[0], algorithm=algorithm, start=_START)
        lock = Lock.new(key_file=folder / "key-file")
        KeyStore.create(keydir, keys, lock=lock, made_at=_START, is_test=True)
        print(f"make a store of {count} institutions, {algorithm:<18} {time.process_time() - began:10.2f} s")
    _show("open a store of 640 institutions (key file)", lambda: _open(folder), 5)
    began = time.process_time()
    Lock.new(passphrase="…")
    print(f"{'derive the store key from a passphrase (scrypt)':<52} {time.process_time() - began:6.2f} s")

    store = _open(folder)
    signer = SoftSigner(store)
    key, code_key = store.key("9900000003", "seal"), store.key("9900000003", "qr")
    began = time.process_time()
    for school in schools:
        signer.sign_many(store.key(school.owner, "seal"), [bytes(32)])
    print(f"{'unwrap 640 keys and sign once with each':<52} {time.process_time() - began:6.2f} s")

    payload = _payload()
    prepared = jades.prepare(payload, key, _IAT)
    [signature] = signer.sign_many(key, [prepared.digest])
    sealed = jades.assemble(prepared, signature)
    digests = [prepared.digest] * 100
    print(f"payload {len(payload)} bytes, sealed {len(sealed)} bytes")
    _show("JAdES prepare (header, digest)", lambda: jades.prepare(payload, key, _IAT))
    _show("sign ES256, batches of 100", lambda: signer.sign_many(key, digests), 20, 100)
    _show("JAdES assemble", lambda: jades.assemble(prepared, signature))
    _show("JAdES parse (strict)", lambda: jades.parse(sealed))

    rsa = KeyStore.open(folder / "RS256", key_file=folder / "key-file")
    rsa_signer, rsa_key = SoftSigner(rsa), rsa.key("9900000003", "seal")
    _show("sign RS256, RSA-3072", lambda: rsa_signer.sign_many(rsa_key, digests[:1]), 50)

    claims = _claims(payload)
    for name, each in (("full", claims), ("core", claims.core())):
        code = ec1.prepare(each, code_key.kid8)
        [value] = signer.sign_many(code_key, [code.digest])
        cose = ec1.assemble(code, value)
        text = ec1.to_url(cose)
        print(f"EC1 {name}: {len(cose)} bytes, {len(text)} characters")
        _show(f"EC1 {name} prepare", lambda each=each: ec1.prepare(each, code_key.kid8))
        _show(
            f"EC1 {name} assemble and URL",
            lambda code=code, value=value: ec1.to_url(ec1.assemble(code, value)),
        )
        _show(f"EC1 {name} read (URL to claims)", lambda text=text: ec1.parse(ec1.from_text(text)))


def _open(folder: Path) -> KeyStore:
    return KeyStore.open(folder / "ES256", key_file=folder / "key-file")


def _show(name: str, call: Callable[[], object], count: int = 1000, each: int = 1) -> None:
    call()
    best = float("inf")
    for _ in range(5):
        began = time.process_time()
        for _ in range(count):
            call()
        best = min(best, (time.process_time() - began) / count / each)
    print(f"{name:<52} {best * 1e6:10.1f} µs {1 / best:12,.0f} /s")


def _payload() -> bytes:
    """About 12 kB with the share of non-ASCII letters that a Latvian transcript has."""
    marks = [
        {
            "id": f"urn:epass:learningAssessment:{n}",
            "type": "LearningAssessment",
            "title": {"lv": f"Latviešu valodas un literatūras {n}. kurss", "en": f"Latvian language {n}"},
            "grade": {"id": f"urn:epass:grade:{n}", "type": "Note", "noteLiteral": {"lv": "9 (teicami)"}},
        }
        for n in range(44)
    ]
    return json.dumps({"credentialSubject": {"hasClaim": marks}}, ensure_ascii=False).encode()


def _claims(payload: bytes) -> ec1.Claims:
    return ec1.Claims(
        issued_at=_IAT,
        given_names="Anna Elizabete",
        family_name="Paraudziņa",
        date_of_birth=dt.date(2018, 4, 1),
        school_name="Paraugpils Valsts ģimnāzija",
        school_reg_no="9900000003",
        document_type=2,
        series="PV",
        number="100001",
        completed=dt.date(2037, 6, 20),
        programme_code="31016011",
        eqf_level=4,
        credential_ref=ec1.credential_ref("urn:credential:00000000-0000-8000-8000-000000000000"),
        document_digest=ec1.document_digest(payload),
        subjects=tuple((n, 1 + n % 10) for n in range(1, 17)),
        exams=((1, 755), (2, 600), (3, 880), (5, 420)),
    )


if __name__ == "__main__":
    main()
