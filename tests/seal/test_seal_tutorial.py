"""How to seal a document, from keys to a file and a QR code, and how a stranger reads both."""

from __future__ import annotations

import datetime as dt
import json

from cryptography import x509
from seal_samples import IAT, MINISTRY, PAYLOAD, SCHOOL, fits

from issuer.seal import KeyStore, SoftSigner, ec1, jades
from issuer.seal.lock import Lock
from issuer.seal.pki import development_keys


def test_from_keys_to_a_sealed_file_and_a_code(tmp_path):
    # A key store: a lock that a key file (or a passphrase) opens, and keys with their TEST certificates.
    start = dt.datetime(2037, 6, 1, tzinfo=dt.UTC)
    lock = Lock.new(key_file=tmp_path / "key-file")
    keys = development_keys([MINISTRY, SCHOOL], MINISTRY, algorithm="ES256", start=start)
    KeyStore.create(tmp_path / "keys", keys, lock=lock, made_at=start, is_test=True)

    # Later, in another process: open it and ask for the school's keys. A SealKey is public; the signer holds the rest.
    store = KeyStore.open(tmp_path / "keys", key_file=tmp_path / "key-file")
    signer = SoftSigner(store)
    seal_key, qr_key = store.key(SCHOOL.owner, "seal"), store.key(SCHOOL.owner, "qr")

    # A batch: prepare all, sign all digests in one call, assemble all.
    payloads = [PAYLOAD, b'{"id":"urn:credential:2"}']
    prepared = [jades.prepare(payload, seal_key, IAT) for payload in payloads]
    signatures = signer.sign_many(seal_key, [each.digest for each in prepared])
    files = [jades.assemble(each, value) for each, value in zip(prepared, signatures, strict=True)]

    # The file is ASCII, and its payload is the credential itself, to the byte.
    assert files[0].isascii()
    assert json.loads(files[0])["payload"].encode() == PAYLOAD

    # A stranger reads it: `parse` says what is there; the signature fits the certificate in the header.
    document = jades.parse(files[0])
    [seal] = document.signatures
    assert document.payload == PAYLOAD
    assert (seal.protected["alg"], seal.protected["iat"]) == ("ES256", IAT)
    assert fits(seal_key.certificate, "ES256", document.signing_input(seal), seal.signature)
    subject = x509.load_der_x509_certificate(seal_key.certificate).subject.rfc4514_string()
    assert "CN=TEST Paraugpils Valsts ģimnāzija" in subject

    # The QR code: the same three steps. It names the file by the digest of its payload.
    claims = ec1.Claims(
        issued_at=IAT,
        given_names="Ilze",
        family_name="Bērziņa",
        date_of_birth=dt.date(2018, 4, 1),
        school_name=SCHOOL.name,
        school_reg_no=SCHOOL.owner,
        document_type=2,
        series="PV",
        number="000001",
        completed=dt.date(2037, 6, 20),
        programme_code="31016011",
        eqf_level=4,
        credential_ref=ec1.credential_ref("urn:credential:1"),
        document_digest=ec1.document_digest(PAYLOAD),
        subjects=((1, 9), (2, 10)),
    )
    code = ec1.prepare(claims.core(), qr_key.kid8)  # the core code: without marks
    [value] = signer.sign_many(qr_key, [code.digest])
    text = ec1.to_url(ec1.assemble(code, value))
    assert text.startswith("HTTPS://ATESTATS.LV/V#")

    read = ec1.parse(ec1.from_text(text))
    assert read.claims.family_name == "Bērziņa"
    assert read.claims.subjects == ()
    assert read.claims.document_digest == ec1.document_digest(document.payload)
    assert read.kid == qr_key.kid8
    assert fits(qr_key.certificate, "ES256", read.signed, read.signature)
