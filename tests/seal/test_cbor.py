"""Deterministic CBOR: RFC 8949's own examples, cbor2 as the other implementation, and everything that is refused."""

from __future__ import annotations

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer.seal import cbor
from issuer.seal.cbor import CborError, Tagged

# RFC 8949, appendix A, as far as the subset reaches.
RFC_8949 = [
    (0, "00"), (1, "01"), (10, "0a"), (23, "17"), (24, "1818"), (25, "1819"), (100, "1864"), (1000, "1903e8"),
    (1000000, "1a000f4240"), (1000000000000, "1b000000e8d4a51000"), (18446744073709551615, "1bffffffffffffffff"),
    (-18446744073709551616, "3bffffffffffffffff"), (-1, "20"), (-10, "29"), (-100, "3863"), (-1000, "3903e7"),
    (False, "f4"), (True, "f5"), (None, "f6"), (b"", "40"), (b"\x01\x02\x03\x04", "4401020304"), ("", "60"),
    ("a", "6161"), ("IETF", "6449455446"), ("\"\\", "62225c"), ("\u00fc", "62c3bc"), ("\u6c34", "63e6b0b4"),
    ("\U00010151", "64f0908591"), ([], "80"), ([1, 2, 3], "83010203"), ([1, [2, 3], [4, 5]], "8301820203820405"),
    (list(range(1, 26)), "98190102030405060708090a0b0c0d0e0f101112131415161718181819"), ({}, "a0"),
    ({1: 2, 3: 4}, "a201020304"), ({"a": 1, "b": [2, 3]}, "a26161016162820203"),
    (["a", {"b": "c"}], "826161a161626163"),
    ({"a": "A", "b": "B", "c": "C", "d": "D", "e": "E"}, "a56161614161626142616361436164614461656145"),
]  # fmt: skip

REFUSED = [
    ("", "CBOR_TRUNCATED"),
    ("18", "CBOR_TRUNCATED"),
    ("1a0001", "CBOR_TRUNCATED"),
    ("42ff", "CBOR_TRUNCATED"),
    ("9affffffff", "CBOR_TRUNCATED"),
    ("bb7fffffffffffffff", "CBOR_TRUNCATED"),
    ("5bffffffffffffffff", "CBOR_TRUNCATED"),
    ("a101", "CBOR_TRUNCATED"),
    ("1817", "CBOR_NOT_SHORTEST"),
    ("1900ff", "CBOR_NOT_SHORTEST"),
    ("1a0000ffff", "CBOR_NOT_SHORTEST"),
    ("1b00000000ffffffff", "CBOR_NOT_SHORTEST"),
    ("3817", "CBOR_NOT_SHORTEST"),
    ("580161", "CBOR_NOT_SHORTEST"),
    ("780161", "CBOR_NOT_SHORTEST"),
    ("980100", "CBOR_NOT_SHORTEST"),
    ("b8010001", "CBOR_NOT_SHORTEST"),
    ("d81200", "CBOR_NOT_SHORTEST"),
    ("5f4101ff", "CBOR_INDEFINITE"),
    ("7f6161ff", "CBOR_INDEFINITE"),
    ("9f01ff", "CBOR_INDEFINITE"),
    ("bf0102ff", "CBOR_INDEFINITE"),
    ("ff", "CBOR_INDEFINITE"),
    ("a201020103", "CBOR_DUPLICATE_KEY"),
    ("a203040102", "CBOR_UNSORTED"),
    ("a2616101" + "0102", "CBOR_UNSORTED"),  # text before integer
    ("a120" + "00" + "00", "CBOR_TRAILING"),
    ("0000", "CBOR_TRAILING"),
    ("a18001", "CBOR_KEY"),  # an array as key
    ("a1f401", "CBOR_KEY"),  # false as key, which equals 0 in Python
    ("f93c00", "CBOR_FLOAT"),
    ("fa47c35000", "CBOR_FLOAT"),
    ("fb3ff199999999999a", "CBOR_FLOAT"),
    ("f7", "CBOR_SIMPLE"),  # undefined
    ("f0", "CBOR_SIMPLE"),
    ("f8ff", "CBOR_SIMPLE"),
    ("c000", "CBOR_TAG"),
    ("c249010000000000000000", "CBOR_TAG"),  # a bignum
    ("d9d9f700", "CBOR_TAG"),
    ("1c", "CBOR_RESERVED"),
    ("61ff", "CBOR_UTF8"),
    ("63eda080", "CBOR_UTF8"),  # a surrogate
    ("62c080", "CBOR_UTF8"),  # overlong NUL
    ("81" * 9 + "00", "CBOR_DEPTH"),
    ("d2" * 9 + "00", "CBOR_DEPTH"),
]

_keys = st.integers(-(1 << 64), (1 << 64) - 1) | st.text(max_size=8) | st.binary(max_size=8)
_values = st.recursive(
    st.integers(-(1 << 64), (1 << 64) - 1) | st.text() | st.binary() | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_keys, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize(("value", "expected"), RFC_8949)
def test_the_examples_of_rfc_8949(value, expected):
    assert cbor.encode(value).hex() == expected
    decoded = cbor.decode(bytes.fromhex(expected))
    assert decoded == value
    assert type(decoded) is type(value)


def test_map_keys_are_sorted_bytewise_not_by_length_first():
    """RFC 8949, 4.2.1, gives this order; 4.2.3, the older rule, would put false-free -1 before 100."""
    keys = [10, 100, -1, "z", "aa"]
    encoded = cbor.encode(dict.fromkeys(keys, 0))
    assert encoded.hex() == "a5" + "0a00" + "186400" + "2000" + "617a00" + "62616100"


@given(_values)
def test_another_implementation_reads_what_we_write_and_we_read_it_back(value):
    data = cbor.encode(value)
    assert cbor2.loads(data) == value
    assert cbor.decode(data, max_depth=99) == value


@given(st.recursive(_keys, lambda inner: st.lists(inner, max_size=4), max_leaves=8))
def test_without_maps_the_bytes_equal_cbor2_canonical(value):
    assert cbor.encode(value) == cbor2.dumps(value, canonical=True)


@pytest.mark.parametrize(("data", "code"), REFUSED)
def test_every_other_spelling_is_refused_by_name(data, code):
    with pytest.raises(CborError) as refused:
        cbor.decode(bytes.fromhex(data))
    assert refused.value.code == code


@given(st.binary(max_size=40))
def test_what_is_read_has_no_second_spelling(data):
    try:
        value = cbor.decode(data)
    except CborError:
        return
    assert cbor.encode(value) == data


def test_a_long_chain_of_arrays_does_not_exhaust_the_stack():
    with pytest.raises(CborError):
        cbor.decode(b"\x81" * 100_000)


@pytest.mark.parametrize(
    "value", [1.5, 1 << 64, {1.0: 2}, {(1,): 2}, {True: 1}, "\ud800", object(), Tagged(1, 0)]
)
def test_values_outside_the_subset_are_not_written(value):
    with pytest.raises(CborError):
        cbor.encode(value)


def test_tag_18_is_kept():
    assert cbor.encode(Tagged(18, [])) == b"\xd2\x80" == cbor2.dumps(cbor2.CBORTag(18, []))
    assert cbor.decode(b"\xd2\x80") == Tagged(18, [])
