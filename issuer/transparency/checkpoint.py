"""Checkpoints (C2SP `tlog-checkpoint`): the signed head of the log at one size.

    checkpoint = trusted(data, keys, "log.example.lv/2037")      # Checkpoint, or NoteError
    checkpoint.size, checkpoint.head

Trusted means: for every algorithm among the keys, one key of it has signed. So neither a stolen operator key nor a
broken curve alone is enough to invent a log; a key that was replaced stays in the list for its old checkpoints.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Sequence
from typing import NamedTuple

from issuer.transparency import note
from issuer.transparency.note import NoteError, VerifierKey

_SIZE = re.compile(r"0|[1-9][0-9]{0,17}", re.ASCII)


class Checkpoint(NamedTuple):
    """What a checkpoint says. `data` is the whole signed note."""

    origin: str
    size: int
    head: bytes
    data: bytes


def text_of(origin: str, size: int, head: bytes) -> str:
    """The text to be signed: origin, size, head in base64, a line each."""
    return f"{origin}\n{size}\n{base64.b64encode(head).decode('ascii')}\n"


def parse(data: bytes) -> tuple[Checkpoint, note.SignedNote]:
    """Read a checkpoint without believing it; raises `NoteError` LOG_NOTE_FORM."""
    signed = note.parse(data)
    lines = signed.text.split("\n")
    try:
        origin, size, encoded = lines[:3]
        head = base64.b64decode(encoded, validate=True)
    except ValueError:
        raise note.NoteError("LOG_NOTE_FORM", *_FORM) from None
    if not origin or not _SIZE.fullmatch(size) or len(head) != 32 or "" in lines[3:-1]:
        raise note.NoteError("LOG_NOTE_FORM", *_FORM)
    return Checkpoint(origin, int(size), head, data), signed


def trusted(data: bytes, keys: Sequence[VerifierKey], origin: str) -> Checkpoint:
    """Read a checkpoint and check who signed it; raises `NoteError`.

    LOG_NOTE_FORM, LOG_OTHER (another log's), LOG_NOTE_SIGNATURE (a signature does not fit), LOG_NOTE_UNSIGNED (an
    algorithm among the keys is missing).
    """
    found, signed = parse(data)
    if found.origin != origin:
        raise NoteError("LOG_OTHER", "Kontrolpunkts ir no cita žurnāla.", "The checkpoint is another log's.")
    needed = {key.algorithm for key in keys}
    if not needed or needed - note.verified(signed, keys):
        raise NoteError(
            "LOG_NOTE_UNSIGNED",
            "Kontrolpunktam trūkst žurnāla paraksta.",
            "The checkpoint lacks a signature of the log.",
        )
    return found


_FORM = ("Žurnāla kontrolpunkts nav nolasāms.", "The log's checkpoint cannot be read.")
