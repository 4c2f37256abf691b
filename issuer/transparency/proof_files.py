"""Proofs beside the documents: `<uuid>.proof.json`, made from the tiles for the newest checkpoint.

They can be made again at any time, so they are renamed into place without a flush; one that is cut off is made anew.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path

import orjson

from issuer.transparency.checkpoint import Checkpoint
from issuer.transparency.documents import Document
from issuer.transparency.entry import Entry
from issuer.transparency.log_keys import LogKeys
from issuer.transparency.proof import FORMAT, ProofFormError, parse
from issuer.transparency.tiles import TileTree


def proof_path(document: Path) -> Path:
    """The proof file of a sealed file: the same stem."""
    return document.with_name(document.name.split(".")[0] + ".proof.json")


def write_proofs(
    documents: Iterable[tuple[Document, int]],
    keys: LogKeys,
    log: Path,
    head: Checkpoint,
    timestamp: bytes | None,
) -> int:
    """Write the proofs that are missing or could be better (no time stamp, and there is one now); returns how many.

    `documents` are (document, index of its `issued` entry).
    """
    tree = TileTree(log, head.size)
    wanted = [(document, index) for document, index in documents if _is_wanted(document, timestamp)]
    shared = orjson.dumps(
        {
            "checkpoint": head.data.decode(),
            "timestamp": base64.b64encode(timestamp).decode("ascii") if timestamp else None,
        }
    )[1:]
    entries = _entries(tree, [index for _, index in wanted])
    for document, index in wanted:
        own = orjson.dumps(
            {
                "format": FORMAT,
                "index": index,
                "entry": entries[index].decode(),
                "salt": base64.b64encode(keys.salt(document.identity())).decode("ascii"),
                "path": [base64.b64encode(each).decode("ascii") for each in tree.inclusion(index)],
            }
        )
        target = proof_path(document.path)
        aside = target.with_name(f".{target.name}")
        aside.write_bytes(own[:-1] + b"," + shared)
        aside.rename(target)
    return len(wanted)


def _is_wanted(document: Document, timestamp: bytes | None) -> bool:
    try:
        found = parse(proof_path(document.path).read_bytes())
    except (OSError, ProofFormError):
        return True
    fits = Entry.parse(found.entry).members.get("document") == document.digest.hex()
    return not fits or (found.timestamp is None and timestamp is not None)


def _entries(tree: TileTree, indexes: list[int]) -> dict[int, bytes]:
    """Those entries, each bundle read once."""
    found: dict[int, bytes] = {}
    for bundle in sorted({index // 256 for index in indexes}):
        first = bundle * 256
        found.update(enumerate(tree.entries(first, min(first + 256, tree.size)), first))
    return found
