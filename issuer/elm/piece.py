"""JSON in finished pieces: a node that many documents repeat is written once, as text, and put in as it is.

    school = write({"id": "urn:epass:org:1", "type": "Organisation", "legalName": {"lv": "Skola"}})
    award = write({"id": "urn:epass:awardingProcess:1", "type": "AwardingProcess", "awardingBody": school})
    award.json()                  # the bytes that orjson.dumps gives for the same in plain dicts
    award.value()                 # the same in plain dicts, new ones each time
    award.around(other_school)

A piece is text and not dicts: it cannot be changed, so what was found out about it once stays true (`proofs`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import orjson

from issuer.elm.entries import Entry

# No JSON text holds this byte (RFC 8259, 7: control characters are escaped), so a text can be cut at it.
_HOLE = b"\0"
_HOLE_IN_JSON = orjson.Fragment(_HOLE)


class Piece(NamedTuple):
    """The JSON of one node: `gaps[0] parts[0] gaps[1] parts[1] … gaps[-1]`, UTF-8; parts stand where values do."""

    gaps: tuple[bytes, ...]
    parts: tuple[Piece | Entry, ...] = ()

    def chunks(self) -> list[bytes]:
        """The text, cut where parts begin and end; what repeats in other texts is the same object or equal."""
        found: list[bytes] = []
        _spread(self, found)
        return found

    def json(self) -> bytes:
        """The whole text."""
        return b"".join(self.chunks())

    def value(self) -> Any:
        """What the text says, in new dicts and lists."""
        return orjson.loads(self.json())

    def solid(self) -> Piece:
        """The same text without parts."""
        return Piece((self.json(),))

    def around(self, *parts: Piece | Entry) -> Piece:
        """The same text around other parts, as many as before."""
        if len(parts) != len(self.parts):
            raise ValueError(f"{len(self.parts)} parts are needed, not {len(parts)}")
        return Piece(self.gaps, parts)


_PART = (Piece, Entry)


def write(node: dict[str, Any]) -> Piece:
    """The piece that says what `node` says: dicts, lists, text, whole numbers, booleans; pieces and entries among them.

    Raises orjson.JSONEncodeError (a TypeError) for anything else.
    """
    parts: list[Piece | Entry] = []

    def hole(value: object) -> orjson.Fragment:
        if not isinstance(value, _PART):
            raise TypeError
        parts.append(value)
        return _HOLE_IN_JSON

    text = orjson.dumps(node, default=hole, option=orjson.OPT_PASSTHROUGH_SUBCLASS)
    return Piece(tuple(text.split(_HOLE)), tuple(parts))


def joined(gaps: Sequence[bytes], between: Sequence[bytes]) -> bytes:
    """`gaps` with `between` in between; raises ValueError when their numbers do not fit."""
    text = [b""] * (len(gaps) + len(between))
    text[::2], text[1::2] = gaps, between
    return b"".join(text)


def _spread(piece: Piece, found: list[bytes]) -> None:
    gaps, parts = piece
    for gap, part in zip(gaps, parts, strict=False):
        found.append(gap)
        if not isinstance(part, Piece):
            found.append(orjson.dumps(part))
        elif part.parts:
            _spread(part, found)
        else:
            found += part.gaps
    found.append(gaps[-1])
