"""Hostile files end in a clear refusal: bounded work, bounded memory, and nothing opened that they point to.

What the refusals cost is measured in `bench/verify.py`.
"""

from __future__ import annotations

import base64
import hashlib
import io
import json
import socket
import tracemalloc
from pathlib import Path

import pytest
from credentials import claims, credential
from PIL import Image
from trust_world import GYMNASIUM, NOW, World

from issuer.render import qr_png
from issuer.seal import base64url, jades
from issuer.trust import Bundle
from issuer.verify import Verdict, verify


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a verifier opened a connection")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)


def refused(data: bytes, bundle: Bundle) -> Verdict:
    """The verdict, which must be a refusal of the format that reaches none of the other checks."""
    verdict = verify(data, bundle, NOW)
    assert verdict.verdict == "failed"
    assert verdict.document is None
    assert [check.status for check in verdict.checks[1:]] == ["skipped"] * 8
    return verdict


BIG = 10_000_000
BOMBS = {
    "10 MB of JSON": (b'{"payload":"' + b"a" * BIG + b'"}', "FORMAT_TOO_LARGE"),
    "10 MB of brackets": (b'{"a":' + b"[" * BIG, "FORMAT_TOO_LARGE"),
    "depth 100,000 of lists": (b'{"a":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "JSON_TOO_DEEP"),
    "depth 100,000 of objects": (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "JSON_TOO_DEEP"),
    "duplicate payload": (b'{"payload":"a","payload":"b","signatures":[]}', "JSON_DUPLICATE_KEY"),
    "NaN": (b'{"payload":NaN,"signatures":[]}', "JSON_NOT_JSON"),
    "Infinity": (b'{"payload":-Infinity,"signatures":[]}', "JSON_NOT_JSON"),
    "lone surrogate": (b'{"payload":"\\ud800","signatures":[]}', "JSON_NOT_JSON"),
    "huge integer": (b'{"payload":' + b"9" * 100_000 + b"}", "JSON_NUMBER"),
    "invalid UTF-8": (b'{"payload":"\xff"}', "JSON_NOT_UTF8"),
    "byte order mark": (b'\xef\xbb\xbf{"payload":"","signatures":[]}', "FORMAT_UNKNOWN"),
    "trailing data": (b'{"payload":"","signatures":[]}{}', "JSON_NOT_JSON"),
    "a million values": (b'{"a":[' + b"0," * 1_000_000 + b"0]}", "JSON_TOO_MANY_VALUES"),
    "10,000 signatures": (b'{"payload":"","signatures":[' + b"{}," * 10_000 + b"{}]}", "JADES_TOO_MANY_SIGNATURES"),
    "no signatures": (b'{"payload":"","signatures":[]}', "JADES_NO_SIGNATURE"),
    "nothing": (b"", "FORMAT_UNKNOWN"),
    "white space": (b" " * 5000, "FORMAT_UNKNOWN"),
    "zeros": (bytes(100_000), "FORMAT_UNKNOWN"),
    "a PDF": (b"%PDF-1.7\n", "FORMAT_UNKNOWN"),
    "a zip": (b"PK\x03\x04" + bytes(50), "FORMAT_UNKNOWN"),
    "an SVG": (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "FORMAT_SVG"),
    "someone's link": (b"https://example.org/verify?id=1", "EC1_NOT_OURS"),
    "endless digits": (b"HTTPS://ATESTATS.LV/V#" + b"9" * 3_000, "EC1_LENGTH"),
    "a text of 4 MB": (b"HTTPS://ATESTATS.LV/V#" + b"9" * 4_000_000, "FORMAT_UNKNOWN"),
    "Arabic digits": (("HTTPS://ATESTATS.LV/V#" + "٣" * 600).encode(), "FORMAT_UNKNOWN"),
    "a health certificate": (b"HC1:NCFOXN%TS3DH3ZSUZK+.V0ETD%65NL-AH", "FORMAT_UNKNOWN"),
    "a damaged picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "IMAGE_UNREADABLE"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_are_refused_by_name(bundle: Bundle, name: str) -> None:
    data, code = BOMBS[name]
    check = refused(data, bundle).checks[0]
    assert (check.check, check.status, check.code) == ("format", "failed", code)
    assert check.message_lv
    assert check.message_en


@pytest.mark.parametrize(
    "name", ["10 MB of JSON", "depth 100,000 of objects", "a million values", "huge integer"]
)
def test_bombs_do_not_fill_the_memory(bundle: Bundle, name: str) -> None:
    data, _ = BOMBS[name]
    tracemalloc.start()
    try:
        verify(data, bundle, NOW)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_the_hostile_files_of_others_are_refused(shared: Path, bundle: Bundle) -> None:
    folder = shared / "vectors" / "adversarial"
    names = [entry["file"] for entry in json.loads((folder / "index.json").read_text())]
    assert len(names) > 60
    for name in names:
        refused((folder / name).read_bytes(), bundle)


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("json-depth-object-20000.json", "JSON_TOO_DEEP"),
        ("json-duplicate-keys.json", "JSON_DUPLICATE_KEY"),
        ("json-int-digits-dos.json", "JSON_NUMBER"),
    ],
)
def test_their_json_bombs_are_refused_by_name(shared: Path, bundle: Bundle, file: str, code: str) -> None:
    assert refused((shared / "vectors" / "adversarial" / file).read_bytes(), bundle).checks[0].code == code


