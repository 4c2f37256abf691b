"""Base64url without padding (RFC 4648, section 5; RFC 7515, section 2): one text for one byte string.

    encode(b"\\xff\\xee")   # "_-4"
    decode("_-4")          # b"\\xff\\xee";  decode("_-5") raises ValueError: the same bytes, written
    another way

The decoder refuses what most decoders let pass (padding, white space, bits left over in the last letter): a
sealed file of which a byte was altered must not read like the file before.
"""

from __future__ import annotations

import binascii
import re

_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = str.maketrans("-_", "+/")
_LETTERS = re.compile(r"[A-Za-z0-9_-]*")
# What may stand last when the length leaves a rest: the letters whose unused low bits are zero.
_LAST_OF_TWO = frozenset("AQgw")
_LAST_OF_THREE = frozenset("AEIMQUYcgkosw048")


def encode(data: bytes) -> str:
    """The base64url text of `data`, no padding."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=").decode("ascii")


def decode(text: str) -> bytes:
    """The bytes of a base64url text; `ValueError` unless `text` is exactly what `encode` gives for them."""
    rest = len(text) % 4
    if rest == 1 or _LETTERS.fullmatch(text) is None:
        raise ValueError("not base64url")
    if (rest == 2 and text[-1] not in _LAST_OF_TWO) or (rest == 3 and text[-1] not in _LAST_OF_THREE):
        raise ValueError("base64url with bits left over")
    return binascii.a2b_base64(text.translate(_FROM_URL) + "=" * (-rest % 4))
