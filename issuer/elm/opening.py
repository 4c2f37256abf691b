"""From a file's JSON to the credential in it: unsealed, sealed by JAdES, or a draft in its upload wrapper.

Only the shape is read here; whether the seal is true is the business of `issuer.verify`.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Literal

from issuer.errors import AtestatsError
from issuer.strict_json import loads

OUR_SCHEMES = "urn:atestats:scheme:"
"""How the `schemeId` of the document's own identifiers begins in everything that we issue."""

Form = Literal["sealed", "unsealed", "upload"]


@dataclass(frozen=True, slots=True)
class Opened:
    """The credential of one file, the form it came in, and whether it says that this system composed it."""

    credential: object
    form: Form
    ours: bool


def open_document(data: bytes) -> Opened:
    """Reads strict JSON; of a JWS (general or flattened JSON serialisation, RFC 7515 7.2) takes the payload.

    The payload may be unencoded (RFC 7797, as in every European Digital Credential) or base64url. Raises
    AtestatsError: `JSON_…` of the strict reader, or PAYLOAD_BAD.
    """
    document = loads(data)
    if not isinstance(document, dict):
        return Opened(document, "unsealed", ours=False)
    if "payload" in document and ("signatures" in document or "signature" in document):
        credential = loads(_payload(document["payload"]))
        return Opened(credential, "sealed", is_ours(credential))
    if "credential" in document and "@context" not in document and "type" not in document:
        return Opened(document["credential"], "upload", is_ours(document["credential"]))
    return Opened(document, "unsealed", is_ours(document))


def is_ours(credential: object) -> bool:
    """Whether one of the credential's identifiers is of a scheme of this system."""
    said = credential.get("identifier") if isinstance(credential, dict) else None
    for each in said if isinstance(said, list) else [said]:
        scheme = each.get("schemeId") if isinstance(each, dict) else None
        if isinstance(scheme, str) and scheme.startswith(OUR_SCHEMES):
            return True
    return False


def _payload(payload: object) -> bytes:
    if not isinstance(payload, str):
        raise _bad_payload()
    try:
        if payload.lstrip().startswith("{"):
            return payload.encode("utf-8")
        padded = payload + "=" * (-len(payload) % 4)
        return base64.b64decode(padded.translate(str.maketrans("-_", "+/")), validate=True)
    except (UnicodeEncodeError, binascii.Error, ValueError) as error:
        raise _bad_payload() from error


def _bad_payload() -> AtestatsError:
    return AtestatsError(
        "PAYLOAD_BAD",
        "Apzīmogotās datnes saturs (“payload”) nav nolasāms.",
        'The content ("payload") of the sealed file cannot be read.',
        next_lv="Iegūstiet datni no tās avota vēlreiz.",
        next_en="Fetch the file again from its source.",
    )
