"""IETF Token Status List: the draft's own vectors and examples, other implementations on ours, and what is refused."""

from __future__ import annotations

import base64
import contextlib
import json
import zlib

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.x509 import load_der_x509_certificate
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import ECKey
from status_samples import BASE_URL, NOW, with_long_headers

from issuer.seal import cbor
from issuer.status import packed
from issuer.status.status_error import StatusError
from issuer.status.token_list import (
    StatusList,
    list_cbor,
    list_from_cbor,
    list_from_json,
    list_json,
    open_token,
    parse,
)

# The public part of the key of the draft's examples (src/util.py of its repository), and its CWT example (5.2).
EXAMPLE_X = "I3HWm_0Ds1dPMI-IWmf4mBmH-YaeAVbPVu7vB27CxXo"
EXAMPLE_Y = "6N_d5Elj9bs1htgV3okJKIdbHEpkgTmAluYKJemzn1M"
EXAMPLE_CWT = bytes.fromhex(
    "d2845820a2012610781a6170706c69636174696f6e2f7374617475736c6973742b637774a1044231325850a502782168747470733a2f2f"
    "6578616d706c652e636f6d2f7374617475736c697374732f31061a648c5bea041a8898dfea19fffe19a8c019fffda2646269747301636c"
    "73744a78dadbb918000217015d584093fa4d01032b18c35e2fe1101b77fd6cc9440022caa4694450c4e4e9feab4e99d1fa6d9772ce2bf3"
    "a12e0323ded7c982c5e101a5e67f0cbc1e2b6f57ce99c279"
)
ONE_BIT = [1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1]  # the draft, 4.1
TWO_BITS = [1, 2, 0, 3, 0, 1, 0, 1, 1, 2, 3, 3]


def example_key():
    def number(text):
        return int.from_bytes(base64.urlsafe_b64decode(text + "="), "big")

    return ec.EllipticCurvePublicNumbers(number(EXAMPLE_X), number(EXAMPLE_Y), ec.SECP256R1()).public_key()


def values(bits, compressed):
    values = StatusList(bits, packed.inflate(compressed, packed.ZLIB))
    return [values.value(slot) for slot in range(len(values))]


@pytest.mark.parametrize("name", ["encoding-0", "encoding-1", "encoding-3"])
def test_the_vectors_of_the_draft(shared, name):
    vector = json.loads((shared / "vectors" / "token-status-list" / f"{name}.json").read_text())
    expected = {int(slot): value for slot, value in vector["values"].items()}
    from_json = list_from_json(vector["json"])
    from_cbor = list_from_cbor(cbor.decode(bytes.fromhex(vector["cbor_text"]), any_order=True))
    assert from_json == from_cbor
    found = values(*from_json)
    assert {slot: value for slot, value in enumerate(found) if value} == {
        slot: value for slot, value in expected.items() if value
    }
    assert len(found) == 1 << 20
    # Written again, the same values in the same places.
    packed_list = StatusList(from_json[0], packed.low_first(expected, 1 << 20, from_json[0]))
    assert packed_list.data == packed.inflate(from_json[1], packed.ZLIB)


def test_the_examples_of_the_draft(shared):
    folder = shared / "vectors" / "token-status-list"

    def encoded(name):
        return json.loads((folder / f"{name}.json").read_text())["text"].split("encoded:\n")[1]

    one, two = StatusList(1, b"\xb9\xa3"), StatusList(2, b"\xc9\x44\xf9")
    assert packed.low_first(dict(enumerate(ONE_BIT)), 16, 1) == one.data
    assert packed.low_first(dict(enumerate(TWO_BITS)), 12, 2) == two.data
    assert values(*list_from_json(json.loads(encoded("example-status_list_encoding_json")))) == ONE_BIT
    assert values(*list_from_json(json.loads(encoded("example-status_list_encoding2_json")))) == TWO_BITS
    example = cbor.decode(bytes.fromhex(encoded("example-status_list_encoding_cbor")), any_order=True)
    assert values(*list_from_cbor(example)) == ONE_BIT
    assert values(*list_from_json(list_json(one))) == ONE_BIT
    assert values(*list_from_cbor(cbor2.loads(list_cbor(two)))) == TWO_BITS


