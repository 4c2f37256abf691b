"""Entries of the log: what happened to one document or one key, in bytes that have one spelling and name no person.

    entry = Entry.of_document("issued", origin, at, document_digest, key_id, "ATE_VVI", commitment(salt, credential_id))
    entry.data                                  # JSON, sorted, ASCII: the bytes that the tree hashes
    Entry.parse(data)

A document is named by the SHA-256 of what its seal covers and the seal itself, which stays the same at every level
of the seal, and by a salted commitment to its identifier; the salt is kept beside the document alone.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass
from typing import Any, Final, Literal, get_args

import orjson

from issuer.errors import AtestatsError
from issuer.seal.jades_document import JadesDocument

Event = Literal["issued", "replaced", "annulled", "key"]
EVENTS: Final[tuple[Event, ...]] = get_args(Event)
MAX_BYTES: Final = 2048

_HEX = re.compile(r"[0-9a-f]{64}", re.ASCII)
_COMMITMENT: Final = b"atestats log commitment v1\x00"
_DOCUMENT: Final = frozenset({"commitment", "document", "event", "key", "log", "time", "type"})
_KEY: Final = frozenset({"event", "key", "log", "owner", "purpose", "state", "time"})


class EntryError(AtestatsError):
    """LOG_ENTRY: bytes that are not an entry as this log writes them."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event. `members` is the JSON object; `data` its only spelling.

    Of a document: `document` and `commitment` (hex), `type` (document type). Of a key: `owner`, `purpose`, `state`.
    Always: `event`, `key` (SHA-256 of the certificate, hex; of the public key while there is no certificate), `log`
    (origin), `time` (RFC 3339, UTC).
    """

    members: dict[str, Any]

    @classmethod
    def of_document(
        cls,
        event: Event,
        origin: str,
        at: dt.datetime,
        *,
        document: bytes,
        key: bytes,
        document_type: str,
        commitment: bytes,
    ) -> Entry:
        """An event of a document; `key` is the SHA-256 of the certificate that sealed it."""
        return cls(
            {
                "commitment": commitment.hex(),
                "document": document.hex(),
                "event": event,
                "key": key.hex(),
                "log": origin,
                "time": written(at),
                "type": document_type,
            }
        )

    @classmethod
    def of_key(
        cls, origin: str, at: dt.datetime, *, key: bytes, owner: str, purpose: str, state: str
    ) -> Entry:
        """A step in the life of a key: `state` as in the key store."""
        return cls(
            {
                "event": "key",
                "key": key.hex(),
                "log": origin,
                "owner": owner,
                "purpose": purpose,
                "state": state,
                "time": written(at),
            }
        )

    @property
    def data(self) -> bytes:
        """The bytes of the entry: JSON with sorted names and no spaces, ASCII values throughout."""
        return orjson.dumps(self.members, option=orjson.OPT_SORT_KEYS)

    @property
    def time(self) -> dt.datetime:
        """Of a document: when the log was told. Of a key: when its state began. Aware, UTC."""
        return dt.datetime.fromisoformat(self.members["time"])

    @property
    def identity(self) -> str:
        """What makes two entries the same event, whatever the time: nothing is logged twice."""
        member = self.members
        if member["event"] == "key":
            return f"key {member['key']} {member['state']} {member['time']}"
        return f"{member['event']} {member['document']}"

    @classmethod
    def parse(cls, data: bytes) -> Entry:
        """Read an entry; raises `EntryError` for anything that this log would not have written."""
        try:
            members = orjson.loads(data) if len(data) <= MAX_BYTES else None
            if not isinstance(members, dict) or not all(isinstance(each, str) for each in members.values()):
                raise ValueError
            entry = cls(members)
            names = _KEY if members["event"] == "key" else _DOCUMENT
            digests = [members[name] for name in ("key", "document", "commitment") if name in names]
            if members.keys() != names or members["event"] not in EVENTS or entry.data != data:
                raise ValueError
            if not all(map(_HEX.fullmatch, digests)) or written(entry.time) != members["time"]:
                raise ValueError
        except (ValueError, KeyError, TypeError):
            raise _bad() from None
        return entry


def document_digest(document: JadesDocument) -> bytes:
    """SHA-256 of protected ‖ "." ‖ payload ‖ "." ‖ signature as the file holds them, of the first signature.

    The same at every level of the seal: time stamps and validation data stand outside it.
    """
    signature = document.signatures[0]
    digest = hashlib.sha256(document.signing_input(signature))
    digest.update(b"." + signature.signature_b64.encode("ascii"))
    return digest.digest()


def commitment(salt: bytes, credential_id: str) -> bytes:
    """SHA-256 of a fixed label, the salt (32 bytes) and the identifier: says nothing to whoever lacks the salt."""
    return hashlib.sha256(_COMMITMENT + salt + credential_id.encode()).digest()


def written(moment: dt.datetime) -> str:
    """RFC 3339 in whole seconds, UTC: `2037-06-20T10:00:00Z`."""
    return moment.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _bad() -> EntryError:
    return EntryError("LOG_ENTRY", "Žurnāla ieraksts nav nolasāms.", "An entry of the log cannot be read.")
