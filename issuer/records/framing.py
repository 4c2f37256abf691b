"""Elements of one name cut out of a byte stream, one at a time, without reading the rest.

Both XML exports and the sheets of a workbook are long lists of one element. Cutting at the tags first keeps memory flat
and damage local: what is broken in one element does not end the list. A piece never holds a document type
declaration, so a parser that sees only pieces has no entities to expand.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Protocol

_CHUNK: Final = 256 * 1024


class Stream(Protocol):
    """A binary file, as far as it is needed."""

    def read(self, size: int, /) -> bytes: ...


@dataclass(frozen=True, slots=True)
class Piece:
    """One element. `before`: the bytes between it and the one before.

    `whole` is False for an element without its end tag: the next one starts or the stream ends first.
    """

    before: bytes
    element: bytes
    whole: bool = True


class OversizeError(Exception):
    """An element, or what stands between two, is larger than the limit."""


def pieces(stream: Stream, tag: str, limit: int) -> Iterator[Piece]:
    """Every `<tag …>…</tag>` of the stream, then one piece with an empty `element` for what follows the last one.

    Raises OversizeError when more than `limit` bytes would have to be held.
    """
    opening = re.compile(rb"<" + tag.encode() + rb"(?=[\s/>])")
    end_tag = b"</" + tag.encode() + b">"
    buffer, more = b"", True

    def grown(kept: bytes) -> bytes:
        nonlocal more
        if len(kept) > limit:
            raise OversizeError
        chunk = stream.read(_CHUNK)
        more = bool(chunk)
        return kept + chunk

    while True:
        start = opening.search(buffer)
        while start is None and more:
            buffer = grown(buffer)
            start = opening.search(buffer)
        if start is None:
            yield Piece(buffer, b"")
            return
        before, buffer = buffer[: start.start()], buffer[start.start() :]
        while (tag_end := buffer.find(b">")) < 0 and more:
            buffer = grown(buffer)
        if tag_end > 0 and buffer[tag_end - 1] == 0x2F:  # <tag/>
            end, whole = tag_end + 1, True
        else:
            while (end := buffer.find(end_tag)) < 0 and more:
                buffer = grown(buffer)
            whole = end >= 0
            end = end + len(end_tag) if whole else len(buffer)
            following = opening.search(buffer, 1, end)
            if following is not None:
                end, whole = following.start(), False
        if end > limit:
            raise OversizeError
        yield Piece(before, buffer[:end], whole)
        buffer = buffer[end:]
