"""JAdES B-B: judged by the ETSI schema, other JWS implementations and the reference library's samples."""

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
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from joserfc import jwk, jws
from joserfc.errors import BadSignatureError
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7
from seal_samples import IAT, PAYLOAD, SCHOOL, fits

from issuer.errors import AtestatsError
from issuer.seal import SoftSigner, jades

# Samples of the reference library that no reader may accept, and why.
UNREADABLE = {
    "dss/jades-with-double-sigt.json": "JSON_DUPLICATE_KEY",
    "dss/jws-serialization-no-signatures.json": "JADES_NO_SIGNATURE",
    "dss/malformed-jades-serialization.json": "JSON_NOT_JSON",
    "dss/serialization-wrong-payload-type.json": "JADES_PAYLOAD",
}


def sealed(payload, key, signer) -> bytes:
    prepared = jades.prepare(payload, key, IAT)
    [signature] = signer.sign_many(key, [prepared.digest])
    return jades.assemble(prepared, signature)


@pytest.fixture(scope="module")
def key(store):
    return store.key(SCHOOL.owner, "seal")


@pytest.fixture(scope="module")
def file(key, signer) -> bytes:
    return sealed(PAYLOAD, key, signer)


def outcome(data: bytes) -> str:
    """ "read", or the code of the refusal; any other exception is an accident."""
    try:
        jades.parse(data)
    except AtestatsError as error:
        return error.code
    return "read"


def refusal(data: bytes) -> str:
    with pytest.raises(AtestatsError) as refused:
        jades.parse(data)
    return refused.value.code


# ── what is written ──


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
    file = jades.serialise(prepared.payload, [(prepared.protected_b64, text, items)])
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


# ── what is read ──


def test_every_sample_of_others_is_read_or_refused_as_it_should_be(shared):
    folder = shared / "vectors" / "jades"
    index = json.loads((folder / "index.json").read_text(encoding="utf-8"))
    seen = 0
    for vector in index["vectors"]:
        if "role" in vector:  # a schema, or a document that a detached seal is for
            continue
        seen += 1
        data = (folder / vector["file"]).read_bytes()
        if vector["file"] in UNREADABLE:
            assert refusal(data) == UNREADABLE[vector["file"]]
            continue
        document = jades.parse(data)
        recomputed = vector.get("recomputed") or [{}]
        if "ser" in recomputed[0]:
            assert document.serialisation == recomputed[0]["ser"], vector["file"]
        if recomputed[0].get("sig") in ("OK", "FAIL InvalidSignature"):
            assert _signature_fits(document) is (recomputed[0]["sig"] == "OK"), vector["file"]
    assert seen > 40


def test_own_samples_of_every_level_are_read(shared):
    """Files made by hand with another program, B-B to B-LTA, and broken variants: the signature says which is which."""
    folder = shared / "vectors" / "jades" / "own"
    verdicts = {path.name: _signature_fits(jades.parse(path.read_bytes())) for path in folder.glob("*.json")}
    # A reordered etsiU and a wrong certificate digest leave the signature itself intact.
    broken = {"neg-payload-changed.json", "neg-protected-changed.json"}
    assert {name for name, fit in verdicts.items() if not fit} == broken
    assert len(verdicts) == 12


def _signature_fits(document: jades.JadesDocument) -> bool:
    signature = document.signatures[0]
    certificate = base64.b64decode(signature.protected["x5c"][0])
    signed = document.signing_input(signature)
    return fits(certificate, signature.protected["alg"], signed, signature.signature)


def test_sealed_credentials_of_the_eu_issuer_are_read_and_fit(shared):
    files = [
        path
        for path in sorted((shared / "elm" / "examples").rglob("*signed.jsonld"))
        if "unsigned" not in path.name
    ]
    assert len(files) >= 7
    for path in files:
        document = jades.parse(path.read_bytes())
        assert _signature_fits(document), path.name
        assert json.loads(document.payload)["type"]


