"""Values of 1, 2, 4 or 8 bits packed in bytes, in both orders that the two specifications use, and their inflation.

low_first({0: 1, 1: 2}, slots=8, bits=2)      # b"\\x09\\x00"   Token Status List, 4.1: least significant bit first
high_first({0: 1, 1: 2}, slots=8, bits=2)     # b"\\x60\\x00"   Bitstring Status List, 2.2: index 0 is left-most
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Final, Literal

from issuer.status.status_error import malformed, out_of_range

ALLOWED_BITS: Final = (1, 2, 4, 8)
ZLIB: Final = zlib.MAX_WBITS
GZIP: Final = zlib.MAX_WBITS + 16
# 2^26 bits, the largest list in use (W3C VC Barcodes); one of ours inflates to 32 kB.
MAX_INFLATED: Final = 8 * 1024 * 1024


def low_first(values: Mapping[int, int], slots: int, bits: int) -> bytes:
    """The packed list; slots that `values` does not name are 0. Raises ValueError for a value or slot out of range."""
    return _packed(values, slots, bits, "low")


def high_first(values: Mapping[int, int], slots: int, bits: int) -> bytes:
    """As `low_first`, the other way round within each byte."""
    return _packed(values, slots, bits, "high")


def low_value(data: bytes, slot: int, bits: int) -> int:
    """The value of a slot; raises `StatusError` STATUS_OUT_OF_RANGE."""
    place, shift = _place(data, slot, bits)
    return data[place] >> shift & (1 << bits) - 1


def high_value(data: bytes, slot: int, bits: int) -> int:
    """As `low_value`, the other way round within each byte."""
    place, shift = _place(data, slot, bits)
    return data[place] >> 8 - bits - shift & (1 << bits) - 1


def _packed(values: Mapping[int, int], slots: int, bits: int, order: Literal["low", "high"]) -> bytes:
    if bits not in ALLOWED_BITS or slots * bits % 8:
        raise ValueError("slots or bits")
    data = bytearray(slots * bits // 8)
    for slot, value in values.items():
        if not 0 <= slot < slots or not 0 <= value < 1 << bits:
            raise ValueError("slot or value")
        place, shift = divmod(slot * bits, 8)
        data[place] |= value << (shift if order == "low" else 8 - bits - shift)
    return bytes(data)


def _place(data: bytes, slot: int, bits: int) -> tuple[int, int]:
    if type(slot) is not int or not 0 <= slot < len(data) * 8 // bits:
        raise out_of_range()
    return divmod(slot * bits, 8)


def inflate(data: bytes, form: int) -> bytes:
    """Decompress a ZLIB (RFC 1950) or GZIP (RFC 1952) stream, whole and alone; never more than `MAX_INFLATED` bytes.

    Raises `StatusError` STATUS_LIST_MALFORMED for another form, a stream cut short, bytes after it, or a bomb.
    """
    stream = zlib.decompressobj(wbits=form)
    try:
        inflated = stream.decompress(data, MAX_INFLATED)
        if not stream.eof and stream.decompress(stream.unconsumed_tail, 1):
            raise malformed("saraksts ir pārāk liels", "the list is too large")
    except zlib.error:
        raise malformed("tas nav saspiests, kā jābūt", "it is not compressed as it must be") from None
    if not stream.eof:
        raise malformed("dati beidzas par agru", "the data end too early")
    if stream.unused_data:
        raise malformed("aiz saraksta ir lieki baiti", "bytes follow the list")
    return inflated
