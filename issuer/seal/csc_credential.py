"""What a remote seal service says about one credential (`credentials/info`), and whether it is the one we mean."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from issuer.seal.algorithm_identifiers import RSA_ENCRYPTION, SIGNATURE_OID
from issuer.seal.csc_error import credential_unfit
from issuer.seal.key import SealKey

_MOST: Final = 10_000  # signatures of one authorisation that we ever ask for


@dataclass(frozen=True, slots=True)
class Credential:
    """`multisign`: signatures of one authorisation; `sign_algorithm`: OID to ask for."""

    identifier: str
    multisign: int
    sign_algorithm: str
    sends_hashes: bool
    """Whether an authorisation is bound to the hashes (SCAL 2)."""
    code: str | None
    """What an authorisation takes besides (`authMode` explicit): its name, such as `PIN`; None for nothing."""


def read_credential(identifier: str, answer: Mapping[str, Any], key: SealKey) -> Credential:
    """The credential, if it is enabled and holds exactly `key` under exactly its certificate.

    Raises `SignerError` SIGN_CSC_CREDENTIAL.
    """
    try:
        status, algorithms = answer["key"]["status"], list(answer["key"]["algo"])
        certificate = base64.b64decode(answer["cert"]["certificates"][0], validate=True)
        auth = answer.get("auth")  # v2; v1 has `authMode` at the top
        mode = str(auth["mode"] if isinstance(auth, Mapping) else answer.get("authMode", "implicit"))
        code = _code(auth) if mode == "explicit" else None
        multisign, scal = int(answer.get("multisign", 1)), str(answer.get("SCAL", "1"))
    except (KeyError, TypeError, ValueError, IndexError, binascii.Error):
        raise credential_unfit(identifier, "apraksts nav saprotams", "its description is unclear") from None
    if status != "enabled":
        raise credential_unfit(identifier, "tas ir atslēgts", "it is disabled")
    if key.certificate_chain and certificate != key.certificate:
        raise credential_unfit(identifier, "tam ir cits sertifikāts", "it has another certificate")
    if mode not in ("implicit", "explicit"):
        raise credential_unfit(
            identifier, f"autorizācija „{mode}” prasa cilvēku", f'its authorisation "{mode}" takes a person'
        )
    algorithm = _algorithm(key, algorithms)
    if algorithm is None:
        raise credential_unfit(identifier, f"tas neprot {key.algorithm}", f"it cannot do {key.algorithm}")
    return Credential(identifier, min(max(multisign, 1), _MOST), algorithm, scal != "1", code)


def read_chain(identifier: str, answer: Mapping[str, Any]) -> tuple[bytes, ...]:
    """The certificates of a credential as the service gives them, own first (DER): how its key gets into a store.

    Raises `SignerError` SIGN_CSC_CREDENTIAL.
    """
    try:
        chain = tuple(base64.b64decode(each, validate=True) for each in answer["cert"]["certificates"])
    except (KeyError, TypeError, ValueError):
        chain = ()
    if not chain:
        raise credential_unfit(identifier, "tam nav sertifikāta", "it has no certificate")
    return chain


def _code(auth: object) -> str:
    """The name of what must be given (v2: `auth/objects`); in v1 it is always a PIN."""
    objects = auth.get("objects") if isinstance(auth, Mapping) else None
    return str(objects[0]["id"]) if objects else "PIN"


def _algorithm(key: SealKey, offered: list[Any]) -> str | None:
    """The OID to ask for: the one that names the hash too, or for RSA plain rsaEncryption."""
    wanted = [SIGNATURE_OID[key.algorithm]]
    if key.algorithm == "RS256":
        wanted.append(RSA_ENCRYPTION)
    return next((oid for oid in wanted if oid in offered), None)
