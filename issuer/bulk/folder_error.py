"""A full disk, a read-only folder, a broken journal: said in words, because a clerk meets them, not a programmer."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from issuer.errors import AtestatsError


@contextmanager
def writing_to(folder: Path) -> Iterator[None]:
    """What goes wrong inside while writing to the output folder becomes an `AtestatsError` OUT_NOT_WRITTEN."""
    try:
        yield
    except (OSError, sqlite3.Error) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        raise AtestatsError(
            "OUT_NOT_WRITTEN",
            f"Mapē {folder} nevar rakstīt ({reason}).",
            f"The folder {folder} cannot be written to ({reason}).",
            next_lv="Atbrīvojiet vietu vai labojiet piekļuves tiesības un palaidiet to pašu komandu vēlreiz: "
            "nekas netiks izlaists vai atkārtots.",
            next_en="Free some space or mend the access rights and run the same command again: "
            "nothing will be left out or repeated.",
        ) from error
