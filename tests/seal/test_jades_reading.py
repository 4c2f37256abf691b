"""JAdES files of others: samples of the reference library and the EU issuer, hostile files, altered files."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from seal_samples import fits, outcome, refusal, sealed

from issuer.errors import AtestatsError
from issuer.seal import jades

# Samples of the reference library that no reader may accept, and why.
UNREADABLE = {
    "dss/jades-with-double-sigt.json": "JSON_DUPLICATE_KEY",
    "dss/jws-serialization-no-signatures.json": "JADES_NO_SIGNATURE",
    "dss/malformed-jades-serialization.json": "JSON_NOT_JSON",
    "dss/serialization-wrong-payload-type.json": "JADES_PAYLOAD",
}


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
            assert refusal(jades.parse, data) == UNREADABLE[vector["file"]]
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
    assert refusal(jades.parse, data) == code


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
    assert outcome(jades.parse, altered).startswith(("read", "JADES_", "JSON_"))


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
    assert outcome(jades.parse, json.dumps(value).encode()).startswith(("read", "JADES_", "JSON_"))


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=80))
def test_any_text_is_sealed_and_read_back_to_the_byte(text, key, signer):
    payload = json.dumps({"x": text}, ensure_ascii=False).encode()
    file = sealed(payload, key, signer)
    assert file.isascii()
    assert jades.parse(file).payload == payload
    assert json.loads(file)["payload"].encode() == payload
