"""JAdES B-B as the EU's credential issuer writes it (ETSI TS 119 182-1 v1.2.1; RFC 7515, RFC 7797).

    prepared = [prepare(payload, key, iat) for payload in payloads]             # bytes of a credential each
    signatures = signer.sign_many(key, [each.digest for each in prepared])
    files = [assemble(each, signature) for each, signature in zip(prepared, signatures)]
    document = parse(files[0])                                                  # strict; see `jades_document`

General JWS JSON serialisation; `payload` is the credential as a JSON *string* with `b64: false`, so the
signed bytes are the credential's own UTF-8 bytes, stored and served as they are. The outer JSON is written
in ASCII (`\\u0101`): the same signed bytes, and no reader can spoil them by guessing the file's charset.
`iat`, in seconds, is the signing time. Time stamps and validation data of the higher levels go into
`header.etsiU`; `serialise` keeps their place.
"""

from __future__ import annotations

import binascii
import hashlib
from codecs import BOM_UTF8
from collections.abc import Sequence
from functools import lru_cache
from json.encoder import encode_basestring_ascii
from typing import NamedTuple

from issuer.seal import base64url
from issuer.seal.jades_document import JadesDocument, JadesError, JadesSignature, parse
from issuer.seal.key import Algorithm, SealKey

__all__ = [
    "JadesDocument",
    "JadesError",
    "JadesSignature",
    "Prepared",
    "assemble",
    "is_as_written",
    "parse",
    "prepare",
    "serialise",
]


class Prepared(NamedTuple):
    """A payload on its way to the signer.

    `quoted` is the payload as it stands between the quotes of a JSON string; `digest` is what the signer gets:
    SHA-256 of the JWS signing input.
    """

    protected_b64: str
    quoted: str
    digest: bytes
    algorithm: Algorithm


def prepare(payload: bytes | Sequence[bytes], key: SealKey, iat: int) -> Prepared:
    """Make the protected header for `key` and the digest to be signed.

    `payload` is the UTF-8 text of the credential, exactly as it shall be sealed, or the parts that make it up,
    each of them whole UTF-8; of parts that come again in other payloads the quoted form is kept. `iat` is the
    signing time in whole seconds since 1970, UTC. Raises `JadesError` (JADES_PAYLOAD) when the payload is not
    UTF-8 or begins with a byte order mark.
    """
    parts = [payload] if isinstance(payload, bytes) else payload
    whole = b"".join(parts)
    try:
        quoted = "".join([_quoted_again(part) if len(part) in _KEPT else _quoted(part) for part in parts])
    except UnicodeDecodeError:
        raise _bad_payload() from None
    if whole.startswith(BOM_UTF8):
        raise _bad_payload()
    protected = _protected(key.algorithm, key.certificate_chain, iat)
    digest = hashlib.sha256(protected)
    digest.update(b".")
    digest.update(whole)
    return Prepared(protected.decode("ascii"), quoted, digest.digest(), key.algorithm)


@lru_cache(maxsize=2048)
def _protected(algorithm: Algorithm, chain: tuple[bytes, ...], iat: int) -> bytes:
    """The encoded protected header (TS 119 182-1, 5.1; seals of one key and second share it).

    `x5c` leaves the trust anchor out (5.1.8); `crit` names `b64` (RFC 7797, 6) and nothing that RFC 7515
    defines.
    """
    if type(iat) is not int or iat < 0:
        raise JadesError(
            "JADES_TIME",
            "Zīmoga laiks nav vesels sekunžu skaits.",
            "The sealing time is not a whole number of seconds.",
        )
    thumbprint = base64url.encode(hashlib.sha256(chain[0]).digest())
    x5c = ",".join(f'"{binascii.b2a_base64(der, newline=False).decode("ascii")}"' for der in chain)
    header = (
        f'{{"alg":"{algorithm}","cty":"json","x5t#S256":"{thumbprint}","x5c":[{x5c}],'
        f'"typ":"jose+json","b64":false,"crit":["b64"],"iat":{iat}}}'
    )
    return base64url.encode(header.encode("ascii")).encode("ascii")


def assemble(prepared: Prepared, signature: bytes) -> bytes:
    """The sealed file, ASCII bytes. `signature` is raw R ‖ S (ES256) or the RSA signature value.

    Raises `JadesError` (JADES_SIGNATURE) for an ES256 signature that is not 64 bytes long, such as one in
    DER.
    """
    if prepared.algorithm == "ES256" and len(signature) != 64:  # RFC 7518, 3.4
        raise JadesError(
            "JADES_SIGNATURE",
            "ES256 parakstam jābūt 64 baitus garam (R ‖ S).",
            "An ES256 signature must be 64 bytes long (R ‖ S).",
        )
    return _serialise(prepared.quoted, [(prepared.protected_b64, base64url.encode(signature), ())])


def serialise(payload: str, signatures: Sequence[tuple[str, str, Sequence[str]]]) -> bytes:
    """The general JWS JSON serialisation in ASCII, without white space.

    Each signature is (protected, signature, etsiU): base64url texts, and the base64url items of
    `header.etsiU`, in order, none for level B-B.
    """
    return _serialise(encode_basestring_ascii(payload)[1:-1], signatures)


def _serialise(quoted: str, signatures: Sequence[tuple[str, str, Sequence[str]]]) -> bytes:
    parts = []
    for protected, value, etsi_u in signatures:
        header = ""
        if etsi_u:
            header = '"header":{"etsiU":[' + ",".join(f'"{item}"' for item in etsi_u) + "]},"
        parts.append(f'{{"protected":"{protected}",{header}"signature":"{value}"}}')
    return f'{{"payload":"{quoted}","signatures":[{",".join(parts)}]}}'.encode("ascii")


def _quoted(part: bytes) -> str:
    return encode_basestring_ascii(part.decode())[1:-1]


_quoted_again = lru_cache(maxsize=8192)(_quoted)
_KEPT = range(48, 8192)
"""Lengths, in bytes, of parts that are worth a place in the cache: no names of people, no pictures."""


def is_as_written(data: bytes, document: JadesDocument) -> bool:
    """Whether `data`, which `parse` read as `document`, is byte for byte what `serialise` writes for it.

    JSON has many spellings of one document (`\\u010d` or `\\u010D`), and the signature covers the content,
    not the spelling. For a file that should come straight from us this tells even such a change.
    """
    signatures = []
    for signature in document.signatures:
        items = signature.header.get("etsiU", [])
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            return False
        signatures.append((signature.protected_b64, signature.signature_b64, items))
    return data == serialise(document.payload_text, signatures)


def _bad_payload() -> JadesError:
    return JadesError(
        "JADES_PAYLOAD",
        "Apzīmogojamais saturs nav UTF-8 teksts bez BOM.",
        "The content to be sealed is not UTF-8 text without a byte order mark.",
    )
