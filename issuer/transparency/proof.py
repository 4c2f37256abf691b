"""The proof beside a document, `<uuid>.proof.json`: that the log holds the document's issue, and since when.

    answer = check_proof(proof_bytes, document_digest(document), bundle.log, credential_id=…, key_id=…, check_token=…)
    answer.status, answer.code                       # "passed", "LOG_INCLUDED"
    answer.event_time, answer.checkpoint_time        # what the log says, and what a time-stamping authority says

Offline: the entry, the path from it to a head, the checkpoint that signs that head, and the time stamp on the
checkpoint are in the file; the log's keys and the heads it has shown are in the verifier's bundle. A head that is not
younger than the bundle must be one of those: a second, secret version of the log is found out.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from issuer import strict_json
from issuer.errors import AtestatsError
from issuer.seal.tsp import TimestampError, TimestampToken, parse_token
from issuer.transparency import checkpoint, merkle
from issuer.transparency.checkpoint import Checkpoint
from issuer.transparency.entry import Entry, EntryError, commitment
from issuer.transparency.note import NoteError, VerifierKey

FORMAT: Final = "atestats-log-proof/1"
MAX_BYTES: Final = 512 * 1024
_DEPTH: Final = 4
_SALT: Final = 32

Status = Literal["passed", "failed", "indeterminate"]


@dataclass(frozen=True, slots=True)
class ProofAnswer:
    """What a proof is worth.

    passed: LOG_INCLUDED (and `checkpoint_time` is proven), LOG_TIME_UNPROVEN (included; the checkpoint has no time
    stamp that the verifier trusts). indeterminate: LOG_NOT_KNOWN (the bundle holds no log), LOG_OTHER (of a log
    that the bundle does not hold). failed: LOG_PROOF_FORM, LOG_OTHER_DOCUMENT (of another document, identifier or
    key), LOG_NOT_ISSUED (the entry is another event), LOG_PATH (the path leads to another head), LOG_CHECKPOINT
    (not signed by the log), LOG_FORK (another head than the log has shown), LOG_TIMESTAMP (a stamp over something
    else).
    """

    status: Status
    code: str
    event_time: dt.datetime | None = None
    checkpoint_time: dt.datetime | None = None
    size: int | None = None
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof file that was read."""

    salt: bytes
    index: int
    path: tuple[bytes, ...]
    entry: bytes
    checkpoint: bytes
    timestamp: bytes | None


def check_proof(
    proof: bytes,
    document_digest: bytes,
    bundle_log: Mapping[str, Any] | None,
    *,
    credential_id: str | None = None,
    key_id: bytes | None = None,
    check_token: Callable[[bytes], TimestampToken] | None = None,
) -> ProofAnswer:
    """Judge a proof file against the log of the verifier's bundle; never raises for what strangers wrote.

    `document_digest`: see `entry.document_digest`. `bundle_log`: {"origin", "keys": [vkey], "checkpoint", "heads"},
    as `LOGDIR/bundle.json` holds it. `credential_id` and `key_id` (SHA-256 of the seal's certificate) are compared when
    given. `check_token` checks a token with the chain of its signer and returns it, or raises `AtestatsError`.
    """
    if bundle_log is None:
        return ProofAnswer("indeterminate", "LOG_NOT_KNOWN")
    try:
        found = parse(proof)
        entry = Entry.parse(found.entry)
    except (EntryError, ProofFormError):
        return ProofAnswer("failed", "LOG_PROOF_FORM")
    code = _mismatch(found, entry, document_digest, credential_id, key_id)
    if code is not None:
        return ProofAnswer("failed", code)
    try:
        head = _trusted(found.checkpoint, _texts(bundle_log.get("keys")), str(bundle_log.get("origin")))
    except NoteError as error:
        if error.code == "LOG_OTHER":
            return ProofAnswer("indeterminate", "LOG_OTHER")
        return ProofAnswer("failed", "LOG_CHECKPOINT")
    if entry.members["log"] != head.origin:
        return ProofAnswer("failed", "LOG_OTHER_DOCUMENT")
    root = merkle.root_from_path(merkle.leaf_hash(found.entry), found.index, head.size, found.path)
    if root != head.head:
        return ProofAnswer("failed", "LOG_PATH")
    if not _was_shown(head, bundle_log):
        return ProofAnswer("failed", "LOG_FORK")
    return _timed(found, entry, head, check_token)


