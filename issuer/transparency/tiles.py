"""The log as static files (C2SP `tlog-tiles`): 256 hashes to a tile, 256 entries to a bundle, never changed once full.

    LOGDIR/tile/<L>/<N>[.p/<W>]           hashes of level 8 L, 32 bytes each
    LOGDIR/tile/entries/<N>[.p/<W>]       entries, each after its length in two bytes

    tree = TileTree(folder, size)
    tree.head(), tree.inclusion(index), tree.consistency(old_size), tree.entries(start, end)

A reader believes nothing here: what it computes from the tiles it compares with a signed checkpoint.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from issuer.errors import AtestatsError
from issuer.transparency import merkle

WIDTH: Final = 256
_HASH: Final = 32
MAX_ENTRY_BYTES: Final = 65_535


class TileError(AtestatsError):
    """LOG_TILE: a file of the log is missing or is not what its name says."""


class TileTree:
    """The tree of the first `size` entries, read from tiles; nodes that were read or computed are kept."""

    def __init__(self, folder: Path, size: int) -> None:
        self.size = size
        self._folder = folder
        self._tiles: dict[tuple[int, int], bytes] = {}
        self._nodes: dict[tuple[int, int], bytes] = {}

    def node(self, level: int, index: int) -> bytes:
        """The hash of a full subtree; `TileError` when its tile is missing."""
        if level % 8 == 0:
            tile, place = divmod(index, WIDTH)
            data = self.tile(level // 8, tile)
            return data[place * _HASH : (place + 1) * _HASH]
        found = self._nodes.get((level, index))
        if found is None:
            found = merkle.node_hash(self.node(level - 1, 2 * index), self.node(level - 1, 2 * index + 1))
            self._nodes[level, index] = found
        return found

    def head(self) -> bytes:
        """The Merkle Tree Hash of all entries."""
        return merkle.range_hash(self.node, 0, self.size)

    def inclusion(self, index: int) -> list[bytes]:
        """The path of entry `index`, from the leaf up."""
        return merkle.inclusion_path(self.node, index, self.size)

    def consistency(self, old: int) -> list[bytes]:
        """The proof that this tree begins with the one of `old` entries."""
        return merkle.consistency_path(self.node, old, self.size)

    def entries(self, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Entries [start, end), one by one, as the bundles hold them (not compared with the tree)."""
        end = self.size if end is None else end
        for number in range(start // WIDTH, -(-end // WIDTH)):
            bundle = read_bundle(self._read("entries", number, min(WIDTH, self.size - number * WIDTH)))
            first = number * WIDTH
            yield from bundle[max(start - first, 0) : end - first]

    def width(self, level: int, tile: int) -> int:
        """How many hashes that tile holds in a tree of this size."""
        return min(WIDTH, (self.size >> (8 * level)) - tile * WIDTH)

    def tile(self, level: int, tile: int) -> bytes:
        """The hashes of one tile, as wide as it is in a tree of this size; `TileError` when it is missing."""
        data = self._tiles.get((level, tile))
        if data is None:
            width = self.width(level, tile)
            data = self._read(str(level), tile, width)
            if len(data) != width * _HASH:
                raise _bad(tile_path(str(level), tile, width))
            self._tiles[level, tile] = data
        return data

    def _read(self, kind: str, number: int, width: int) -> bytes:
        """A tile or bundle: the partial file, or the first part of a later, fuller one."""
        for size in sorted({width, WIDTH}):
            try:
                data = (self._folder / tile_path(kind, number, size)).read_bytes()
            except OSError:
                continue
            if kind != "entries":
                return data[: width * _HASH]
            return data
        raise _bad(tile_path(kind, number, width))


def tile_path(kind: str, number: int, width: int = WIDTH) -> str:
    """`tile/0/x001/x234/067`, or with `.p/<W>` when it is partial. `kind` is a level or `entries`."""
    parts = [f"{number % 1000:03d}"]
    while number := number // 1000:
        parts.insert(0, f"x{number % 1000:03d}")
    suffix = f".p/{width}" if width < WIDTH else ""
    return f"tile/{kind}/{'/'.join(parts)}{suffix}"


def write_bundle(entries: list[bytes]) -> bytes:
    """An entry bundle; every entry below 64 kB."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def read_bundle(data: bytes) -> list[bytes]:
    """The entries of a bundle; `TileError` when it ends within one."""
    entries, place = [], 0
    while place < len(data):
        size = int.from_bytes(data[place : place + 2], "big")
        entry = data[place + 2 : place + 2 + size]
        if place + 2 > len(data) or len(entry) != size:
            raise _bad("tile/entries")
        entries.append(entry)
        place += 2 + size
    return entries


def _bad(path: str) -> TileError:
    return TileError(
        "LOG_TILE",
        f"Žurnāla datnes trūkst, vai tā ir bojāta: {path}.",
        f"A file of the log is missing or damaged: {path}.",
        next_lv="Iegūstiet žurnālu no cita avota un pārbaudiet to ar atestats log verify.",
        next_en="Fetch the log from another source and check it with atestats log verify.",
    )
