"""JSON Lines: one record a line. A damaged line is a finding on that line; the next one is read all the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

from issuer import strict_json
from issuer.findings import Finding
from issuer.records.messages import say
from issuer.records.row import SourceRow

# The largest plausible record (80 subjects, 30 examinations, long names) has about 40 kB.
MAX_LINE: Final = 256 * 1024
_MAX_DEPTH: Final = 8
_BOM: Final = b"\xef\xbb\xbf"
_MESSAGES: Final = {
    "JSON_NOT_UTF8": "ENCODING",
    "JSON_NUMBER": "PARSE.number",
    "JSON_TOO_DEEP": "PARSE.depth",
}
_CONSTANTS: Final = (b"NaN", b"Infinity")


def read_jsonl(path: Path) -> Iterator[SourceRow]:
    """The rows of the file at `path`; empty lines are counted and passed over."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE + 1):
            number += 1
            if number == 1:
                line = line.removeprefix(_BOM)
            if len(line) > MAX_LINE:
                while line and not line.endswith(b"\n"):
                    line = file.readline(MAX_LINE)
                yield SourceRow(number, None, (say("PARSE.large", "", limit=MAX_LINE // 1024),))
            elif not line.isspace():
                yield _row(number, line)


def _row(number: int, line: bytes) -> SourceRow:
    try:
        value = strict_json.loads(line, max_bytes=MAX_LINE + 1, max_depth=_MAX_DEPTH)
    except strict_json.StrictJsonError as error:
        return _damaged(number, line, error.code)
    if not isinstance(value, dict):
        return SourceRow(number, None, (say("PARSE.object", ""),))
    return SourceRow(number, value)


def _damaged(number: int, line: bytes, code: str) -> SourceRow:
    if code == "JSON_DUPLICATE_KEY":
        value = orjson.loads(line)
        if isinstance(value, dict):
            return SourceRow(number, value, tuple(say("DUP_KEY", path) for path in repeated_members(line)))
        return SourceRow(number, None, (say("PARSE.object", ""),))
    return SourceRow(number, None, (_problem(line, code),))


def _problem(line: bytes, code: str) -> Finding:
    if code in _MESSAGES:
        return say(_MESSAGES[code], "")
    if any(constant in line for constant in _CONSTANTS):
        return say("PARSE.number", "")
    if not line.endswith(b"\n") and not line.rstrip().endswith(b"}"):
        return say("PARSE.truncated", "")
    return say("PARSE", "")


class _Pairs(dict[str, Any]):
    """An object with the names that its text holds more than once."""

    repeated: frozenset[str] = frozenset()


def repeated_members(line: bytes) -> list[str]:
    """Dotted paths of the members that occur twice in their object."""
    return list(_repeated(json.loads(line, object_pairs_hook=_pairs), ""))


def _pairs(pairs: list[tuple[str, Any]]) -> _Pairs:
    value = _Pairs(pairs)
    names = [name for name, _ in pairs]
    value.repeated = frozenset(name for name in names if names.count(name) > 1)
    return value


def _repeated(value: object, path: str) -> Iterator[str]:
    if isinstance(value, _Pairs):
        prefix = f"{path}." if path else ""
        yield from (prefix + (name if name.isidentifier() else "?") for name in sorted(value.repeated))
        for name, member in value.items():
            yield from _repeated(member, prefix + name)
    elif isinstance(value, list):
        for n, item in enumerate(value):
            yield from _repeated(item, f"{path}[{n}]")
