"""The QR seal EC1 as it is written: the structure of RFC 9052, the text of the code, what may go in; and back."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import unicodedata

import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from seal_samples import IAT, SCHOOL, fits, refusal

from issuer.seal import ec1
from issuer.seal.ec1_claims import CERTIFICATE_KEY

PREFIX = "HTTPS://ATESTATS.LV/V#"


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
