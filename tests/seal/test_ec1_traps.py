"""Codes made by someone else: each trap is refused by name, no altered bit goes unnoticed, nothing crashes."""

from __future__ import annotations

import unicodedata

import cbor2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from seal_samples import SCHOOL, fits, outcome, refusal

from issuer.errors import AtestatsError
from issuer.seal import cbor, ec1
from issuer.seal.ec1_claims import CERTIFICATE_KEY, STATUS_KEY, from_cbor

PREFIX = "HTTPS://ATESTATS.LV/V#"


@pytest.fixture
def rebuilt(claims):
    """A code with one thing changed, encoded by cbor2; the signature is not looked at by the reader."""

    def build(
        *,
        claim=None,
        certificate=None,
        protected=None,
        unprotected=None,
        signature=bytes(64),
        tag=18,
        drop=(),
    ) -> bytes:
        payload = claims.to_cbor()
        payload[CERTIFICATE_KEY] = {**payload[CERTIFICATE_KEY], **(certificate or {})}
        payload.update(claim or {})
        for key in drop:
            del (payload if key in payload else payload[CERTIFICATE_KEY])[key]
        header = {1: -7, 4: bytes(8)} if protected is None else protected
        parts = [cbor2.dumps(header, canonical=True), unprotected or {}, cbor2.dumps(payload, canonical=True)]
        return cbor2.dumps(cbor2.CBORTag(tag, [*parts, signature]), canonical=True)

    return build


# ── traps: the text ──


def test_only_ascii_digits_are_digits(code):
    text = ec1.to_url(code)
    arabic = text[:-1] + chr(0x0660 + int(text[-1]))
    assert int(arabic.removeprefix(PREFIX)) == int(text.removeprefix(PREFIX))  # int() would not notice
    assert refusal(ec1.from_text, arabic) == "EC1_NOT_OURS"


@pytest.mark.parametrize("insert", ["_", " ", "+", "-", "\u00a0", "\n", "e1", "."])
def test_what_int_forgives_is_refused(code, insert):
    digits = ec1.to_url(code).removeprefix(PREFIX)
    for text in (digits[:5] + insert + digits[5:], insert + digits, digits + insert):
        assert refusal(ec1.from_text, PREFIX + text) == "EC1_NOT_OURS"


def test_a_leading_zero_is_refused(code):
    assert refusal(ec1.from_text, PREFIX + "0" + ec1.to_url(code).removeprefix(PREFIX)) == "EC1_NOT_OURS"


@pytest.mark.parametrize(
    ("digits", "code"),
    [
        ("1" * 199, "EC1_LENGTH"),
        ("1" * 2001, "EC1_LENGTH"),
        ("9" * 4301, "EC1_LENGTH"),  # CPython's own limit would raise ValueError
        ("9" * 1_000_000, "EC1_LENGTH"),
        ("", "EC1_NOT_OURS"),
        ("9" * 300, "EC1_VERSION"),
    ],
)
def test_the_number_of_digits_is_bounded(digits, code):
    assert refusal(ec1.from_text, PREFIX + digits) == code


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("HTTPS", "HTTP"),
        lambda text: text.replace("/V#", "/V?"),
        lambda text: text.replace("/V#", "/W#"),
        lambda text: text.replace("/V#", "/V/#"),
        lambda text: text.replace("/V#", "/V?x#"),
        lambda text: text.replace("HTTPS", "HTTPſ"),  # U+017F folds to "s"
        lambda text: text.replace("ATESTATS.LV", "user@atestats.lv"),
        lambda text: text.replace("ATESTATS.LV", ""),
        lambda text: text + "\n",
        lambda text: " " + text,
        lambda text: "HC1:" + text,
    ],
)
def test_another_shape_of_url_is_not_ours(code, change):
    assert refusal(ec1.from_text, change(ec1.to_url(code))) == "EC1_NOT_OURS"


def test_more_than_a_kilobyte_is_refused_in_either_form():
    assert refusal(ec1.from_text, ec1._BASE45_PREFIX + "000" * 600) == "EC1_LENGTH"
    assert refusal(ec1.parse, bytes(1025)) == "EC1_LENGTH"
    assert refusal(ec1.to_url, bytes(1025)) == "EC1_LENGTH"


def test_damaged_base45_is_refused():
    assert refusal(ec1.from_text, "EC1:" + "ā" * 300) == "EC1_BASE45"


# ── traps: the structure ──


