"""DER, strictly: the little of ITU-T X.690 that time stamps, revocation data and evidence records need.

    request = sequence(integer(1), sequence(oid("2.16.840.1.101.3.4.2.1"), NULL), octet_string(digest))
    element = read(data)                      # one element and nothing after it, or DerError
    version, body = element.children()

Written by hand because the general libraries cost milliseconds where this costs microseconds, and because a
verifier must refuse what is not DER: indefinite and padded lengths, trailing bytes. Contents of values are
checked where they are read (`as_int`, `as_oid`, `as_time`).
"""

from __future__ import annotations

import datetime as dt
import re
from functools import lru_cache
from typing import Final, NamedTuple

INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
OID: Final = 0x06
GENERALIZED_TIME: Final = 0x18
SEQUENCE: Final = 0x30
SET: Final = 0x31
CONTEXT_0: Final = 0xA0  # constructed, as EXPLICIT and most IMPLICIT tags are
CONTEXT_1: Final = 0xA1
CONTEXT_2: Final = 0xA2
NULL: Final = b"\x05\x00"

_TIME = re.compile(r"(\d{14})(?:\.(\d{1,6}))?Z", re.ASCII)


class DerError(ValueError):
    """Not DER, or not the element that was expected."""


class Element(NamedTuple):
    """One element: its identifier octet, its content, and all of its bytes."""

    tag: int
    content: bytes
    raw: bytes

    def children(self) -> list[Element]:
        """The elements inside a constructed one, in order; `DerError` when its content is not DER."""
        if not self.tag & 0x20:
            raise DerError("a primitive element has no children")
        found, place = [], 0
        while place < len(self.content):
            element = _element(self.content, place)
            found.append(element)
            place += len(element.raw)
        return found

    def expect(self, tag: int) -> Element:
        """This element, if it has that tag; else `DerError`."""
        if self.tag != tag:
            raise DerError(f"expected tag {tag:#04x}, found {self.tag:#04x}")
        return self

    def as_int(self) -> int:
        """The value of an INTEGER (minimal two's complement, X.690, 8.3)."""
        body = self.expect(INTEGER).content
        if not body or (len(body) > 1 and body[0] in (0x00, 0xFF) and (body[0] ^ body[1]) < 0x80):
            raise DerError("an integer that is not minimal")
        return int.from_bytes(body, "big", signed=True)

    def as_oid(self) -> str:
        """The value of an OBJECT IDENTIFIER in dotted form."""
        return _dotted(self.expect(OID).content)

    def as_octets(self) -> bytes:
        """The value of an OCTET STRING (primitive)."""
        return self.expect(OCTET_STRING).content

    def as_time(self) -> dt.datetime:
        """The value of a GeneralizedTime in UTC, aware; fractions down to microseconds (RFC 3161, 2.4.2)."""
        match = _TIME.fullmatch(self.expect(GENERALIZED_TIME).content.decode("ascii", "replace"))
        if match is None or (match[2] or "1").endswith("0"):
            raise DerError("not a GeneralizedTime in DER")
        try:
            moment = dt.datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=dt.UTC)
        except ValueError:
            raise DerError("not a time") from None
        return moment.replace(microsecond=int((match[2] or "0").ljust(6, "0")))


def read(data: bytes) -> Element:
    """The one element that `data` is; `DerError` for anything else, trailing bytes included."""
    element = _element(data, 0)
    if len(element.raw) != len(data):
        raise DerError("bytes after the end")
    return element


def _element(data: bytes, start: int) -> Element:
    if start + 2 > len(data):
        raise DerError("cut short")
    tag, length, place = data[start], data[start + 1], start + 2
    if tag & 0x1F == 0x1F:
        raise DerError("a tag of several bytes")
    if length >= 0x80:
        size = length & 0x7F
        digits = data[place : place + size]
        length = int.from_bytes(digits, "big")
        if not 1 <= size <= 4 or len(digits) < size or digits[0] == 0 or length < 0x80:
            raise DerError("a length that is not minimal")
        place += size
    end = place + length
    if end > len(data):
        raise DerError("cut short")
    return Element(tag, data[place:end], data[start:end])


# ── writing ──


def tlv(tag: int, *parts: bytes) -> bytes:
    """One element with this identifier octet."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(digits))) + digits + content


def sequence(*parts: bytes) -> bytes:
    """SEQUENCE or SEQUENCE OF."""
    return tlv(SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    """SET OF: in the order of their encodings (X.690, 11.6)."""
    return tlv(SET, *sorted(parts))


def context(number: int, *parts: bytes, constructed: bool = True) -> bytes:
    """A context-specific tag: [number], explicit or implicit as its parts make it."""
    return tlv(0x80 | (0x20 if constructed else 0) | number, *parts)


def integer(value: int) -> bytes:
    """INTEGER."""
    bits = (value if value >= 0 else ~value).bit_length()  # and one for the sign
    return tlv(INTEGER, value.to_bytes(bits // 8 + 1, "big", signed=True))


def octet_string(value: bytes) -> bytes:
    """OCTET STRING."""
    return tlv(OCTET_STRING, value)


def generalized_time(moment: dt.datetime) -> bytes:
    """GeneralizedTime in UTC; a fraction only where there is one."""
    utc = moment.astimezone(dt.UTC)
    text = utc.strftime("%Y%m%d%H%M%S")
    if utc.microsecond:
        text += f".{utc.microsecond:06d}".rstrip("0")
    return tlv(GENERALIZED_TIME, text.encode("ascii"), b"Z")


@lru_cache(maxsize=256)
def oid(dotted: str) -> bytes:
    """OBJECT IDENTIFIER from its dotted form."""
    first, second, *rest = map(int, dotted.split("."))
    return tlv(OID, *(_base128(arc) for arc in (first * 40 + second, *rest)))


def _base128(arc: int) -> bytes:
    digits = [arc & 0x7F]
    while arc := arc >> 7:
        digits.append(0x80 | arc & 0x7F)
    return bytes(reversed(digits))


@lru_cache(maxsize=256)
def _dotted(content: bytes) -> str:
    arcs, arc = [], 0
    for place, octet in enumerate(content):
        if octet == 0x80 and (place == 0 or content[place - 1] < 0x80):
            raise DerError("an identifier that is not minimal")
        arc = arc << 7 | octet & 0x7F
        if octet < 0x80:
            arcs.append(arc)
            arc = 0
    if not content or content[-1] >= 0x80:
        raise DerError("an identifier that is cut short")
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))
