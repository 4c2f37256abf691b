"""Base45 (RFC 9285): bytes as letters of the alphanumeric mode of a QR code.

    encode(b"AB")     # "BB8"
    decode("BB8")     # b"AB"

Two bytes become three letters, a last single byte two. The decoder takes only what the encoder writes.
"""

from __future__ import annotations

_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(_LETTERS)}


def encode(data: bytes) -> str:
    """The base45 text of `data`."""
    letters = []
    for place in range(0, len(data) - 1, 2):
        value = data[place] << 8 | data[place + 1]
        letters.append(_LETTERS[value % 45] + _LETTERS[value // 45 % 45] + _LETTERS[value // 2025])
    if len(data) % 2:
        letters.append(_LETTERS[data[-1] % 45] + _LETTERS[data[-1] // 45])
    return "".join(letters)


def decode(text: str) -> bytes:
    """The bytes of a base45 text; `ValueError` for any other letter, length or a group above its range."""
    if len(text) % 3 == 1:
        raise ValueError("a base45 text never ends with a single letter")
    try:
        values = [_VALUES[letter] for letter in text]
    except KeyError:
        raise ValueError("a letter outside the base45 alphabet") from None
    groups = [values[place : place + 3] for place in range(0, len(values), 3)]
    # int.to_bytes refuses 65536 and above (256 and above in a last group of two): "GGW" is such a group.
    try:
        return b"".join(
            sum(value * 45**power for power, value in enumerate(group)).to_bytes(len(group) - 1, "big")
            for group in groups
        )
    except OverflowError:
        raise ValueError("a base45 group above its range") from None
