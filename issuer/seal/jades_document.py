"""Reading a JAdES file: bytes in, its parts out, or a refusal; nothing is judged here.

    document = parse(data)
    for signature in document.signatures:
        signed = document.signing_input(signature)        # bytes that signature.signature must fit

Reads the three serialisations of RFC 7515 (compact, flattened, general) with `b64` true or false (RFC
7797). A file has one reading: strict JSON without repeated names, base64url without slack, one kind of
payload for all signatures. Which algorithms, headers, certificates and times are acceptable is for
`issuer.verify` to say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from issuer import strict_json
from issuer.errors import AtestatsError
from issuer.seal import base64url

Serialisation = Literal["general", "flattened", "compact"]

# A B-LTA credential with pictures is below 0.5 MB; the largest sample of the reference library has 1.8 MB.
MAX_BYTES: Final = 4 * 1024 * 1024
MAX_HEADER_BYTES: Final = 64 * 1024  # x5c with a chain of RSA certificates takes about 10 kB
MAX_SIGNATURES: Final = 8
MAX_SIGNATURE_BYTES: Final = 8 * 1024  # RSA-16384 is 2 kB
# The outer JSON: signatures → header → etsiU → clear objects such as rRefs, or a counter-signature within.
_OUTER_DEPTH: Final = 24
_HEADER_DEPTH: Final = 16
_OF_SIGNATURE: Final = frozenset(("protected", "header", "signature"))  # RFC 7515, 7.2.1


class JadesError(AtestatsError):
    """Bytes that are not a JWS of the kind that we read, or a seal that cannot be made.

    `code` begins with `JADES_`.
    """


@dataclass(frozen=True, slots=True)
class JadesSignature:
    """One signature. `protected` and `header` are parsed JSON objects as received.

    Every value may be of any type.
    """

    protected_b64: str  # as received; part of the signed bytes
    protected: Mapping[str, Any]
    signature_b64: str  # as received; part of what time stamps cover (TS 119 182-1, 5.3.4)
    signature: bytes
    header: Mapping[str, Any]  # unprotected; empty when absent

    @property
    def etsi_u(self) -> object:
        """`header.etsiU` as received (a list in a good file), or None.

        The unsigned properties of the higher levels.
        """
        return self.header.get("etsiU")


@dataclass(frozen=True, slots=True)
class JadesDocument:
    """A file that was read. `payload` is decoded; `payload_text` is the text of the file, as the signature
    covers it.

    `detached` says that the file holds no payload at all (TS 119 182-1, 5.2.8). `other_members` are names of members
    beside the payload or within a signature's object that RFC 7515 does not know; they are not signed.
    """

    serialisation: Serialisation
    payload: bytes
    payload_text: str
    detached: bool
    signatures: tuple[JadesSignature, ...]
    other_members: tuple[str, ...] = ()

    def signing_input(self, signature: JadesSignature) -> bytes:
        """protected ‖ "." ‖ payload: the bytes that `signature` covers (RFC 7515, 5.2; RFC 7797, 3)."""
        return signature.protected_b64.encode("ascii") + b"." + self.payload_text.encode()


def parse(data: bytes, *, max_bytes: int = MAX_BYTES) -> JadesDocument:
    """Read `data`; raises `JadesError` or `strict_json.StrictJsonError`, both `AtestatsError`, and nothing
    else.

    JADES_TOO_LARGE, JADES_NOT_JWS (neither a JWS in JSON nor compact), JADES_NO_SIGNATURE,
    JADES_TOO_MANY_SIGNATURES, JADES_PAYLOAD (missing type, bad base64url or UTF-8), JADES_HEADER (protected
    or unprotected header unreadable), JADES_SIGNATURE (not base64url), JADES_B64 (`b64` not boolean, or
    signatures that disagree on it). JSON_… codes come from `issuer.strict_json`.
    """
    if len(data) > max_bytes:
        raise _error(
            "JADES_TOO_LARGE",
            f"Datne ir lielāka par {max_bytes} baitiem.",
            f"The file is larger than {max_bytes} bytes.",
        )
    if data.lstrip(b" \t\r\n")[:1] == b"{":
        return _parse_json(data, max_bytes)
    return _parse_compact(data)


def _parse_json(data: bytes, max_bytes: int) -> JadesDocument:
    outer = strict_json.loads(data, max_bytes=max_bytes, max_depth=_OUTER_DEPTH)
    if not isinstance(outer, dict):
        raise _not_jws()
    serialisation: Serialisation = "general"
    if "signatures" in outer:
        raw = outer["signatures"]
        known = {"payload", "signatures"}
        # RFC 7515, 7.2.2: a file is flattened or general; one that is both can be read as two documents.
        if not isinstance(raw, list) or "signature" in outer or "protected" in outer or "header" in outer:
            raise _not_jws()
    elif "signature" in outer:
        serialisation = "flattened"
        known = {"payload", "protected", "header", "signature"}
        raw = [{name: value for name, value in outer.items() if name in known and name != "payload"}]
    else:
        raise _not_jws()
    if not raw:
        raise _error("JADES_NO_SIGNATURE", "Datnē nav neviena paraksta.", "The file holds no signature.")
    if len(raw) > MAX_SIGNATURES:
        raise _error(
            "JADES_TOO_MANY_SIGNATURES",
            f"Datnē ir vairāk nekā {MAX_SIGNATURES} parakstu.",
            f"The file holds more than {MAX_SIGNATURES} signatures.",
        )
    detached = "payload" not in outer
    text = outer.get("payload", "")
    if not isinstance(text, str):
        raise _bad_payload()
    signatures = tuple(_signature(item) for item in raw)
    others = [name for name in outer if name not in known]
    others += [name for item in raw if isinstance(item, dict) for name in item if name not in _OF_SIGNATURE]
    return _document(serialisation, text, detached, signatures, tuple(others))


def _parse_compact(data: bytes) -> JadesDocument:
    """Compact serialisation (RFC 7515, 7.1).

    A line break at the end is forgiven, as the reference library does.
    """
    try:
        parts = data.rstrip(b"\r\n").decode().split(".")
    except UnicodeDecodeError:
        raise _not_jws() from None
    if len(parts) != 3:
        raise _not_jws()
    protected, text, value = parts
    signature = _signature({"protected": protected, "signature": value})
    return _document("compact", text, not text, (signature,), ())


def _document(
    serialisation: Serialisation,
    text: str,
    detached: bool,
    signatures: tuple[JadesSignature, ...],
    others: tuple[str, ...],
) -> JadesDocument:
    encodings = [signature.protected.get("b64", True) for signature in signatures]
    # RFC 7797, 3: the same for all signatures; otherwise each would sign another document.
    if type(encodings[0]) is not bool or any(other is not encodings[0] for other in encodings):
        raise _error(
            "JADES_B64",
            "Galvenes lauks b64 nav derīgs vai parakstos atšķiras.",
            "b64 is invalid or differs by signature.",
        )
    try:
        payload = base64url.decode(text) if encodings[0] else text.encode()
    except ValueError:  # UnicodeEncodeError is one, too
        raise _bad_payload() from None
    return JadesDocument(serialisation, payload, text, detached, signatures, others)


def _signature(raw: object) -> JadesSignature:
    if not isinstance(raw, dict):
        raise _not_jws()
    protected_b64, signature_b64, header = raw.get("protected"), raw.get("signature"), raw.get("header", {})
    if not isinstance(protected_b64, str) or not isinstance(header, dict):
        raise _bad_header()
    protected = _protected(protected_b64)
    if header.keys() & protected.keys():  # RFC 7515, 4: names are disjoint
        raise _bad_header()
    if not isinstance(signature_b64, str) or len(signature_b64) > MAX_SIGNATURE_BYTES:
        raise _bad_signature()
    try:
        signature = base64url.decode(signature_b64)
    except ValueError:
        raise _bad_signature() from None
    return JadesSignature(protected_b64, protected, signature_b64, signature, header)


def _protected(text: str) -> dict[str, Any]:
    if len(text) > MAX_HEADER_BYTES:
        raise _bad_header()
    try:
        data = base64url.decode(text)
    except ValueError:
        raise _bad_header() from None
    header = strict_json.loads(data, max_bytes=MAX_HEADER_BYTES, max_depth=_HEADER_DEPTH)
    if not isinstance(header, dict) or not isinstance(header.get("alg"), str):
        raise _bad_header()
    return header


def _not_jws() -> JadesError:
    return _error(
        "JADES_NOT_JWS", "Datne nav apzīmogots dokuments (JWS).", "The file is not a sealed document (JWS)."
    )


def _bad_payload() -> JadesError:
    return _error(
        "JADES_PAYLOAD",
        "Apzīmogotais saturs nav nolasāms teksts.",
        "The sealed content is not a readable text.",
    )


def _bad_header() -> JadesError:
    return _error("JADES_HEADER", "Zīmoga galvene nav nolasāma.", "The header of the seal cannot be read.")


def _bad_signature() -> JadesError:
    return _error("JADES_SIGNATURE", "Paraksta vērtība nav nolasāma.", "The signature value cannot be read.")


def _error(code: str, message_lv: str, message_en: str) -> JadesError:
    return JadesError(
        code,
        message_lv,
        message_en,
        next_lv="Lūdziet dokumenta turētājam oriģinālo datni.",
        next_en="Ask the holder for the original file.",
    )
