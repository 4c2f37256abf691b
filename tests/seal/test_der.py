"""DER read and written, against asn1crypto and cryptography's certificates."""

from __future__ import annotations

import datetime as dt

import pytest
from asn1crypto import core
from hypothesis import given
from hypothesis import strategies as st

from issuer.seal import der


@given(st.integers(-(2**200), 2**200))
def test_integers_are_written_as_asn1crypto_writes_them(value: int) -> None:
    assert der.integer(value) == core.Integer(value).dump()
    assert der.read(der.integer(value)).as_int() == value


@given(st.integers(0, 2), st.integers(0, 39), st.lists(st.integers(0, 2**40), max_size=8))
def test_identifiers_are_written_as_asn1crypto_writes_them(first: int, second: int, rest: list[int]) -> None:
    dotted = ".".join(map(str, (first, second, *rest)))
    assert der.oid(dotted) == core.ObjectIdentifier(dotted).dump()
    assert der.read(der.oid(dotted)).as_oid() == dotted


@given(st.datetimes(dt.datetime(1950, 1, 1), dt.datetime(9999, 12, 31)))
def test_times_come_back(naive: dt.datetime) -> None:
    moment = naive.replace(tzinfo=dt.UTC)
    written = der.generalized_time(moment)
    assert der.read(written).as_time() == moment == core.GeneralizedTime.load(written).native


@given(st.binary(max_size=70_000))
def test_lengths_of_every_size(content: bytes) -> None:
    written = der.octet_string(content)
    assert written == core.OctetString(content).dump()
    assert der.read(written).as_octets() == content


@given(st.binary(max_size=40))
def test_reading_never_fails_otherwise_than_in_words(data: bytes) -> None:
    try:
        element = der.read(data)
        element.children()
    except der.DerError:
        return
    assert element.raw == data


@pytest.mark.parametrize(
    "data",
    ["", "30", "3080020100", "308100", "30820001 00", "0500 00", "1f0100", "040200", "0485000000000100"],
)
def test_what_is_not_der_is_refused(data: str) -> None:
    with pytest.raises(der.DerError):
        der.read(bytes.fromhex(data))


@pytest.mark.parametrize("data", ["0200", "02020001", "0202ff80"])
def test_integers_that_are_not_minimal_are_refused(data: str) -> None:
    with pytest.raises(der.DerError):
        der.read(bytes.fromhex(data)).as_int()


@pytest.mark.parametrize("text", ["20370801090000", "20370801090000.10Z", "20371301090000Z", "203708010900Z"])
def test_times_that_are_not_der_are_refused(text: str) -> None:
    with pytest.raises(der.DerError):
        der.read(der.tlv(der.GENERALIZED_TIME, text.encode())).as_time()