def test_the_same_bombs_inside_a_seal_are_refused_too(world: World, bundle: Bundle) -> None:
    inner = {
        b'{"a":' * 2000 + b"1" + b"}" * 2000: "JSON_TOO_DEEP",
        b'{"issuer":{},"issuer":{}}': "JSON_DUPLICATE_KEY",
        b"[NaN]": "JSON_NOT_JSON",
        b"[1" + b"0" * 400 + b"]": "JSON_NUMBER",
        b"[1]": "EDC_NOT_OBJECT",
        b"{}": "EDC_CONTEXT",
        b"": "JSON_NOT_JSON",
        b"not json": "JSON_NOT_JSON",
    }
    for payload, code in inner.items():
        assert refused(world.seal(payload, GYMNASIUM), bundle).checks[0].code == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"@context": ["https://www.w3.org/2018/credentials/v1"]}, "EDC_CONTEXT"),
        ({"@context": "https://www.w3.org/2018/credentials/v1"}, "EDC_CONTEXT"),
        (
            {"@context": ["https://localhost/v1", "http://data.europa.eu/snb/model/context/edc-ap"]},
            "EDC_CONTEXT",
        ),
        ({"type": ["VerifiableCredential"]}, "EDC_TYPE"),
        ({"type": "EuropeanDigitalCredential"}, "EDC_TYPE"),
        ({"issuer": "urn:x"}, "EDC_FIELD"),
        ({"issuanceDate": None}, "EDC_FIELD"),
        ({"credentialSubject": None}, "EDC_FIELD"),
        ({"id": None}, "EDC_FIELD"),
    ],
)
def test_a_seal_over_what_is_no_edc_is_refused(
    world: World, bundle: Bundle, changes: dict, code: str
) -> None:
    data = world.seal(credential(world.reference, **changes), GYMNASIUM)
    assert refused(data, bundle).checks[0].code == code


def test_an_inline_context_cannot_rename_what_is_read(world: World, bundle: Bundle) -> None:
    made = credential(world.reference)
    made["@context"] = [*made["@context"], {"validUntil": "https://example.org/somethingElse"}]
    assert refused(world.seal(made, GYMNASIUM), bundle).checks[0].code == "EDC_CONTEXT"


def resealed(
    world: World, change_header: dict, *, serialisation: str = "general", owner: str = GYMNASIUM
) -> bytes:
    """A file whose protected header was changed *before* sealing: the signature is good, the header is not."""
    payload = json.dumps(credential(world.reference)).encode()
    key = world.store.key(owner, "seal")
    prepared = jades.prepare(payload, key, 1_845_104_400)
    header = json.loads(base64url.decode(prepared.protected_b64)) | change_header
    header = {name: value for name, value in header.items() if value is not None}
    protected = base64url.encode(json.dumps(header).encode())
    [signature] = world.signer.sign_many(key, [hashlib.sha256(protected.encode() + b"." + payload).digest()])
    entry = {"protected": protected, "signature": base64url.encode(signature)}
    if serialisation == "flattened":
        return json.dumps({"payload": payload.decode(), **entry}).encode()
    if serialisation == "two signatures":
        return json.dumps({"payload": payload.decode(), "signatures": [entry, entry]}).encode()
    if serialisation == "extra member":
        return json.dumps({"payload": payload.decode(), "signatures": [entry], "evil": 1}).encode()
    if serialisation == "unprotected jwk":
        return json.dumps(
            {"payload": payload.decode(), "signatures": [{**entry, "header": {"jwk": {}}}]}
        ).encode()
    return json.dumps({"payload": payload.decode(), "signatures": [entry]}).encode()


