"""Checking a log that one does not write: is it whole, is it signed, does it still begin as it did, what is in it.

    report = audit(folder, keys, origin, known=checkpoint_seen_before)      # raises when anything is amiss
    for found in entries_of(folder, report.head, owner="9922900001"): …

`audit` reads every entry and recomputes every tile; a million entries take seconds. What a monitor remembers between
two visits is the checkpoint it saw last.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from issuer.errors import AtestatsError
from issuer.seal.tsp import parse_token
from issuer.transparency import checkpoint, merkle
from issuer.transparency.checkpoint import Checkpoint
from issuer.transparency.entry import Entry
from issuer.transparency.note import VerifierKey
from issuer.transparency.tiles import WIDTH, TileTree


class AuditError(AtestatsError):
    """LOG_TREE (tiles and checkpoint disagree), LOG_REWRITTEN (it does not begin as it did), LOG_STAMP (a time stamp
    over something else), LOG_MISSING (no checkpoint).
    """


@dataclass(frozen=True, slots=True)
class Report:
    """A log that was found in order: its newest head, and how many earlier heads and time stamps were checked."""

    head: Checkpoint
    checkpoints: int
    stamps: int


@dataclass(frozen=True, slots=True)
class Found:
    """An entry and where it stands."""

    index: int
    entry: Entry


def audit(
    folder: Path, keys: Sequence[VerifierKey], origin: str, *, known: Checkpoint | None = None
) -> Report:
    """Recompute the whole log; raises `AuditError`, `NoteError`, `TileError` or `EntryError`.

    `known`: a checkpoint that the caller has seen before (already trusted); the log must begin with it. Every head kept
    in LOGDIR/checkpoints must be one of this tree's, and signed. Signatures of time stamps are checked; whether their
    signers are to be trusted is not asked here.
    """
    head = latest(folder, keys, origin)
    tree = TileTree(folder, head.size)
    _check_tiles(tree)
    if tree.head() != head.head:
        raise _bad_tree()
    if known is not None:
        check_consistency(tree, head, known)
    heads = stamps = 0
    for path in sorted((folder / "checkpoints").glob("*.note")):
        shown = checkpoint.trusted(path.read_bytes(), keys, origin)
        check_consistency(tree, head, shown)
        heads += 1
        stamp = path.with_suffix(".tst")
        if stamp.exists():
            _check_stamp(stamp.read_bytes(), shown)
            stamps += 1
    return Report(head, heads, stamps)


def latest(folder: Path, keys: Sequence[VerifierKey], origin: str) -> Checkpoint:
    """The newest checkpoint, its signatures checked; raises `AuditError` LOG_MISSING or `NoteError`."""
    try:
        data = (folder / "checkpoint").read_bytes()
    except OSError:
        raise AuditError(
            "LOG_MISSING",
            f"Mapē nav žurnāla kontrolpunkta: {folder}.",
            f"The folder holds no checkpoint of a log: {folder}.",
            next_lv="Norādiet žurnāla mapi ar --log.",
            next_en="Name the folder of the log with --log.",
        ) from None
    return checkpoint.trusted(data, keys, origin)


def check_consistency(tree: TileTree, head: Checkpoint, known: Checkpoint) -> None:
    """Whether the log of `head` begins with that of `known`; raises `AuditError` LOG_REWRITTEN."""
    if known.size > head.size:
        raise _rewritten(known)
    path = tree.consistency(known.size) if known.size else []
    if not merkle.consistent(known.size, known.head, head.size, head.head, path):
        raise _rewritten(known)


def entries_of(
    folder: Path, head: Checkpoint, *, start: int = 0, owner: str | None = None
) -> Iterator[Found]:
    """The entries from `start` on; with `owner`, those of its keys: key events, and documents sealed with them.

    Which keys are an owner's is read in the log itself, from its beginning, so a key that somebody had certified in the
    school's name shows too.
    """
    keys: set[str] = set()
    for index, data in enumerate(TileTree(folder, head.size).entries()):
        entry = Entry.parse(data)
        member = entry.members
        if member["event"] == "key" and member["owner"] == owner:
            keys.add(member["key"])
        if index >= start and (owner is None or member["key"] in keys):
            yield Found(index, entry)


def _check_tiles(tree: TileTree) -> None:
    """Entries hash to tiles, full tiles hash to the tiles above."""
    hashes = []
    for data in tree.entries():
        Entry.parse(data)
        hashes.append(merkle.leaf_hash(data))
    if len(hashes) != tree.size:
        raise _bad_tree()
    level = 0
    while hashes:
        above = []
        for number, place in enumerate(range(0, len(hashes), WIDTH)):
            part = hashes[place : place + WIDTH]
            if tree.tile(level, number) != b"".join(part):
                raise _bad_tree()
            if len(part) == WIDTH:
                above.append(merkle.full_root(part))
        hashes, level = above, level + 1


def _check_stamp(data: bytes, shown: Checkpoint) -> None:
    token = parse_token(data)
    token.check_signature()
    if token.imprint != hashlib.new(token.imprint_algorithm, shown.data).digest():
        raise AuditError(
            "LOG_STAMP",
            f"Laika zīmogs neaptver kontrolpunktu ({shown.size} ieraksti).",
            f"A time stamp does not cover the checkpoint of {shown.size} entries.",
        )


def _bad_tree() -> AuditError:
    return AuditError(
        "LOG_TREE",
        "Žurnāla datnes neatbilst tā kontrolpunktam.",
        "The files of the log do not fit its checkpoint.",
        next_lv="Iegūstiet žurnālu vēlreiz; ja tas atkārtojas, ziņojiet operatoram un uzraugiem.",
        next_en="Fetch the log again; if it happens again, tell the operator and the witnesses.",
    )


def _rewritten(known: Checkpoint) -> AuditError:
    return AuditError(
        "LOG_REWRITTEN",
        f"Žurnāls vairs nesākas tā, kā to redzēja ar {known.size} ierakstiem: tas ir pārrakstīts.",
        f"The log no longer begins as it was seen with {known.size} entries: it was rewritten.",
        next_lv="Saglabājiet abus kontrolpunktus: kopā tie to pierāda. Ziņojiet ministrijai un uzraugiem.",
        next_en="Keep both checkpoints: together they prove it. Tell the ministry and the witnesses.",
    )