def test_the_rebuilt_code_is_good_before_it_is_changed(rebuilt, claims):
    assert ec1.parse(rebuilt()).claims == claims


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tag": 17}, "CBOR_TAG"),
        ({"tag": 61}, "CBOR_TAG"),
        ({"tag": 98}, "CBOR_TAG"),
        ({"unprotected": {4: b"kid"}}, "EC1_UNPROTECTED"),
        ({"protected": {1: -8, 4: bytes(8)}}, "EC1_ALGORITHM"),
        ({"protected": {1: -37, 4: bytes(8)}}, "EC1_ALGORITHM"),
        ({"protected": {1: "ES256", 4: bytes(8)}}, "EC1_ALGORITHM"),
        ({"protected": {1: -7, 2: [4], 4: bytes(8)}}, "EC1_HEADER"),
        ({"protected": {1: -7, 4: bytes(8), 99: 0}}, "EC1_HEADER"),
        ({"protected": {1: -7}}, "EC1_HEADER"),
        ({"protected": {1: -7, 4: bytes(9)}}, "EC1_KID"),
        ({"protected": {1: -7, 4: "12345678"}}, "EC1_KID"),
        ({"signature": bytes(63)}, "EC1_SIGNATURE"),
        ({"signature": "x" * 64}, "EC1_SIGNATURE"),
        ({"claim": {99: 1}}, "EC1_UNKNOWN_KEY"),
        ({"claim": {-70003: 1}}, "EC1_UNKNOWN_KEY"),
        ({"certificate": {15: 1}}, "EC1_UNKNOWN_KEY"),
        ({"certificate": {"2": 1}}, "EC1_UNKNOWN_KEY"),
        ({"certificate": {4: "010118-12345"}}, "EC1_PERSONAL_CODE"),
        ({"certificate": {1: 2}}, "EC1_PROFILE"),
        ({"claim": {1: "EE"}}, "EC1_CLAIM"),
        ({"claim": {6: 1.5}}, "CBOR_FLOAT"),
        ({"claim": {6: -1}}, "EC1_CLAIM"),
        ({"claim": {6: True}}, "EC1_CLAIM"),
        ({"claim": {4: "soon"}}, "EC1_CLAIM"),
        ({"claim": {CERTIFICATE_KEY: []}}, "EC1_CLAIM"),
        ({"claim": {STATUS_KEY: [1]}}, "EC1_CLAIM"),
        ({"claim": {STATUS_KEY: [1, -1]}}, "EC1_CLAIM"),
        ({"claim": {STATUS_KEY: [1, 1 << 32]}}, "EC1_CLAIM"),
        ({"certificate": {3: unicodedata.normalize("NFD", "Bērziņa")}}, "EC1_CLAIM"),
        ({"certificate": {3: "Bērz\u0000iņa"}}, "EC1_CLAIM"),
        ({"certificate": {3: "\u202eaņizrēB"}}, "EC1_CLAIM"),
        ({"certificate": {3: "Bērz\u2028iņa"}}, "EC1_CLAIM"),
        ({"certificate": {3: "Bērz\u200biņa"}}, "EC1_CLAIM"),
        ({"certificate": {3: "Bērz\ue000iņa"}}, "EC1_CLAIM"),
        ({"certificate": {3: b"Berzina"}}, "EC1_CLAIM"),
        ({"certificate": {2: "", 3: ""}}, "EC1_CLAIM"),
        ({"certificate": {5: 3_000_000}}, "EC1_CLAIM"),
        ({"certificate": {6: ["Skola"]}}, "EC1_CLAIM"),
        ({"certificate": {6: ["Skola", "9900000001"]}}, "EC1_CLAIM"),
        ({"certificate": {6: ["Skola", 10_000_000_000]}}, "EC1_CLAIM"),
        ({"certificate": {7: [True, "PV", "1"]}}, "EC1_CLAIM"),
        ({"certificate": {7: [2, "PV", 1]}}, "EC1_CLAIM"),
        ({"certificate": {10: 9}}, "EC1_CLAIM"),
        ({"certificate": {11: []}}, "EC1_CLAIM"),
        ({"certificate": {11: [1, 2, 3]}}, "EC1_CLAIM"),
        ({"certificate": {11: [1, 2] * 65}}, "EC1_CLAIM"),
        ({"certificate": {12: [1, 1001]}}, "EC1_CLAIM"),
        ({"certificate": {13: bytes(11)}}, "EC1_CLAIM"),
        ({"certificate": {14: "x" * 16}}, "EC1_CLAIM"),
        ({"drop": [6]}, "EC1_CLAIM"),
        ({"drop": [13]}, "EC1_CLAIM"),
        ({"drop": [CERTIFICATE_KEY]}, "EC1_CLAIM"),
    ],
)
def test_a_change_that_a_lax_reader_would_take_is_refused(rebuilt, change, code):
    assert refusal(ec1.parse, rebuilt(**change)) == code