def test_the_changed_header_is_the_only_reason(world: World, bundle: Bundle) -> None:
    assert verify(resealed(world, {}), bundle, NOW).verdict == "passed"


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "none"}, "JADES_ALG"),
        ({"alg": "None"}, "JADES_ALG"),
        ({"alg": "HS256"}, "JADES_ALG"),
        ({"alg": "EdDSA"}, "JADES_ALG"),
        ({"alg": None}, "JADES_HEADER"),
        ({"alg": ["ES256"]}, "JADES_HEADER"),
        ({"jku": "https://example.org/keys"}, "EDC_HEADER"),
        ({"x5u": "https://example.org/cert"}, "EDC_HEADER"),
        ({"jwk": {"kty": "EC"}}, "EDC_HEADER"),
        ({"x5c": None}, "EDC_HEADER"),
        ({"x5c": []}, "EDC_HEADER"),
        ({"x5c": ["!"]}, "EDC_HEADER"),
        ({"x5c": [7]}, "EDC_HEADER"),
        ({"x5c": ["AAAA"] * 50}, "EDC_HEADER"),
        ({"x5t#S256": None}, "JADES_CERTIFICATE_REFERENCE"),
        ({"x5t#o": {}}, "JADES_CERTIFICATE_REFERENCE"),
        ({"iat": None}, "JADES_TIME"),
        ({"iat": "1845104400"}, "JADES_TIME"),
        ({"iat": 1845104400.5}, "JADES_TIME"),
        ({"iat": True}, "JADES_TIME"),
        ({"iat": 1845104400000}, "JADES_TIME"),
        ({"iat": -1}, "JADES_TIME"),
        ({"sigT": "2028-06-20T09:00:00Z"}, "JADES_TIME"),
        ({"iat": None, "sigT": "2028-06-20T09:00:00Z"}, "JADES_TIME"),
        ({"crit": None}, "JADES_CRIT"),
        ({"crit": []}, "JADES_CRIT"),
        ({"crit": ["b64", "b64"]}, "JADES_CRIT"),
        ({"crit": ["b64", "alg"]}, "JADES_CRIT"),
        ({"crit": ["b64", "exp2"], "exp2": 1}, "JADES_CRIT"),
        ({"typ": "JWT"}, "JADES_TYP"),
    ],
)
def test_a_good_signature_under_a_bad_header_is_refused(
    world: World, bundle: Bundle, header: dict, code: str
) -> None:
    assert refused(resealed(world, header), bundle).checks[0].code == code


@pytest.mark.parametrize("serialisation", ["flattened", "two signatures", "extra member"])
def test_a_good_signature_in_another_serialisation_is_refused(world, bundle, serialisation) -> None:
    data = resealed(world, {}, serialisation=serialisation)
    assert refused(data, bundle).checks[0].code == "EDC_SERIALISATION"


def test_an_unprotected_key_is_refused(world, bundle) -> None:
    assert (
        refused(resealed(world, {}, serialisation="unprotected jwk"), bundle).checks[0].code
        == "JADES_UNPROTECTED"
    )


def test_an_algorithm_that_is_not_the_keys_is_refused(world, bundle) -> None:
    for algorithm in ("RS256", "PS256", "ES384"):
        verdict = verify(resealed(world, {"alg": algorithm}), bundle, NOW)
        assert verdict.check("seal").code == "ALGORITHM_KEY_MISMATCH"
        assert verdict.document is None


def test_a_reference_to_another_certificate_is_refused(world, bundle) -> None:
    verdict = verify(resealed(world, {"x5t#S256": base64url.encode(bytes(32))}), bundle, NOW)
    assert verdict.check("seal").code == "SEAL_CERTIFICATE_REFERENCE"
    assert verdict.document is None


def test_rubbish_as_seal_certificate_is_refused(world, bundle) -> None:
    rubbish = base64.b64encode(b"rubbish").decode()
    verdict = verify(resealed(world, {"x5c": [rubbish]}), bundle, NOW)
    assert verdict.verdict == "failed"
    assert verdict.check("seal").code == "SEAL_CERTIFICATE_UNREADABLE"
    assert verdict.check("certificate").code == "CERT_UNREADABLE"


def test_a_small_file_that_unpacks_to_a_huge_picture_is_refused(bundle) -> None:
    file = io.BytesIO()
    Image.new("1", (9_000, 9_000)).save(file, "PNG")
    assert len(file.getvalue()) < 1_000_000
    assert refused(file.getvalue(), bundle).checks[0].code == "IMAGE_TOO_LARGE"


def test_a_picture_without_a_code_or_with_several_is_refused(world, bundle) -> None:
    blank = io.BytesIO()
    Image.new("L", (300, 300), 255).save(blank, "PNG")
    assert refused(blank.getvalue(), bundle).checks[0].code == "QR_NOT_FOUND"
    codes = [
        Image.open(io.BytesIO(qr_png(world.code(claims(bundle, number=n), GYMNASIUM)))) for n in ("1", "2")
    ]
    both = Image.new("L", (codes[0].width * 2, codes[0].height), 255)
    both.paste(codes[0], (0, 0))
    both.paste(codes[1], (codes[0].width, 0))
    file = io.BytesIO()
    both.save(file, "PNG")
    assert refused(file.getvalue(), bundle).checks[0].code == "QR_SEVERAL"


@pytest.mark.parametrize(
    "data", [b"{" * 100_000, b'{"payload":"' + b"x" * 10_000_000 + b'"}', b"\xef\xbb\xbf{}"]
)
def test_what_begins_as_json_is_refused_as_a_file_not_as_a_code(data, bundle) -> None:
    verdict = verify(data, bundle, NOW)
    assert (verdict.kind, verdict.verdict) == ("edc", "failed")
