"""Strict JSON: what it reads, it reads as every parser does; the rest it refuses by name, in bounded memory."""

from __future__ import annotations

import json
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from issuer import strict_json
from issuer.strict_json import StrictJsonError


def code_of(data: bytes, **limits: int) -> str:
    with pytest.raises(StrictJsonError) as caught:
        strict_json.loads(data, **limits)
    assert caught.value.message_lv
    assert caught.value.message_en
    return caught.value.code


def test_an_ordinary_document_is_read() -> None:
    text = '{"vārds": "Jānis", "marks": [10, 7.5, null, true], '
    text += '"escaped\\n": "\\u0101 \\ud83d\\ude00 \\" : , [ {"}'
    assert strict_json.loads(text.encode()) == {
        "vārds": "Jānis",
        "marks": [10, 7.5, None, True],
        "escaped\n": 'ā 😀 " : , [ {',
    }


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "JSON_NOT_JSON"),
        (b"  ", "JSON_NOT_JSON"),
        (b"{", "JSON_NOT_JSON"),
        (b"{'a': 1}", "JSON_NOT_JSON"),
        (b'{"a": 1,}', "JSON_NOT_JSON"),
        (b'{"a": 1} {"a": 1}', "JSON_NOT_JSON"),
        (b"[1] x", "JSON_NOT_JSON"),
        (b"[NaN]", "JSON_NOT_JSON"),
        (b"[Infinity]", "JSON_NOT_JSON"),
        (b"[-Infinity]", "JSON_NOT_JSON"),
        (b"[01]", "JSON_NOT_JSON"),
        (b"[1.]", "JSON_NOT_JSON"),
        (b'["\x01"]', "JSON_NOT_JSON"),
        (b'["\\x41"]', "JSON_NOT_JSON"),
        (b'["\\ud800"]', "JSON_NOT_JSON"),
        (b'["\\udc00\\ud800"]', "JSON_NOT_JSON"),
        (b"/* c */ 1", "JSON_NOT_JSON"),
        (b"\xef\xbb\xbf[1]", "JSON_BOM"),
        (b'["\xff"]', "JSON_NOT_UTF8"),
        (b'["\xc0\xaf"]', "JSON_NOT_UTF8"),  # overlong "/"
        (b'["\xed\xa0\x80"]', "JSON_NOT_UTF8"),  # a surrogate in UTF-8
        ('["ā"]'.encode("utf-16"), "JSON_NOT_UTF8"),
        (b'{"a": 1, "a": 2}', "JSON_DUPLICATE_KEY"),
        (b'{"a" : 1, "b": {"c": [{"d": 1, "\\u0064": 2}]}}', "JSON_DUPLICATE_KEY"),
        (b'{"": 1, "": 1}', "JSON_DUPLICATE_KEY"),
        (b'[{"a\\\\": 1, "a\\\\": 1}]', "JSON_DUPLICATE_KEY"),
        (b"[9007199254740992]", "JSON_NUMBER"),
        (b"[-9007199254740992]", "JSON_NUMBER"),
        (b"[" + b"9" * 5000 + b"]", "JSON_NUMBER"),
        (b"[1e999]", "JSON_NUMBER"),
        (b"[-1e999]", "JSON_NUMBER"),
    ],
)
def test_what_two_parsers_could_read_differently_is_refused(data: bytes, code: str) -> None:
    assert code_of(data) == code


def test_the_largest_exact_integers_are_read() -> None:
    assert strict_json.loads(b"[9007199254740991, -9007199254740991]") == [2**53 - 1, -(2**53 - 1)]


def test_the_same_name_in_different_objects_is_no_duplicate() -> None:
    assert strict_json.loads(b'{"a": {"a": 1}, "b": {"a": 2}}') == {"a": {"a": 1}, "b": {"a": 2}}


@pytest.mark.parametrize("opening", [b"[", b'{"a":'])
@pytest.mark.parametrize("depth", [65, 1000, 2000, 100_000])
def test_deep_nesting_is_refused_whatever_its_depth(opening: bytes, depth: int) -> None:
    closing = b"]" if opening == b"[" else b"}"
    assert code_of(opening * depth + b"1" + closing * depth) == "JSON_TOO_DEEP"


def test_depth_counts_objects_and_arrays() -> None:
    assert strict_json.loads(b'[{"a": [1]}]', max_depth=3) == [{"a": [1]}]
    assert code_of(b'[{"a": [1]}]', max_depth=2) == "JSON_TOO_DEEP"
    assert strict_json.loads(b"1", max_depth=0) == 1


def test_size_is_refused_before_anything_is_read() -> None:
    assert code_of(b'"' + b"a" * 10_000_000 + b'"') == "JSON_TOO_LARGE"
    assert code_of(b"[1, 2]", max_bytes=5) == "JSON_TOO_LARGE"
    assert strict_json.loads(b"[1, 2]", max_bytes=6) == [1, 2]


@pytest.mark.parametrize("unit", [b"{},", b"[],", b'{"":0},', b"0,", b'[[[{"a":'])
def test_a_file_of_nothing_but_values_cannot_fill_the_memory(unit: bytes) -> None:
    data = b"[" + unit * (strict_json.MAX_BYTES // len(unit) - 8) + b"0]"
    tracemalloc.start()
    try:
        assert code_of(data) == "JSON_TOO_MANY_VALUES"
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_an_error_never_quotes_the_document() -> None:
    with pytest.raises(StrictJsonError) as caught:
        strict_json.loads(b'{"name": "Zane", "name": "Zane", oops 010101-11111}')
    assert "Zane" not in caught.value.diagnostics()
    assert "010101" not in caught.value.diagnostics()


_names = st.text(max_size=6)
_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda below: st.lists(below, max_size=4) | st.dictionaries(_names, below, max_size=4),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(_values, st.booleans(), st.sampled_from([None, 2]))
def test_every_value_that_the_standard_library_writes_is_read_back(value, ascii_only, indent) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    assert strict_json.loads(text.encode()) == value


@settings(max_examples=150, deadline=None)
@given(_values, _names, _values, _values)
def test_a_repeated_name_is_always_found(value, name, first, second) -> None:
    write = json.dumps
    data = f"[{write(value)}, {{{write(name)} : {write(first)}, {write(name)}: {write(second)}}}]"
    assert code_of(data.encode()) == "JSON_DUPLICATE_KEY"


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=60))
def test_any_bytes_end_in_a_value_or_in_a_refusal(data: bytes) -> None:
    try:
        strict_json.loads(data)
    except StrictJsonError:
        return
    json.loads(data)  # what the strict reader accepts, the lenient one accepts too


@pytest.mark.parametrize(
    ("file", "code"),
    [
        ("json-depth-object-20000.json", "JSON_TOO_DEEP"),
        ("json-duplicate-keys.json", "JSON_DUPLICATE_KEY"),
        ("json-int-digits-dos.json", "JSON_NUMBER"),
    ],
)
def test_the_hostile_files_are_refused(shared, file: str, code: str) -> None:
    assert code_of((shared / "vectors" / "adversarial" / file).read_bytes()) == code
