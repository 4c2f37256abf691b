"""JAdES B-B as it is written: judged by the ETSI schema, joserfc and openssl."""

from __future__ import annotations

import base64
import json
import ssl
import subprocess
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwk, jws
from joserfc.errors import BadSignatureError
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7
from seal_samples import IAT, PAYLOAD, SCHOOL, fits, sealed

from issuer.seal import SoftSigner, jades


def test_the_protected_header_of_the_edc_profile(file, key):
    from hashlib import sha256

    [signature] = json.loads(file)["signatures"]
    assert set(signature) == {"protected", "signature"}
    header = json.loads(base64.urlsafe_b64decode(signature["protected"] + "=="))
    leaf, intermediate = key.certificate_chain
    assert header == {
        "alg": "ES256",
        "cty": "json",
        "x5t#S256": base64.urlsafe_b64encode(sha256(leaf).digest()).rstrip(b"=").decode(),
        "x5c": [base64.b64encode(leaf).decode(), base64.b64encode(intermediate).decode()],
        "typ": "jose+json",
        "b64": False,
        "crit": ["b64"],
        "iat": IAT,
    }


def test_the_file_is_ascii_and_its_payload_is_the_credential_to_the_byte(file):
    assert file.isascii()
    outer = json.loads(file)
    assert set(outer) == {"payload", "signatures"}
    assert outer["payload"].encode() == PAYLOAD


def check_with_joserfc(file: bytes, algorithm: str) -> bytes:
    """Verify with joserfc, a JWS library that knows `b64` (RFC 7797) but nothing of JAdES; returns the payload."""
    outer = json.loads(file)
    header = json.loads(base64.urlsafe_b64decode(outer["signatures"][0]["protected"] + "=="))
    leaf = x509.load_der_x509_certificate(base64.b64decode(header["x5c"][0]))
    public = leaf.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    kind = "EC" if algorithm == "ES256" else "RSA"
    registry = jws.JWSRegistry(algorithms=[algorithm], strict_check_header=False)
    registry.max_header_length = registry.max_payload_length = 1 << 20
    return jws.deserialize_json(outer, jwk.import_key(public, kind), registry=registry).payload


def test_another_jws_library_accepts_it(file):
    assert check_with_joserfc(file, "ES256") == PAYLOAD
    altered = file.replace(b"Ilze", b"Ulze")
    with pytest.raises(BadSignatureError):
        check_with_joserfc(altered, "ES256")


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_rsa_seals_are_made_and_fit(make_keys, algorithm):
    keys = make_keys(algorithm, holders=(SCHOOL,)).open()
    key = keys.key(SCHOOL.owner, "seal")
    file = sealed(PAYLOAD, key, SoftSigner(keys))
    assert check_with_joserfc(file, algorithm) == PAYLOAD
    document = jades.parse(file)
    [signature] = document.signatures
    assert signature.protected["alg"] == algorithm
    assert len(signature.signature) == 3072 // 8
    assert fits(key.certificate, algorithm, document.signing_input(signature), signature.signature)


def test_openssl_accepts_the_signature(file, key, tmp_path):
    """The command line tool: the signing input made here by hand, the signature turned into DER."""
    outer = json.loads(file)
    [signature] = outer["signatures"]
    raw = base64.urlsafe_b64decode(signature["signature"] + "==")
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    (tmp_path / "signature").write_bytes(encode_dss_signature(r, s))
    (tmp_path / "signed").write_bytes(signature["protected"].encode() + b"." + PAYLOAD)
    (tmp_path / "key.pem").write_bytes(ssl.DER_cert_to_PEM_cert(key.certificate).encode())
    (tmp_path / "public.pem").write_bytes(openssl("x509", "-in", tmp_path / "key.pem", "-pubkey", "-noout"))
    verify = ("dgst", "-sha256", "-verify", tmp_path / "public.pem", "-signature", tmp_path / "signature")
    assert b"Verified OK" in openssl(*verify, tmp_path / "signed")


def openssl(*words) -> bytes:
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True).stdout


def test_the_etsi_schema_accepts_it(file, shared):
    """The JSON Schemas of TS 119 182-1 v1.2.1, for the file and for its protected header."""
    folder = shared / "vectors" / "jades" / "schema"
    outer = json.loads(file)
    header = json.loads(base64.urlsafe_b64decode(outer["signatures"][0]["protected"] + "=="))
    assert list(etsi(folder, "rfc7515-jws.json").iter_errors(outer)) == []
    protected = etsi(folder, "19182-protected-jsonSchema.json")
    assert list(protected.iter_errors(header)) == []
    # The same validator does refuse: a test of the test.
    for wrong in (
        {**header, "sigT": "2037-06-22T12:00:00Z"},
        {**header, "b64": "no"},
        {**header, "x5t": "a"},
    ):
        assert list(protected.iter_errors(wrong))
    unprotected = etsi(folder, "19182-unprotected-jsonSchema.json")
    assert list(unprotected.iter_errors({"etsiU": ["eyJ9"]})) == []
    assert list(unprotected.iter_errors({"etsiU": "eyJ9"}))


def etsi(folder: Path, name: str) -> Draft7Validator:
    base = "https://schema.test/"
    resources = []
    for path in sorted(folder.rglob("*.json")):
        schema = DRAFT7.create_resource(json.loads(path.read_text(encoding="utf-8")))
        resources.append((base + path.relative_to(folder).as_posix(), schema))
        resources.append((f"{base}rfcs/{path.name}", schema))  # ETSI's references are to this folder
    registry = Registry().with_resources(resources)
    return Draft7Validator({"$ref": base + name}, registry=registry)


def test_the_place_for_higher_levels_is_kept(key, signer):
    prepared = jades.prepare(PAYLOAD, key, IAT)
    [value] = signer.sign_many(key, [prepared.digest])
    items = ["eyJzaWdUc3QiOnt9fQ", "eyJ4VmFscyI6W119"]
    text = base64.urlsafe_b64encode(value).rstrip(b"=").decode()
    file = jades.serialise(PAYLOAD.decode(), [(prepared.protected_b64, text, items)])
    [signature] = jades.parse(file).signatures
    assert signature.etsi_u == items
    assert jades.is_as_written(file, jades.parse(file))


def test_payloads_that_are_not_utf_8_text_are_not_sealed(key):
    for payload in (b"\xff", b"\xef\xbb\xbf{}", b"\xed\xa0\x80"):
        with pytest.raises(jades.JadesError):
            jades.prepare(payload, key, IAT)


@pytest.mark.parametrize("iat", [-1, 1.5, "2129284800", None])
def test_the_sealing_time_is_whole_seconds(key, iat):
    with pytest.raises(jades.JadesError):
        jades.prepare(PAYLOAD, key, iat)


def test_a_der_signature_is_not_put_in_a_file(key):
    with pytest.raises(jades.JadesError):
        jades.assemble(jades.prepare(PAYLOAD, key, IAT), bytes(70))
