"""The QR seal EC1: what is written is what is read, and each trap of a code made by someone else is refused by name."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import unicodedata

import cbor2
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from seal_samples import IAT, SCHOOL, fits

from issuer.errors import AtestatsError
from issuer.seal import cbor, ec1
from issuer.seal.ec1_claims import CERTIFICATE_KEY, STATUS_KEY, from_cbor

PREFIX = "HTTPS://ATESTATS.LV/V#"


def outcome(call, *arguments) -> str:
    """ "read", or the code of the refusal; any other exception is an accident."""
    try:
        call(*arguments)
    except AtestatsError as error:
        return error.code
    return "read"


def refusal(call, *arguments) -> str:
    with pytest.raises(AtestatsError) as refused:
        call(*arguments)
    assert refused.value.message_lv
    assert refused.value.message_en
    return refused.value.code


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


# ── what is written ──


def test_another_cbor_library_reads_the_structure_of_rfc_9052(code, claims, store):
    message = cbor2.loads(code)
    assert message.tag == 18
    protected, unprotected, payload, signature = message.value
    assert cbor2.loads(protected) == {1: -7, 4: store.key(SCHOOL.owner, "qr").kid8}
    assert unprotected == {}
    signed = cbor2.dumps(["Signature1", protected, b"", payload], canonical=True)
    assert fits(store.key(SCHOOL.owner, "qr").certificate, "ES256", signed, signature)
    body = cbor2.loads(payload)
    assert (body[1], body[6]) == ("LV", IAT)
    assert body[-70001] == {
        1: 1,
        2: "Ilze Elizabete",
        3: "Bērziņa",
        5: (dt.date(2018, 4, 1) - dt.date(1970, 1, 1)).days,
        6: ["Paraugpils Valsts ģimnāzija", 9900000001],
        7: [2, "PV", "000001"],
        8: (dt.date(2037, 6, 20) - dt.date(1970, 1, 1)).days,
        9: "31016011",
        10: 4,
        11: [1, 9, 2, 10, "XYZ", 7],
        12: [1, 755, 2, 1000],
        13: hashlib.sha256(b"urn:credential:1").digest()[:10],
        14: claims.document_digest,
    }


def test_the_key_id_is_the_beginning_of_the_hash_of_the_public_key(store):
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    key = store.key(SCHOOL.owner, "qr")
    public = x509.load_der_x509_certificate(key.certificate).public_key()
    spki = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key.kid8 == hashlib.sha256(spki).digest()[:8]


def test_reading_gives_the_claims_back(code, claims):
    assert ec1.parse(code).claims == claims


def test_the_core_code_leaves_marks_out_and_nothing_else(claims):
    core = claims.core()
    assert (core.subjects, core.exams) == ((), ())
    assert dataclasses.replace(core, subjects=claims.subjects, exams=claims.exams) == claims
    assert {11, 12}.isdisjoint(core.to_cbor()[CERTIFICATE_KEY])


def test_there_is_no_place_for_a_personal_code(claims, code):
    assert not any("personal" in field.name for field in dataclasses.fields(claims))
    assert 4 not in claims.to_cbor()[CERTIFICATE_KEY]
    # Nor is anything compressed: the name stands in the bytes as it is.
    assert "Bērziņa".encode() in code


def test_the_url_holds_the_bytes_as_a_decimal_number(code):
    text = ec1.to_url(code)
    assert text.startswith(PREFIX)
    digits = text.removeprefix(PREFIX)
    assert int(digits).to_bytes(len(code) + 1, "big") == b"\x01" + code
    assert digits[0] != "0"


def test_the_host_is_configuration_and_readers_ignore_it(code):
    assert ec1.to_url(code, "PARBAUDE.EXAMPLE").startswith("HTTPS://PARBAUDE.EXAMPLE/V#")
    for host in ("X.EXAMPLE", "example.org", "LOCALHOST:8000"):
        assert ec1.from_text(ec1.to_url(code).replace("ATESTATS.LV", host)) == code
    assert ec1.from_text(ec1.to_url(code).lower()) == code  # some camera apps write it small


@pytest.mark.parametrize(
    "host", ["atestats.lv", "ATESTATS.LV/X", "", "A B", "A#", "ĀBC.LV", "-A.LV", "H" * 33]
)
def test_a_host_that_would_leave_the_alphanumeric_mode_is_refused(code, host):
    assert refusal(ec1.to_url, code, host) == "EC1_HOST"


def test_the_base45_form(code):
    text = ec1.to_base45(code)
    assert text.startswith("EC1:")
    assert ec1.from_text(text) == code


def test_names_are_written_in_nfc(claims, signer, store):
    loose = dataclasses.replace(claims, family_name=unicodedata.normalize("NFD", "Bērziņa"))
    payload = cbor2.loads(ec1.prepare(loose, bytes(8)).payload)
    assert payload[CERTIFICATE_KEY][3] == "Bērziņa"


@pytest.mark.parametrize(
    "change",
    [
        {"issued_at": 1.5},
        {"issued_at": True},
        {"issued_at": -1},
        {"issued_at": "2129025600"},
        {"expires_at": 1 << 41},
        {"given_names": "", "family_name": ""},
        {"given_names": "Il\u202eze"},
        {"given_names": "Il\nze"},
        {"family_name": "B\u200berzina"},
        {"family_name": "x" * 121},
        {"date_of_birth": "2018-04-01"},
        {"date_of_birth": dt.datetime(2018, 4, 1)},
        {"date_of_birth": dt.date(1879, 12, 31)},
        {"school_reg_no": "990000001"},
        {"school_reg_no": "99000000٠1"},
        {"school_name": ""},
        {"document_type": 1 << 16},
        {"number": 1},
        {"eqf_level": 0},
        {"eqf_level": 9},
        {"credential_ref": bytes(9)},
        {"document_digest": bytes(32)},
        {"subjects": ((1, 2, 3),)},
        {"subjects": (("", 2),)},
        {"subjects": ((1, "9"),)},
        {"exams": ((1, 1001),)},
        {"exams": ((1, 75.5),)},
        {"exams": (("MAT", 755),)},
        {"status": ec1.StatusReference(0, -1)},
    ],
)
def test_claims_out_of_type_or_range_are_not_written(claims, change):
    assert refusal(dataclasses.replace(claims, **change).to_cbor) == "EC1_CLAIM"


def test_what_no_code_can_hold_is_not_written(claims):
    big = dataclasses.replace(claims, subjects=tuple((60000, 60000) for _ in range(60)))
    assert refusal(ec1.prepare, big, bytes(8)) == "EC1_TOO_LONG"
    ec1.prepare(big.core(), bytes(8))


def test_what_is_written_fits_a_version_17_symbol_at_level_m():
    """Version 17-M holds 507 data codewords (ISO/IEC 18004, table 7); segments: alphanumeric, one byte, numeric."""
    host = "H" * ec1.MAX_HOST
    text = ec1.to_url(b"\xff" * ec1.MAX_WRITTEN_BYTES, host)
    front, digits = text.split("#")
    alphanumeric = 4 + 11 + 11 * (len(front) // 2) + 6 * (len(front) % 2)
    numeric = 4 + 12 + 10 * (len(digits) // 3) + (0, 4, 7)[len(digits) % 3]
    assert alphanumeric + (4 + 16 + 8) + numeric <= 507 * 8


def test_a_kid_or_signature_of_another_length_is_not_written(claims):
    assert refusal(ec1.prepare, claims, bytes(7)) == "EC1_KID"
    assert refusal(ec1.assemble, ec1.prepare(claims, bytes(8)), bytes(70)) == "EC1_SIGNATURE"


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


_text = st.text(
    st.characters(exclude_categories=["Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"]), min_size=1, max_size=16
).map(lambda text: unicodedata.normalize("NFC", text)[:16])
_days = st.dates(dt.date(1880, 1, 1))
_code = st.integers(0, 65535)
_claims = st.builds(
    ec1.Claims,
    issued_at=st.integers(0, 1 << 40),
    given_names=_text,
    family_name=st.just("") | _text,
    date_of_birth=_days,
    school_name=_text,
    school_reg_no=st.from_regex(r"\A[0-9]{10}\Z"),
    document_type=_code,
    series=st.just("") | _text,
    number=_text,
    completed=_days,
    programme_code=st.just("") | _text,
    eqf_level=st.none() | st.integers(1, 8),
    credential_ref=st.binary(min_size=10, max_size=10),
    document_digest=st.binary(min_size=16, max_size=16),
    subjects=st.lists(st.tuples(_code | _text, _code), max_size=8).map(tuple),
    exams=st.lists(st.tuples(_code, st.integers(0, 1000)), max_size=5).map(tuple),
    expires_at=st.none() | st.integers(0, 1 << 40),
    status=st.none() | st.builds(ec1.StatusReference, st.integers(0, 99), st.integers(0, 1 << 31)),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(_claims)
def test_round_trip_through_text_and_back(claims):
    prepared = ec1.prepare(claims, b"12345678")
    assert prepared.digest == hashlib.sha256(ec1.sig_structure(prepared.protected, prepared.payload)).digest()
    cose = ec1.assemble(prepared, bytes(range(64)))
    for text in (ec1.to_url(cose), ec1.to_base45(cose)):
        read = ec1.parse(ec1.from_text(text))
        assert read.claims == claims
        assert (read.kid, read.signature) == (b"12345678", bytes(range(64)))
        assert hashlib.sha256(read.signed).digest() == prepared.digest


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


def test_the_schema_file_states_the_same_limits():
    """`schemas/qr-seal.cddl` is for other implementers; its numbers must be those of the code."""
    from issuer.catalogue.resources import data_dir
    from issuer.seal import ec1_claims

    schema = (data_dir() / "qr-seal.cddl").read_text(encoding="utf-8")
    assert f"{ec1.MIN_DIGITS}..{ec1.MAX_DIGITS} digits" in schema
    assert f"at most {ec1.MAX_COSE_BYTES} bytes" in schema
    assert f"day = {ec1_claims._DAYS[0]}..{ec1_claims._DAYS[1]}" in schema
    assert f"seconds = 0..{ec1_claims._MAX_SECONDS}" in schema
    assert f"code = 0..{ec1_claims._MAX_CODE}" in schema
    assert len(str(int.from_bytes(b"\x01" + b"\xff" * ec1.MAX_COSE_BYTES, "big"))) <= ec1.MAX_DIGITS


def test_cbor_errors_and_claim_errors_are_the_package_s_own():
    assert issubclass(ec1.Ec1Error, AtestatsError)
    assert issubclass(cbor.CborError, AtestatsError)