def test_untagged_detached_or_lengthened_messages_are_refused(code):
    message = cbor2.loads(code).value
    assert refusal(ec1.parse, cbor2.dumps(message, canonical=True)) == "EC1_NOT_COSE"
    detached = [message[0], {}, None, message[3]]
    assert refusal(ec1.parse, cbor2.dumps(cbor2.CBORTag(18, detached)) + bytes(200)) == "CBOR_TRAILING"
    wide = cbor2.CBORTag(18, [message[0], {}, None, bytes(64), b""])
    assert refusal(ec1.parse, cbor2.dumps(wide, canonical=True)) == "EC1_NOT_COSE"
    assert refusal(ec1.parse, code + b"\x00") == "CBOR_TRAILING"
    assert refusal(ec1.parse, code[:-1]) == "CBOR_TRUNCATED"


def test_cbor_inside_the_byte_strings_is_held_to_the_same_rules(code):
    protected, _, payload, signature = cbor2.loads(code).value
    for header, body, expected in [
        (b"\xa2\x04\x48" + bytes(8) + b"\x01\x26", payload, "CBOR_UNSORTED"),
        (b"\xa3\x01\x26\x01\x26\x04\x48" + bytes(8), payload, "CBOR_DUPLICATE_KEY"),
        (b"\xbf" + protected[1:] + b"\xff", payload, "CBOR_INDEFINITE"),
        (b"", payload, "CBOR_TRUNCATED"),
        (protected, payload + b"\x00", "CBOR_TRAILING"),
        (protected, b"\xb8\x03" + payload[1:], "CBOR_NOT_SHORTEST"),
    ]:
        data = cbor2.dumps(cbor2.CBORTag(18, [header, {}, body, signature]), canonical=True)
        assert refusal(ec1.parse, data) == expected


def test_a_slot_beyond_its_status_list_does_not_exist(rebuilt):
    status = ec1.parse(rebuilt(claim={STATUS_KEY: [37, 131072]})).claims.status
    assert status == ec1.StatusReference(37, 131072)
    assert not status.within(131072)
    assert status.within(131073)


# ── nothing gets through ──


def test_no_altered_byte_goes_unnoticed(code, store):
    """Every bit of every byte: the reader refuses the code, or the signature no longer fits."""
    certificate = store.key(SCHOOL.owner, "qr").certificate
    own_kid = store.key(SCHOOL.owner, "qr").kid8
    for place in range(len(code)):
        for bit in range(8):
            altered = bytearray(code)
            altered[place] ^= 1 << bit
            try:
                read = ec1.parse(bytes(altered))
            except AtestatsError:
                continue
            assert read.kid != own_kid or not fits(certificate, "ES256", read.signed, read.signature)
            assert not fits(certificate, "ES256", read.signed, read.signature)


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=60)
    | st.integers(10**190, 10**400).map(lambda number: f"{PREFIX}{number}")
    | st.binary(min_size=65, max_size=200).map(ec1.to_base45)
)
@example("EC1:")
@example("HTTPS://A/V#")
def test_any_text_is_read_or_refused_never_an_accident(text):
    assert outcome(lambda: ec1.parse(ec1.from_text(text))).startswith(("read", "EC1_", "CBOR_"))


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_any_bytes_are_read_or_refused_never_an_accident(code, data):
    start = data.draw(st.integers(0, len(code)))
    end = data.draw(st.integers(start, len(code)))
    altered = code[:start] + data.draw(st.binary(max_size=30)) + code[end:]
    assert outcome(ec1.parse, altered).startswith(("read", "EC1_", "CBOR_"))


@settings(max_examples=200, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from([1, 4, 6, CERTIFICATE_KEY, STATUS_KEY, "x", 7]),
        st.recursive(
            st.integers()
            | st.text(max_size=5)
            | st.booleans()
            | st.none()
            | st.binary(max_size=16)
            | st.just("LV"),
            lambda inner: (
                st.lists(inner, max_size=4) | st.dictionaries(st.integers(0, 16) | st.text(max_size=2), inner)
            ),
            max_leaves=20,
        ),
    )
)
def test_any_decoded_value_is_read_or_refused_never_an_accident(value):
    assert outcome(from_cbor, value).startswith(("read", "EC1_"))


def test_cbor_errors_and_claim_errors_are_the_package_s_own():
    assert issubclass(ec1.Ec1Error, AtestatsError)
    assert issubclass(cbor.CborError, AtestatsError)
