"""Which documents of an output folder a key has sealed, and which of them lose their proof with the key.

    for each in documents_of_key(out, key, since):
        print(each.path, each.needs)

A sealed file says itself which certificate it belongs to; a QR code, which key. A document with a time stamp from
before `since` existed before the key was in other hands and stays good; the others need new evidence: a new seal or
another proof that they are older (a checkpoint of the log, an evidence record).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from issuer.bulk.sealed_folder import documents
from issuer.errors import AtestatsError
from issuer.render import read_qr
from issuer.seal import base64url, ec1
from issuer.seal.etsi_u import read_items, tokens
from issuer.seal.jades_document import JadesDocument, JadesSignature, parse
from issuer.seal.key import SealKey
from issuer.seal.levels import signature_imprint
from issuer.seal.tsp import parse_token

Need = Literal["nothing", "evidence", "new_code"]


@dataclass(frozen=True, slots=True)
class KeyDocument:
    """One document of a key.

    `path`: relative to the folder; `credential_id` as its file's name says; `proven_at`: the earliest of its time
    stamps that fit, aware, or None; `needs`: what the loss of the key means for it.
    """

    path: str
    credential_id: str
    proven_at: dt.datetime | None
    needs: Need

    def as_dict(self) -> dict[str, str | None]:
        """The JSON form."""
        return {
            "path": self.path,
            "credential_id": self.credential_id,
            "proven_at": self.proven_at.isoformat() if self.proven_at else None,
            "needs": self.needs,
        }


def documents_of_key(out: Path, key: SealKey, since: dt.datetime) -> Iterator[KeyDocument]:
    """The documents of `out` that `key` sealed, in the order of their paths.

    `since`: from when on the key may have been in other hands. The time stamps' own signatures are checked; whether
    their authority is trusted is for `atestats verify` to say. Raises `AtestatsError` OUT_EMPTY, and what reading a
    damaged file raises, with its path: a document that cannot be read must not be passed over in silence.
    """
    for path in documents(out):
        try:
            needs = _needs_of_code(path, key) if key.purpose == "qr" else _needs_of_file(path, key, since)
        except AtestatsError as error:
            raise _damaged(path, error) from None
        if needs is not None:
            yield KeyDocument(path.relative_to(out).as_posix(), f"urn:credential:{path.stem}", *needs)


def _needs_of_file(path: Path, key: SealKey, since: dt.datetime) -> tuple[dt.datetime | None, Need] | None:
    """When a document of `key` is proven to have existed, and what it needs; None for one of another key."""
    thumbprint = base64url.encode(hashlib.sha256(key.certificate).digest())
    document = parse(path.read_bytes())
    for number, signature in enumerate(document.signatures):
        if signature.protected.get("x5t#S256") == thumbprint:
            proven = _proven_at(document, signature, number)
            return proven, "nothing" if proven is not None and proven < since else "evidence"
    return None


def _needs_of_code(path: Path, key: SealKey) -> tuple[None, Need] | None:
    picture = path.with_suffix(".qr.png")
    text = read_qr(picture.read_bytes()) if picture.exists() else None
    if text is None or ec1.parse(ec1.from_text(text)).kid != key.kid8:
        return None
    return None, "new_code"


def _proven_at(document: JadesDocument, signature: JadesSignature, number: int) -> dt.datetime | None:
    times = []
    for item in read_items(signature):
        if item.name != "sigTst":
            continue
        for der in tokens(item):
            try:
                token = parse_token(der)
                token.check_signature()
            except AtestatsError:
                continue  # no proof
            if token.imprint == signature_imprint(document, token.imprint_algorithm, signature=number):
                times.append(token.gen_time)
    return min(times, default=None)


def _damaged(path: Path, error: AtestatsError) -> AtestatsError:
    return AtestatsError(
        error.code,
        f"{path}: {error.message_lv}",
        f"{path}: {error.message_en}",
        next_lv="Atjaunojiet šo datni no rezerves kopijas, tad palaidiet to pašu komandu; atslēga jau apturēta.",
        next_en="Restore this file from a backup and run the same command again; the key is stopped already.",
    )
