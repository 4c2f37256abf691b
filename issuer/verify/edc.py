"""An EDC file: from bytes to a reading, or to the reason why it is none.

The file must be a JAdES baseline seal (`baseline`), written as the EDC profile demands (general JWS JSON, one
signature, the credential as text), over strict JSON that is a European Digital Credential. Deep validation against
the European Learning Model is `atestats validate`; a verifier only needs what the verdict depends on.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from issuer import strict_json
from issuer.seal import jades_document
from issuer.seal.jades_document import JadesDocument, JadesSignature
from issuer.trust.certificates import MAX_CERTIFICATES, Certificate
from issuer.verify.baseline import header_problems, signing_time
from issuer.verify.certificate_reader import read_certificate
from issuer.verify.checks import say
from issuer.verify.credential_reader import shown_of, statement_of
from issuer.verify.statement import Reading
from issuer.verify.unsigned import Unsigned, UnsignedError, read_unsigned
from issuer.verify.verdict import Check

# As in `issuer.elm.terms`, which a verifier at a desk does not need to load for two addresses; a test compares.
W3C_CONTEXT: Final = "https://www.w3.org/2018/credentials/v1"
ELM_CONTEXT: Final = "http://data.europa.eu/snb/model/context/edc-ap"
MAX_BYTES: Final = jades_document.MAX_BYTES
_MAX_DEPTH: Final = 40  # of the credential; the EU's samples nest 17 deep

# Headers that would bring in a key or content from elsewhere, and the certificate references that leave a choice.
_FORBIDDEN_HEADERS = frozenset({"jku", "jwk", "x5u", "sigD", "sigX5ts"})
_TYPES = frozenset({"VerifiableCredential", "EuropeanDigitalCredential"})
_CAPITAL_ESCAPE = re.compile(rb"\\u[0-9a-f]{0,3}[A-F]")
_BACKSLASHES = re.compile(rb"\\+u[0-9a-fA-F]{4}")
_DIGESTS: Final = {"S256": "sha256", "S384": "sha384", "S512": "sha512"}


class FormatError(Exception):
    """The file is not of the format; carries the check that says so."""

    def __init__(self, check: Check) -> None:
        super().__init__(check.code)
        self.check = check


@dataclass(frozen=True, slots=True)
class EdcFile:
    """A file that keeps the format: its seal, its certificates (DER, the sealer's first), the properties beside the
    seal, and what the document says.
    """

    document: JadesDocument
    signature: JadesSignature
    certificates: tuple[bytes, ...]
    unsigned: Unsigned
    reading: Reading

    @property
    def signed(self) -> bytes:
        """What the signature covers; with `b64: false` the payload's own bytes (RFC 7797, 3)."""
        return self.signature.protected_b64.encode("ascii") + b"." + self.document.payload

    @property
    def leaf(self) -> Certificate | None:
        """The seal certificate, or None when it cannot be read or used."""
        return read_certificate(self.certificates[0])

    @property
    def refers_to_leaf(self) -> bool:
        """Whether the protected reference (x5t#S256, x5t#o) is to the first certificate of x5c."""
        return refers_to(self.signature.protected, self.certificates[0])


def read_edc(data: bytes) -> EdcFile:
    """Read a file; raises `FormatError`, or `AtestatsError` with code and words of the room that refused."""
    document = jades_document.parse(data)
    if document.serialisation != "general" or len(document.signatures) != 1:
        raise FormatError(say("format", "failed", "EDC_SERIALISATION"))
    if document.detached or document.other_members:
        raise FormatError(say("format", "failed", "EDC_SERIALISATION"))
    if _is_respelled(data):
        raise FormatError(say("format", "failed", "EDC_SPELLING"))
    signature = document.signatures[0]
    problems = header_problems(signature)
    if problems:
        raise FormatError(say("format", "failed", problems[0], rules=problems))
    if signature.protected.get("b64") is not False:
        raise FormatError(say("format", "failed", "EDC_SERIALISATION"))
    certificates = _certificates(signature.protected)
    if not certificates or _FORBIDDEN_HEADERS & signature.protected.keys():
        raise FormatError(say("format", "failed", "EDC_HEADER"))
    unsigned = _unsigned(signature)
    claimed_time = signing_time(signature)
    assert claimed_time is not None  # `header_problems` would have named JADES_TIME
    credential = _credential(document.payload)
    reading = Reading(statement_of(credential), claimed_time, credential)
    return EdcFile(document, signature, certificates, unsigned, reading)


def shown(file: EdcFile) -> dict[str, Any]:
    """What of the document may be shown when the seal stands."""
    return shown_of(file.reading.content)


def refers_to(protected: Mapping[str, Any], certificate: bytes) -> bool:
    """Whether the header's one certificate reference is the digest of `certificate` (TS 119 182-1, 5.1.7, 5.2.2)."""
    if "x5t#S256" in protected:
        name, value = "sha256", protected["x5t#S256"]
    else:
        entry = protected.get("x5t#o")
        if not isinstance(entry, dict) or not isinstance(entry.get("digAlg"), str):
            return False
        name, value = _DIGESTS.get(entry["digAlg"], ""), entry.get("digVal")
    if not name:
        return False
    digest = hashlib.new(name, certificate).digest()
    return bool(value == base64.urlsafe_b64encode(digest).rstrip(b"=").decode())


def _unsigned(signature: JadesSignature) -> Unsigned:
    """The evidence beside the seal: what the baseline levels have, in their order, and nothing else."""
    try:
        unsigned = read_unsigned(signature)
    except UnsignedError:
        raise FormatError(say("format", "failed", "JADES_UNPROTECTED")) from None
    if not unsigned.is_baseline:
        raise FormatError(say("format", "failed", "EDC_UNSIGNED"))
    return unsigned


def _certificates(protected: Mapping[str, Any]) -> tuple[bytes, ...]:
    """The DER certificates of x5c (plain base64 with padding), or () when one is not that."""
    x5c = protected.get("x5c")
    if not isinstance(x5c, list) or len(x5c) > MAX_CERTIFICATES:
        return ()
    try:
        return tuple(_der(text) for text in x5c)
    except (ValueError, TypeError):
        return ()


@lru_cache(maxsize=2048)
def _der(text: str) -> bytes:
    der = binascii.a2b_base64(text, strict_mode=True)
    if binascii.b2a_base64(der, newline=False).decode() != text:
        raise ValueError("not canonical base64")
    return der


def _credential(payload: bytes) -> Mapping[str, Any]:
    credential = strict_json.loads(payload, max_bytes=MAX_BYTES, max_depth=_MAX_DEPTH)
    if not isinstance(credential, dict):
        raise FormatError(say("format", "failed", "EDC_NOT_OBJECT"))
    context = credential.get("@context")
    if not isinstance(context, list) or context[:1] != [W3C_CONTEXT] or ELM_CONTEXT not in context:
        raise FormatError(say("format", "failed", "EDC_CONTEXT"))
    if any(not isinstance(entry, str) for entry in context):  # an inline context could rename everything
        raise FormatError(say("format", "failed", "EDC_CONTEXT"))
    types = credential.get("type")
    if not isinstance(types, list) or not all(name in types for name in _TYPES):
        raise FormatError(say("format", "failed", "EDC_TYPE"))
    for name, kind in (("id", str), ("issuer", dict), ("credentialSubject", dict), ("issuanceDate", str)):
        if not isinstance(credential.get(name), kind):
            raise FormatError(say("format", "failed", "EDC_FIELD", field=name))
    return credential


def _is_respelled(data: bytes) -> bool:
    r"""Whether a `\u` escape of the outer JSON has capital hex digits.

    `\u010A` for `\u010a` gives the same payload and the same signature; no writer of EDC files mixes them, so such a
    file is not the one that was sealed.
    """
    if _CAPITAL_ESCAPE.search(data) is None:
        return False
    for match in _BACKSLASHES.finditer(data):
        run = match[0]
        if (len(run) - 5) % 2 == 1 and run[-4:] != run[-4:].lower():
            return True
    return False
