"""A run of `atestats log append`: documents and keys to entries, entries to the log, proofs beside the documents.

    done = append(out, log_folder, operator, status=store, stamp=ask, at=now)

Every step looks first at what is there: run again after a cut or a failing time-stamping authority, it does what is
left and logs nothing twice.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from issuer.credential_id import slot_of
from issuer.errors import AtestatsError
from issuer.seal.public_keys import PublicKeys
from issuer.status.states import State
from issuer.status.store import StatusStore
from issuer.transparency.checkpoint import Checkpoint
from issuer.transparency.documents import Document, read_documents
from issuer.transparency.entry import Entry, Event
from issuer.transparency.log_keys import CheckpointSigner, LogKeys
from issuer.transparency.log_writer import LogWriter
from issuer.transparency.proof_files import write_proofs

_ENDS: Final[dict[State, Event]] = {"revoked": "annulled", "replaced": "replaced"}


@dataclass(frozen=True, slots=True)
class Operator:
    """Whose log it is: its signer, the log's own keys, and the institutions' keys that may seal."""

    signer: CheckpointSigner
    keys: LogKeys
    public: PublicKeys


@dataclass(frozen=True, slots=True)
class Done:
    """What a run did. `stamped` is whether the newest checkpoint has a time stamp."""

    head: Checkpoint
    documents: int
    added: int
    proofs: int
    stamped: bool


def append(
    out: Path,
    folder: Path,
    operator: Operator,
    *,
    status: StatusStore | None = None,
    stamp: Callable[[bytes], bytes] | None = None,
    at: dt.datetime,
) -> Done:
    """Log what the log does not hold yet, and write the proofs that are missing.

    `stamp(note)` asks a time-stamping authority for a token over a checkpoint; without it none is asked for. `at` is
    the time that new entries bear. Raises `AtestatsError`: what cannot be logged stops the run before anything is
    signed; a time stamp that cannot be had stops it after the log was signed and before proofs are written.
    """
    public = operator.public
    certificates = {hashlib.sha256(key.certificate).digest() for key in public.keys}
    documents = list(read_documents(out, certificates))
    with LogWriter.open(folder, operator.signer) as log:
        before = log.head
        entries = [*_key_events(public, operator.signer.origin)]
        entries += [each.entry("issued", operator.signer.origin, at, operator.keys) for each in documents]
        entries += _ends(documents, status, operator, at)
        head = log.append(entries)
        token = log.stamp(stamp) if stamp is not None else log.stamped(head)
        places = log.find([each.identity() for each in documents])
    indexed = ((document, places[document.identity()]) for document in documents)
    proofs = write_proofs(indexed, operator.keys, folder, head, token)
    return Done(head, len(documents), head.size - (before.size if before else 0), proofs, token is not None)


def _key_events(public: PublicKeys, origin: str) -> Iterator[Entry]:
    """Every step in the life of every key that seals, from the store's history, oldest first.

    A key is named by its certificate; before it has one there is nothing to name.
    """
    found: list[Entry] = []
    for record in public.records:
        if not record.key.certificate_chain or record.key.purpose not in ("seal", "qr", "operator"):
            continue
        key = hashlib.sha256(record.key.certificate).digest()
        found += [
            Entry.of_key(
                origin,
                event.at,
                key=key,
                owner=record.key.owner,
                purpose=record.key.purpose,
                state=event.state,
            )
            for event in record.history
        ]
    yield from sorted(found, key=lambda entry: entry.time)


def _ends(
    documents: Iterable[Document], status: StatusStore | None, operator: Operator, at: dt.datetime
) -> list[Entry]:
    """Documents that the status store knows as revoked or replaced."""
    if status is None:
        return []
    found = []
    for document in documents:
        ref = slot_of(document.credential_id)
        if ref is None:
            continue
        try:
            history = status.history(ref)
        except AtestatsError:  # a slot of another store: its operator logs it
            continue
        events = dict.fromkeys(_ENDS[event.state] for event in history if event.state in _ENDS)
        found += [document.entry(event, operator.signer.origin, at, operator.keys) for event in events]
    return found
