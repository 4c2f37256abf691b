"""The sealed documents of an output folder, one by one, and new contents put in their places.

A document's own bytes say what level it has: there is no list beside it that could say otherwise. New contents are
written aside, flushed once for a whole range, then renamed over the old, so that a killed run leaves every document
whole, at one level or the next.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from issuer.bulk.outbox import flush
from issuer.errors import AtestatsError


def documents(out: Path) -> list[Path]:
    """The sealed files of an output folder, in a fixed order; raises `AtestatsError` OUT_EMPTY when there are none."""
    found = sorted((out / "documents").glob("*/*/*.jsonld"))
    if not found:
        raise AtestatsError(
            "OUT_EMPTY",
            f"Mapē {out} nav apzīmogotu dokumentu.",
            f"There are no sealed documents in {out}.",
            next_lv="Norādiet mapi, kurā rakstīja atestats seal --out.",
            next_en="Give the folder that atestats seal --out wrote into.",
        )
    return found


def ranges(paths: Sequence[Path], size: int) -> Iterator[Sequence[Path]]:
    """The paths in runs of `size`."""
    for start in range(0, len(paths), size):
        yield paths[start : start + size]


def replace_whole(folder: Path, contents: Iterable[tuple[Path, bytes]]) -> None:
    """Put the contents at their paths, below `folder`: all written and flushed before the first rename."""
    aside = folder / ".incoming" / str(os.getpid())
    aside.mkdir(parents=True, exist_ok=True)
    moves = []
    for number, (path, content) in enumerate(contents):
        waiting = aside / str(number)
        waiting.write_bytes(content)
        moves.append((waiting, path))
    if not moves:
        return
    flush(aside)
    for waiting, path in moves:
        path.parent.mkdir(parents=True, exist_ok=True)
        waiting.rename(path)
    flush(folder)


def clear_aside(folder: Path) -> None:
    """Remove what an interrupted run left beside."""
    shutil.rmtree(folder / ".incoming", ignore_errors=True)
