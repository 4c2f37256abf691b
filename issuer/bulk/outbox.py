"""Where sealed files go, and how: written aside, flushed once for a whole range, then renamed into place.

    OUT/documents/<type>/<two hex>/<uuid>.jsonld   the sealed credential
    OUT/documents/<type>/<two hex>/<uuid>.qr.png   its QR code
    OUT/results.jsonl                              one line per document or rejected row

The QR is renamed first: where the credential is, its QR is too.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from issuer.bulk.folder_error import writing_to
from issuer.errors import AtestatsError

_WAIT_FOR_WORKERS_SECONDS = 120.0  # an orphaned worker ends with its current range, which takes seconds


@dataclass(frozen=True, slots=True)
class SealedFiles:
    """The two files of one document, ready to be put in place."""

    path: str
    """Path of the sealed credential relative to the output folder."""
    qr_path: str
    credential: bytes
    qr: bytes


def document_path(document_type: str, credential_id: str) -> str:
    """Relative path of a document's sealed file: from its type and identifier alone, so that a later run finds it."""
    uuid = credential_id.rsplit(":", 1)[-1]
    return f"documents/{document_type}/{uuid[-2:]}/{uuid}.jsonld"


class Outbox:
    """The output folder of one run."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._aside = folder / ".incoming" / str(os.getpid())

    @property
    def journal_path(self) -> Path:
        return self.folder / "journal.sqlite"

    def has(self, path: str) -> bool:
        """Whether a document is in place (a rename put it there, so it is whole)."""
        return (self.folder / path).exists()

    def put(self, documents: Sequence[SealedFiles]) -> None:
        """Put the files of a range in place: all written and flushed to disk before the first rename."""
        self._aside.mkdir(parents=True, exist_ok=True)
        moves: list[tuple[Path, Path]] = []
        for number, document in enumerate(documents):
            for suffix, place, content in (
                ("qr", document.qr_path, document.qr),
                ("edc", document.path, document.credential),
            ):
                aside = self._aside / f"{number}.{suffix}"
                aside.write_bytes(content)
                moves.append((aside, self.folder / place))
        flush(self._aside)
        for aside, target in moves:
            target.parent.mkdir(parents=True, exist_ok=True)
            aside.rename(target)
        flush(self.folder)

    def clear_aside(self) -> None:
        """Remove what an interrupted run left beside; only while holding `lock_run`."""
        shutil.rmtree(self.folder / ".incoming", ignore_errors=True)


@contextmanager
def lock_run(folder: Path) -> Iterator[None]:
    """Hold the folder for one run; refuse a second; wait for orphaned workers of a killed run to end their range."""
    with ExitStack() as stack:
        with writing_to(folder):
            folder.mkdir(parents=True, exist_ok=True)
            run = stack.enter_context((folder / ".lock").open("w"))
            workers = stack.enter_context((folder / ".workers").open("w"))
        try:
            fcntl.flock(run, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise AtestatsError(
                "RUN_ACTIVE",
                f"Mapē {folder} jau notiek cita zīmogošana.",
                f"Another run is sealing into {folder}.",
                next_lv="Pagaidiet, līdz tā beidzas, vai norādiet citu --out mapi.",
                next_en="Wait until it ends, or give another --out folder.",
            ) from error
        deadline = time.monotonic() + _WAIT_FOR_WORKERS_SECONDS
        while True:
            try:
                fcntl.flock(workers, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except OSError as error:
                if time.monotonic() > deadline:
                    raise AtestatsError(
                        "WORKERS_ACTIVE",
                        "Iepriekšējās, pārtrauktās zīmogošanas procesi vēl darbojas.",
                        "Workers of an earlier, interrupted run are still at work.",
                        next_lv="Pagaidiet vai apturiet tos, tad mēģiniet vēlreiz.",
                        next_en="Wait for them or stop them, then try again.",
                    ) from error
                time.sleep(0.1)
        fcntl.flock(workers, fcntl.LOCK_UN)
        yield


@contextmanager
def lock_worker(folder: Path) -> Iterator[None]:
    """A worker holds this while it lives, so that the next run knows when the last orphan has gone."""
    with (folder / ".workers").open("w") as workers:
        fcntl.flock(workers, fcntl.LOCK_SH)
        yield


def flush(folder: Path) -> None:
    """Flush the file system that holds `folder`: one call for a whole range instead of two `fsync` per document."""
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "syncfs"):  # not Linux
        os.sync()
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        if libc.syncfs(handle) != 0:
            raise OSError(ctypes.get_errno(), "syncfs", str(folder))
    finally:
        os.close(handle)