def _mismatch(
    found: Proof, entry: Entry, digest: bytes, credential_id: str | None, key_id: bytes | None
) -> str | None:
    member = entry.members
    if member["event"] != "issued":
        return "LOG_NOT_ISSUED"
    wanted = [(member["document"], digest.hex())]
    if credential_id is not None:
        wanted.append((member["commitment"], commitment(found.salt, credential_id).hex()))
    if key_id is not None:
        wanted.append((member["key"], key_id.hex()))
    return None if all(hmac.compare_digest(*pair) for pair in wanted) else "LOG_OTHER_DOCUMENT"


def _was_shown(head: Checkpoint, bundle_log: Mapping[str, Any]) -> bool:
    """Whether the bundle allows that head: the one it knows for that size, or one younger than all it knows."""
    try:
        latest, _ = checkpoint.parse(str(bundle_log.get("checkpoint")).encode())
    except NoteError:
        return False
    if head.size == latest.size:
        return head.head == latest.head
    heads = bundle_log.get("heads")
    if head.size > latest.size or not isinstance(heads, Mapping):
        return True
    return bool(heads.get(str(head.size)) == base64.b64encode(head.head).decode("ascii"))


def _timed(
    found: Proof, entry: Entry, head: Checkpoint, check_token: Callable[[bytes], TimestampToken] | None
) -> ProofAnswer:
    moment: dt.datetime | None = None
    if found.timestamp is not None:
        try:
            if not _covers(found.timestamp, found.checkpoint):
                return ProofAnswer("failed", "LOG_TIMESTAMP")
            if check_token is not None:
                moment = check_token(found.timestamp).gen_time
        except TimestampError:
            return ProofAnswer("failed", "LOG_TIMESTAMP")
        except AtestatsError:
            moment = None
    code = "LOG_TIME_UNPROVEN" if moment is None else "LOG_INCLUDED"
    return ProofAnswer("passed", code, entry.time, moment, head.size, entry)


@lru_cache(maxsize=256)
def _trusted(data: bytes, keys: tuple[str, ...], origin: str) -> Checkpoint:
    """Documents of one batch share their checkpoint; its signatures are checked once."""
    return checkpoint.trusted(data, [VerifierKey.parse(key) for key in keys], origin)


@lru_cache(maxsize=64)
def _covers(timestamp: bytes, data: bytes) -> bool:
    """Whether the token bears the hash of `data`; raises `TimestampError`. Shared by a batch, too."""
    token = parse_token(timestamp)
    return token.imprint == hashlib.new(token.imprint_algorithm, data).digest()


def _texts(keys: object) -> tuple[str, ...]:
    return tuple(map(str, keys)) if isinstance(keys, (list, tuple)) else ()


# ── the file ──


class ProofFormError(AtestatsError):
    """LOG_PROOF_FORM: bytes that are not a proof file."""


def parse(data: bytes) -> Proof:
    """Read a proof file; raises `ProofFormError`."""
    try:
        raw = strict_json.loads(data, max_bytes=MAX_BYTES, max_depth=_DEPTH)
        if not isinstance(raw, dict) or raw.get("format") != FORMAT or type(raw["index"]) is not int:
            raise ValueError
        path = tuple(_unb64(each) for each in raw["path"])
        proof = Proof(
            salt=_unb64(raw["salt"]),
            index=raw["index"],
            path=path,
            entry=raw["entry"].encode(),
            checkpoint=raw["checkpoint"].encode(),
            timestamp=_unb64(raw["timestamp"]) if raw.get("timestamp") is not None else None,
        )
        if len(path) > merkle.MAX_PATH or any(len(each) != 32 for each in path) or len(proof.salt) != _SALT:
            raise ValueError
    except (strict_json.StrictJsonError, ValueError, KeyError, TypeError, AttributeError):
        raise ProofFormError(
            "LOG_PROOF_FORM",
            "Žurnāla pierādījums nav nolasāms.",
            "The proof of the log cannot be read.",
            next_lv="Lūdziet izdevējam dokumenta pierādījumu vēlreiz.",
            next_en="Ask the issuer for the document's proof again.",
        ) from None
    return proof


def _unb64(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