def test_the_referenced_token_of_the_draft_names_a_slot(shared):
    vector = shared / "vectors" / "token-status-list" / "example-referenced_token_cwt.json"
    token = cbor.decode(bytes.fromhex(json.loads(vector.read_text())["text"]), any_order=True)
    assert isinstance(token, cbor.Tagged)
    claims = cbor.decode(token.value[2], any_order=True)
    assert claims[65535] == {"status_list": {"idx": 0, "uri": "https://example.com/statuslists/1"}}


def test_the_signed_examples_of_the_draft(shared):
    folder = shared / "vectors" / "token-status-list"
    text = json.loads((folder / "example-status_list_jwt_raw.json").read_text())["text"]
    for data in (text.replace("\n", "").encode(), EXAMPLE_CWT):
        token = open_token(data, [example_key()])
        assert token.claims.subject == "https://example.com/statuslists/1"
        assert (token.claims.issued_at, token.claims.expires_at) == (1686920170, 2291720170)
        assert token.claims.ttl == 43200
        assert [token.values.value(slot) for slot in range(16)] == ONE_BIT


@pytest.fixture
def published(store, operator):
    [ref] = store.allocate(["urn:a"], 2037)
    store.set_state(ref, "suspended", reason="investigation", at=NOW)
    return ref, operator.publish(store)


def public_key(operator):
    return load_der_x509_certificate(operator.certificate).public_key()


def test_joserfc_reads_our_jwt(published, operator):
    ref, files = published
    token = jws.deserialize_compact(
        files["9472.jwt"], ECKey.import_key(public_key(operator)), registry=with_long_headers()
    )
    assert token.protected["typ"] == "statuslist+jwt"
    assert base64.b64decode(token.protected["x5c"][0]) == operator.certificate
    payload = json.loads(token.payload)
    assert payload.keys() == {"sub", "iat", "exp", "ttl", "status_list"}
    assert payload["sub"] == f"{BASE_URL}/9472"
    compressed = payload["status_list"]["lst"]
    data = zlib.decompress(base64.urlsafe_b64decode(compressed + "=" * (-len(compressed) % 4)))
    assert len(data) == 2**17 * 2 // 8
    assert data[ref.slot // 4] >> 2 * (ref.slot % 4) & 3 == 2
    assert sum(data) == 2 << 2 * (ref.slot % 4)  # and nothing else is set


def test_cbor2_and_cryptography_read_our_cwt(published, operator):
    ref, files = published
    token = cbor2.loads(files["9472.cwt"])
    assert token.tag == 18
    protected, unprotected, payload, signature = token.value
    assert cbor2.loads(protected) == {1: -7, 4: operator.key.kid8, 16: "application/statuslist+cwt"}
    assert unprotected == {}
    signed = cbor2.dumps(["Signature1", protected, b"", payload])
    der = encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
    public_key(operator).verify(der, signed, ec.ECDSA(hashes.SHA256()))
    claims = cbor2.loads(payload)
    assert claims[2] == f"{BASE_URL}/9472"
    assert claims[6] == NOW.timestamp()
    assert claims[4] - claims[6] == 30 * 86400
    assert claims[65534] == 86400
    data = zlib.decompress(claims[65533]["lst"])
    assert (claims[65533]["bits"], data[ref.slot // 4] >> 2 * (ref.slot % 4) & 3) == (2, 2)


@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_an_operator_with_an_rsa_key(make_operator, store, algorithm):
    store.allocate(["urn:a"], 2037)
    operator = make_operator(algorithm)
    files = operator.publish(store)
    for name in ("9472.cwt", "9472.jwt"):
        assert open_token(files[name], [public_key(operator)]).values.bits == 2


def cwt(claims, protected=None, unprotected=None, tag=18):
    protected = {1: -7, 16: "application/statuslist+cwt"} if protected is None else protected
    parts = [cbor2.dumps(protected), unprotected or {}, cbor2.dumps(claims), bytes(64)]
    return cbor2.dumps(cbor2.CBORTag(tag, parts))


LIST = {"bits": 2, "lst": zlib.compress(bytes(32768))}
CLAIMS = {2: "https://s.example/9472", 6: 2132730000, 65533: LIST}
CWT = cwt(CLAIMS)


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"\xd2", id="cut short"),
        pytest.param(cwt(CLAIMS)[1:], id="no tag"),
        pytest.param(cwt(CLAIMS, tag=17), id="a MAC"),
        pytest.param(cwt(CLAIMS) + b"\0", id="bytes after it"),
        pytest.param(cwt(CLAIMS, {1: -7}), id="no type"),
        pytest.param(cwt(CLAIMS, {1: -7, 16: "application/cwt"}), id="another type"),
        pytest.param(cwt(CLAIMS, {1: -8, 16: "application/statuslist+cwt"}), id="another algorithm"),
        pytest.param(cwt(CLAIMS, {1: -7, 2: [99], 16: "application/statuslist+cwt"}), id="crit"),
        pytest.param(cwt(CLAIMS, unprotected={1: -7}), id="a name in both headers"),
        pytest.param(cwt({**CLAIMS, 2: 7}), id="no address"),
        pytest.param(cwt({**CLAIMS, 6: -1}), id="a negative time"),
        pytest.param(cwt({**CLAIMS, 65534: 0}), id="ttl 0"),
        pytest.param(cwt({**CLAIMS, 65533: {**LIST, "bits": 3}}), id="three bits"),
        pytest.param(cwt({**CLAIMS, 65533: {**LIST, "bits": True}}), id="bits true"),
        pytest.param(cwt({2: CLAIMS[2], 6: 1}), id="no list"),
        pytest.param(b"e30.e30.AA", id="a JWT of nothing"),
        pytest.param(b"a.b", id="two parts"),
        pytest.param("ā.b.c".encode(), id="not ASCII"),
    ],
)
def test_what_is_no_token_is_refused(data):
    with pytest.raises(StatusError) as refused:
        parse(data)
    assert refused.value.code == "STATUS_LIST_MALFORMED"


