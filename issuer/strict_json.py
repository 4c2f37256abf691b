"""JSON from strangers: one reading or a clear refusal, in bounded time and memory.

    strict_json.loads(b'{"a": [1, 2]}')          # {'a': [1, 2]}
    strict_json.loads(b'{"a": 1, "a": 2}')       # StrictJsonError, code JSON_DUPLICATE_KEY

Two parsers that read one document differently are a way to make a seal say two things, so this reader accepts
only what every parser reads alike (I-JSON, RFC 7493): UTF-8 without BOM, no duplicate member names, no NaN or
Infinity, no lone surrogates, no integer that other parsers would round, nothing after the value. Size, depth
and the number of values are bounded.

Two readers, both in C: orjson judges grammar, UTF-8 and surrogates. When it writes the value back to the very same
bytes, nothing was lost in reading (a repeated name, a rounded number); our own files are like that. For all others
the standard library's scanner, which hands over every object as a list of pairs, reads the text once more.
A credential of 66 kB takes 0.08 ms the first way and 0.2 ms the second; counting member names in the text takes longer.
"""

from __future__ import annotations

import json
from typing import Final, NoReturn

import orjson

from issuer.errors import AtestatsError

# A B-LTA credential with several pages is under 0.5 MB (reference samples of the EU: 45-475 kB).
MAX_BYTES: Final = 4 * 1024 * 1024
# ELM credentials nest about 12 deep; 64 leaves room and is far below every parser's own limit.
MAX_DEPTH: Final = 64
# A value costs up to ~230 bytes of memory in Python; this many keep a hostile file under ~100 MB.
MAX_VALUES: Final = 400_000

_SMALL = 256 * 1024  # a text of this size cannot hold enough values to matter
_MAX_INTEGER = 2**53 - 1  # RFC 7493, 2.2: beyond it a JavaScript reader rounds


class StrictJsonError(AtestatsError):
    """The bytes are not one strict JSON value. `code` begins with `JSON_`; the texts never quote content."""

    def __init__(self, code: str, message_lv: str, message_en: str) -> None:
        super().__init__(
            code,
            message_lv,
            message_en,
            next_lv="Iegūstiet datni no tās avota vēlreiz.",
            next_en="Fetch the file again from its source.",
        )


def loads(data: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> object:
    """The value in `data` (UTF-8 bytes) as dict, list, str, int, float, bool or None.

    `max_depth` counts objects and arrays inside one another: `[[1]]` has depth 2. Raises `StrictJsonError`:
    JSON_TOO_LARGE, JSON_TOO_MANY_VALUES, JSON_BOM, JSON_NOT_UTF8, JSON_TOO_DEEP, JSON_NUMBER,
    JSON_DUPLICATE_KEY or JSON_NOT_JSON (also NaN, lone surrogates, control characters, trailing data).
    """
    if len(data) > max_bytes:
        raise StrictJsonError(
            "JSON_TOO_LARGE",
            f"JSON ir lielāks par {max_bytes} baitiem.",
            f"The JSON is larger than {max_bytes} bytes.",
        )
    if len(data) > _SMALL and sum(map(data.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise StrictJsonError(
            "JSON_TOO_MANY_VALUES", "JSON satur pārāk daudz vērtību.", "The JSON holds too many values."
        )
    try:
        value: object = orjson.loads(data)
        if not _is_canonical(data, value):
            value = _DECODER.decode(data.decode())
    except ValueError as error:
        raise _refusal(data, error) from None
    except RecursionError:
        raise _too_deep(max_depth) from None
    _check_depth(value, max_depth)
    return value


def _is_canonical(data: bytes, value: object) -> bool:
    """Whether `data` is exactly what orjson writes for `value`.

    A number like 1e25 that orjson reads as a float and writes alike is the same number to every reader; an integer that
    it would round comes back with an exponent, one between 2^53 and 2^64 is refused by the strict integer option.
    """
    if data.isascii() and b"\\u" in data:  # orjson writes letters as they are: this was another writer
        return False
    try:
        return orjson.dumps(value, option=orjson.OPT_STRICT_INTEGER) == data
    except orjson.JSONEncodeError:  # such an integer, or nesting beyond what orjson writes
        return False


def _unique_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise StrictJsonError(
            "JSON_DUPLICATE_KEY",
            "JSON objektā kāds lauks ir norādīts divreiz.",
            "A JSON object holds the same member name twice.",
        )
    return members


def _exact_integer(digits: str) -> int:
    # The length first: converting thousands of digits takes quadratic time, and CPython refuses over 4,300.
    if len(digits) > 17 or abs(number := int(digits)) > _MAX_INTEGER:
        raise StrictJsonError(
            "JSON_NUMBER",
            "JSON satur veselu skaitli, ko ne visi lasītāji nolasītu precīzi.",
            "The JSON holds an integer that not every reader would read exactly.",
        )
    return number


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_unique_members, parse_int=_exact_integer, parse_constant=_no_constant
)


def _check_depth(value: object, max_depth: int) -> None:
    level = [value] if type(value) is dict or type(value) is list else []
    depth = 0
    while level:
        depth += 1
        if depth > max_depth:
            raise _too_deep(max_depth)
        below: list[object] = []
        for node in level:
            below += node.values() if type(node) is dict else node
        level = [node for node in below if type(node) is dict or type(node) is list]


def _refusal(data: bytes, error: ValueError) -> StrictJsonError:
    if data.startswith(b"\xef\xbb\xbf"):
        return StrictJsonError(
            "JSON_BOM", "JSON sākas ar BOM zīmi.", "The JSON begins with a byte order mark."
        )
    try:
        data.decode()
    except UnicodeDecodeError:
        return StrictJsonError(
            "JSON_NOT_UTF8", "Dati nav derīgs UTF-8 teksts.", "The data are not valid UTF-8 text."
        )
    if "depth limit" in str(error):  # orjson's own, 1024
        return _too_deep(1024)
    if "infinity" in str(error):
        return StrictJsonError(
            "JSON_NUMBER", "JSON satur pārāk lielu skaitli.", "The JSON holds a number that is too large."
        )
    place = error if isinstance(error, json.JSONDecodeError) else None
    return StrictJsonError(
        "JSON_NOT_JSON",
        "Dati nav JSON" + (f" (rinda {place.lineno}, zīme {place.colno})." if place else "."),
        "The data are not JSON" + (f" (line {place.lineno}, column {place.colno})." if place else "."),
    )


def _too_deep(limit: int) -> StrictJsonError:
    return StrictJsonError(
        "JSON_TOO_DEEP",
        f"JSON iekļautība pārsniedz {limit} līmeņus.",
        f"The JSON nests deeper than {limit} levels.",
    )
