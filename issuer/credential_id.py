"""The identifier of a credential: a UUID that also says where the document's status stands.

    name = derive("9937900001|APL_VPI|R-17|")           # urn:credential:00000000-00a1-8c3f-…: no list
    identifier = with_slot(name, StatusRef(list_number(2037, 0), 4711))
    slot_of(identifier)                                 # StatusRef(list_number=9472, slot=4711)

UUID version 8 (RFC 9562, 5.8), in octets:

    0..1    status list: years since 2000 in octet 0, shard of the year in octet 1; 0 means "in no list"
    2..4    slot in that list
    5..15   from SHA-256 of the document's name, 82 bits beside the version and the variant

So a document needs no status entry of its own, a verifier needs no table from documents to slots, and nobody learns
from a look-up which document is being checked. The slot is drawn at random (`issuer.status.store`) and tells nothing.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final, NamedTuple

PREFIX: Final = "urn:credential:"
FIRST_YEAR: Final = 2001  # the year 2000, shard 0, would be list 0
LAST_YEAR: Final = 2255
MAX_SHARD: Final = 255
MAX_SLOT: Final = (1 << 24) - 1

# Small hexadecimal digits only, as `derive` writes them: one document, one spelling.
_OURS = re.compile(
    r"urn:(?:credential|uuid):([0-9a-f]{8})-([0-9a-f]{2})[0-9a-f]{2}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)


class StatusRef(NamedTuple):
    """A slot of a status list."""

    list_number: int
    slot: int


def list_number(year: int, shard: int) -> int:
    """The number of a year's list; raises ValueError outside 2001..2255 and 0..255."""
    if not FIRST_YEAR <= year <= LAST_YEAR or not 0 <= shard <= MAX_SHARD:
        raise ValueError("year or shard")
    return (year - 2000) << 8 | shard


def year_and_shard(number: int) -> tuple[int, int]:
    """The inverse of `list_number`."""
    return 2000 + (number >> 8), number & 0xFF


def derive(name: str) -> str:
    """The identifier of the document with this name (no personal data in it): the same at every run, in no list."""
    tail = hashlib.sha256(b"atestats:credential:2|" + name.encode()).digest()[:11]
    octets = bytearray(5) + tail
    octets[6] = octets[6] & 0x0F | 0x80
    octets[8] = octets[8] & 0x3F | 0x80
    return _written(octets)


def with_slot(identifier: str, ref: StatusRef) -> str:
    """A derived identifier with the slot of its status; raises ValueError for a number out of range."""
    if not FIRST_YEAR <= year_and_shard(ref.list_number)[0] <= LAST_YEAR or not 0 <= ref.slot <= MAX_SLOT:
        raise ValueError("list or slot")
    octets = bytearray.fromhex(identifier.removeprefix(PREFIX).replace("-", ""))
    octets[0:2] = ref.list_number.to_bytes(2, "big")
    octets[2:5] = ref.slot.to_bytes(3, "big")
    return _written(octets)


def slot_of(identifier: str) -> StatusRef | None:
    """Where the status of a document of ours stands; None for another kind of identifier, and for "in no list"."""
    match = _OURS.fullmatch(identifier)
    if match is None:
        return None
    head = int(match[1] + match[2], 16)
    ref = StatusRef(head >> 24, head & MAX_SLOT)
    return ref if ref.list_number else None


def _written(octets: bytearray) -> str:
    text = octets.hex()
    return f"{PREFIX}{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