@given(
    st.one_of(
        st.binary(max_size=200),
        st.builds(lambda rest: b"\xd2\x84" + rest, st.binary(max_size=200)),
        st.builds(
            lambda place, value: bytes(CWT[:place]) + bytes([value]) + bytes(CWT[place + 1 :]),
            st.integers(0, 200),
            st.integers(0, 255),
        ),
        st.builds(
            lambda header, claims: cwt(claims, header),
            st.dictionaries(st.sampled_from([1, 2, 4, 16]), st.one_of(st.integers(), st.text(), st.none())),
            st.dictionaries(
                st.sampled_from([2, 4, 6, 65533, 65534]),
                st.one_of(st.integers(), st.text(), st.lists(st.integers()), st.just(LIST)),
            ),
        ),
    )
)
def test_whatever_the_bytes_the_answer_is_a_token_or_a_refusal(data):
    with contextlib.suppress(StatusError):  # any other exception fails the test
        assert parse(data).claims.bits in (1, 2, 4, 8)


@pytest.mark.parametrize(
    "compressed",
    [
        pytest.param(zlib.compress(bytes(64 << 20), 9), id="a bomb of 64 MiB"),
        pytest.param(zlib.compress(bytes(32768))[:-5], id="cut short"),
        pytest.param(zlib.compress(bytes(32768)) + b"x", id="bytes after it"),
        pytest.param(zlib.compress(bytes(32768))[2:-4], id="bare DEFLATE"),
        pytest.param(bytes(40), id="not compressed"),
        pytest.param(b"", id="empty"),
    ],
)
def test_what_is_no_zlib_stream_is_refused(compressed):
    with pytest.raises(StatusError) as refused:
        packed.inflate(compressed, packed.ZLIB)
    assert refused.value.code == "STATUS_LIST_MALFORMED"


def test_a_list_signed_by_another_key_or_altered_is_refused(published, operator, make_operator):
    _, files = published
    with pytest.raises(StatusError, match="STATUS_LIST_NOT_SIGNED"):
        open_token(files["9472.cwt"], [public_key(make_operator())])
    for name in ("9472.cwt", "9472.jwt"):
        data = bytearray(files[name])
        for place in range(0, len(data), 7):
            altered = data.copy()
            altered[place] ^= 1
            with pytest.raises(StatusError):
                open_token(bytes(altered), [public_key(operator)])


@pytest.mark.parametrize("slot", [12, 131072, -1, True, "٣"])
def test_a_slot_beyond_the_list_is_refused(slot):
    with pytest.raises(StatusError, match="STATUS_OUT_OF_RANGE"):
        StatusList(2, b"\xc9\x44\xf9").value(slot)
