"""The shared strings of a workbook, kept in a temporary file and looked up by number.

Spreadsheet programmes store every distinct text once and refer to it by number. A national workbook has hundreds of
thousands of them, so only their offsets (8 bytes each) and the recently used ones are in memory.
"""

from __future__ import annotations

import re
import tempfile
import xml.etree.ElementTree as ET
import zipfile
from array import array
from typing import Final

from issuer.records.framing import pieces

_PLAIN = re.compile(rb"<si><t(?: xml:space=\"preserve\")?>([^<&]*)</t></si>")
_RUN_START = re.compile(r"<rPh\b.*?</rPh>", re.DOTALL)
_ESCAPED = re.compile("_x([0-9A-Fa-f]{4})_")
_MAX_STRING: Final = 256 * 1024
_MAX_TOTAL: Final = 1024**3
_REMEMBERED: Final = 20_000


class SharedStrings:
    """A read-only sequence of texts."""

    def __init__(self, part: zipfile.ZipExtFile | None) -> None:
        """`part`: `xl/sharedStrings.xml` as a stream, or None when the workbook has none."""
        self._offsets = array("Q", [0])
        self._texts = tempfile.TemporaryFile()  # noqa: SIM115  (closed by `close`)
        self._recent: dict[int, str] = {}
        if part is not None:
            with part:
                self._fill(part)

    def close(self) -> None:
        """Delete the temporary file."""
        self._texts.close()

    def __getitem__(self, number: int) -> str:
        """The text with this number; LookupError when there is none."""
        text = self._recent.get(number)
        if text is None:
            if not 0 <= number < len(self._offsets) - 1:
                raise LookupError(number)
            start, end = self._offsets[number], self._offsets[number + 1]
            self._texts.seek(start)
            text = self._texts.read(end - start).decode()
            if len(self._recent) >= _REMEMBERED:
                self._recent.clear()
            self._recent[number] = text
        return text

    def _fill(self, part: zipfile.ZipExtFile) -> None:
        total, prefix = 0, ""
        for n, piece in enumerate(pieces(part, "si", _MAX_STRING)):
            if n == 0:
                if b"<!DOCTYPE" in piece.before or b"<!ENTITY" in piece.before:
                    raise ValueError
                prefix = "" if b"<sst" in piece.before else "x"
            if not piece.element:
                if prefix and n == 0:
                    raise ValueError  # elements with a namespace prefix: no programme in use writes shared strings so
                break
            text = _text(piece.element).encode()
            total += len(text)
            if total > _MAX_TOTAL:
                raise ValueError
            self._texts.write(text)
            self._offsets.append(total)


def _text(raw: bytes) -> str:
    plain = _PLAIN.fullmatch(raw)
    if plain is not None:
        return string_of(plain.group(1).decode())
    element = ET.fromstring(_RUN_START.sub("", raw.decode()))  # noqa: S314  (no declarations in a piece)
    return string_of("".join(t.text or "" for t in element.iter() if t.tag == "t"))


def string_of(text: str) -> str:
    """A text with `_x000D_` escapes resolved (ECMA-376, 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: character(int(match.group(1), 16)), text)


def character(number: int) -> str:
    """The character with this number; U+FFFD for what XML has no character for (controls, surrogates)."""
    allowed = number in (9, 10, 13) or 0x20 <= number <= 0xD7FF or 0xE000 <= number <= 0x10FFFF
    return chr(number) if allowed else "\ufffd"
