"""What the log says of sealed documents: from the files of a run to entries.

    documents = list(read_documents(out, seal_certificates))
    entries = [document.entry("issued", origin, now, keys) for document in documents]

Only what a seal of the store's own keys covers is logged: a file with a broken seal, or with a stranger's, is refused.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes

from issuer.errors import AtestatsError
from issuer.seal import jades
from issuer.seal.jades_document import JadesDocument
from issuer.transparency.entry import Entry, Event, commitment, document_digest
from issuer.transparency.log_keys import LogKeys
from issuer.trust.signatures import verify_signature


class DocumentError(AtestatsError):
    """LOG_FOREIGN (not sealed by a key of the store) or LOG_SEAL (the seal does not fit)."""


@dataclass(frozen=True, slots=True)
class Document:
    """A sealed file, as far as the log is concerned. `key` is the SHA-256 of its seal's certificate."""

    path: Path
    credential_id: str
    document_type: str
    digest: bytes
    key: bytes

    def identity(self, event: Event = "issued") -> str:
        """See `Entry.identity`."""
        return f"{event} {self.digest.hex()}"

    def entry(self, event: Event, origin: str, at: dt.datetime, keys: LogKeys) -> Entry:
        """The entry of that event."""
        salt = keys.salt(self.identity(event))
        return Entry.of_document(
            event,
            origin,
            at,
            document=self.digest,
            key=self.key,
            document_type=self.document_type,
            commitment=commitment(salt, self.credential_id),
        )


def read_documents(out: Path, certificates: Collection[bytes]) -> Iterator[Document]:
    """The documents under OUT/documents, in the order of their paths.

    `certificates`: SHA-256 of every certificate that may have sealed them. Raises `DocumentError`, or `JadesError` for
    a file that is not a sealed document.
    """
    for path in sorted((out / "documents").glob("*/*/*.jsonld")):
        yield read_document(path, certificates)


def read_document(path: Path, certificates: Collection[bytes]) -> Document:
    """One sealed file, checked; its type is the name of the folder two above it."""
    document = jades.parse(path.read_bytes())
    signature = document.signatures[0]
    x5c = signature.protected.get("x5c")
    first = x5c[0] if isinstance(x5c, list) and x5c and isinstance(x5c[0], str) else ""
    key_id, public = _certificate(first)
    if public is None or key_id not in certificates:
        raise _error(
            "LOG_FOREIGN",
            f"Dokumentu nav zīmogojusi neviena no krātuves atslēgām: {path.name}.",
            f"No key of the store has sealed this document: {path.name}.",
        )
    signed = document.signing_input(signature)
    if not verify_signature(signature.protected["alg"], public, signed, signature.signature):
        raise _error("LOG_SEAL", f"Zīmogs neder: {path.name}.", f"The seal does not fit: {path.name}.")
    return Document(path, _identifier(document), path.parts[-3], document_digest(document), key_id)


def _identifier(document: JadesDocument) -> str:
    try:
        return str(orjson.loads(document.payload)["id"])
    except (ValueError, KeyError, TypeError):
        raise _error(
            "LOG_FOREIGN",
            "Apzīmogotais nav akreditīvs ar identifikatoru.",
            "What is sealed is no credential.",
        ) from None


@lru_cache(maxsize=2048)
def _certificate(encoded: str) -> tuple[bytes, PublicKeyTypes | None]:
    try:
        der = base64.b64decode(encoded, validate=True)
        return hashlib.sha256(der).digest(), x509.load_der_x509_certificate(der).public_key()
    except ValueError:
        return b"", None


def _error(code: str, message_lv: str, message_en: str) -> DocumentError:
    return DocumentError(
        code,
        message_lv,
        message_en,
        next_lv="Žurnālā nekas nav ierakstīts. Izņemiet šo datni no mapes un noskaidrojiet, no kurienes tā ir.",
        next_en="Nothing was logged. Take this file out of the folder and find out where it comes from.",
    )