def _b64(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


HEADER = _b64({"alg": "ES256", "b64": False, "crit": ["b64"]})
ENCODED = _b64({"alg": "ES256"})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "JADES_NOT_JWS"),
        (b"[]", "JADES_NOT_JWS"),
        (b"{}", "JADES_NOT_JWS"),
        (b"a.b", "JADES_NOT_JWS"),
        (b"a.b.c.d", "JADES_NOT_JWS"),
        (b"\xff\xfe", "JADES_NOT_JWS"),
        (b"{", "JSON_NOT_JSON"),
        (b'{"payload":"","payload":"","signatures":[]}', "JSON_DUPLICATE_KEY"),
        (b'{"payload":NaN,"signatures":[]}', "JSON_NOT_JSON"),
        (b'{"a":' * 100_000, "JSON_TOO_DEEP"),
        (b'{"a":' * 500 + b"1" + b"}" * 500, "JSON_TOO_DEEP"),
        (b'{"payload":"' + b"x" * 10_000_000 + b'","signatures":[]}', "JADES_TOO_LARGE"),
        (json.dumps({"payload": "", "signatures": {}}).encode(), "JADES_NOT_JWS"),
        (json.dumps({"payload": "", "signatures": []}).encode(), "JADES_NO_SIGNATURE"),
        (json.dumps({"payload": "", "signatures": [1]}).encode(), "JADES_NOT_JWS"),
        (json.dumps({"payload": "", "signatures": [{}]}).encode(), "JADES_HEADER"),
        (json.dumps({"payload": "", "signatures": [{}] * 9}).encode(), "JADES_TOO_MANY_SIGNATURES"),
        (
            json.dumps({"payload": "", "signatures": [], "signature": "", "protected": ""}).encode(),
            "JADES_NOT_JWS",
        ),
        (json.dumps({"payload": {}, "protected": HEADER, "signature": ""}).encode(), "JADES_PAYLOAD"),
        (json.dumps({"payload": "=", "protected": ENCODED, "signature": ""}).encode(), "JADES_PAYLOAD"),
        (json.dumps({"payload": "", "protected": HEADER, "signature": "AB"}).encode(), "JADES_SIGNATURE"),
        (json.dumps({"payload": "", "protected": HEADER, "signature": 1}).encode(), "JADES_SIGNATURE"),
        (json.dumps({"payload": "", "protected": HEADER + "=", "signature": ""}).encode(), "JADES_HEADER"),
        (json.dumps({"payload": "", "protected": "bnVsbA", "signature": ""}).encode(), "JADES_HEADER"),
        (json.dumps({"payload": "", "protected": _b64({}), "signature": ""}).encode(), "JADES_HEADER"),
        (
            json.dumps({"payload": "", "protected": _b64({"alg": 1}), "signature": ""}).encode(),
            "JADES_HEADER",
        ),
        (
            json.dumps({"payload": "", "protected": HEADER, "header": {"alg": ""}, "signature": ""}).encode(),
            "JADES_HEADER",
        ),
        (
            json.dumps({"payload": "", "protected": HEADER, "header": [], "signature": ""}).encode(),
            "JADES_HEADER",
        ),
        (
            json.dumps({"payload": "", "protected": "A" * 70_000, "signature": ""}).encode(),
            "JADES_HEADER",
        ),
        (
            json.dumps(
                {
                    "payload": "",
                    "signatures": [
                        {"protected": HEADER, "signature": ""},
                        {"protected": ENCODED, "signature": ""},
                    ],
                }
            ).encode(),
            "JADES_B64",
        ),
        (
            json.dumps(
                {"payload": "", "protected": _b64({"alg": "ES256", "b64": "no"}), "signature": ""}
            ).encode(),
            "JADES_B64",
        ),
    ],
)
def test_hostile_files_are_refused_by_name(data, code):
    assert refusal(data) == code


def test_no_altered_byte_goes_unnoticed(key, signer):
    """Another bit at every place: refused, or the signature no longer fits, or the file is not as we write it."""
    file = sealed('{"id":"urn:credential:1","name":"Čačis"}'.encode(), key, signer)
    unnoticed = 0
    for place in range(len(file)):
        for mask in (0x01, 0x20):
            altered = file[:place] + bytes([file[place] ^ mask]) + file[place + 1 :]
            try:
                document = jades.parse(altered)
            except AtestatsError:
                continue
            [signature] = document.signatures
            if fits(key.certificate, "ES256", document.signing_input(signature), signature.signature):
                unnoticed += 1
                assert not jades.is_as_written(altered, document)
    assert unnoticed  # the case of a hexadecimal letter in \\u0146: the only kind that JSON itself forgives
    assert jades.is_as_written(file, jades.parse(file))


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_bytes_are_read_or_refused_never_an_accident(file, data):
    start = data.draw(st.integers(0, len(file)))
    end = data.draw(st.integers(start, min(len(file), start + 40)))
    altered = file[:start] + data.draw(st.binary(max_size=20)) + file[end:]
    assert outcome(altered).startswith(("read", "JADES_", "JSON_"))


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.sampled_from([HEADER, ENCODED]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["alg", "x", "etsiU"]), inner)
    ),
    max_leaves=6,
)
_member = st.dictionaries(st.sampled_from(["protected", "header", "signature", "x"]), _json)


@settings(max_examples=300, deadline=None)
@given(
    st.fixed_dictionaries(
        {},
        optional={"payload": _json, "signatures": st.lists(_member, max_size=3) | _json, "signature": _json},
    )
    | _member
)
def test_any_json_is_read_or_refused_never_an_accident(value):
    assert outcome(json.dumps(value).encode()).startswith(("read", "JADES_", "JSON_"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_is_sealed_and_read_back_to_the_byte(text, key, signer):
    payload = json.dumps({"x": text}, ensure_ascii=False).encode()
    file = sealed(payload, key, signer)
    assert file.isascii()
    assert jades.parse(file).payload == payload
    assert json.loads(file)["payload"].encode() == payload
