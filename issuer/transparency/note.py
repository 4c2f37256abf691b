"""Signed notes (C2SP `signed-note`): a text, and under it one line per signature.

    keys = [VerifierKey.parse(text) for text in vkeys]
    note = parse(data)                              # SignedNote, or NoteError
    verified(note, keys)                            # {"ES256", "Ed25519", "ML-DSA-65"}: the algorithms that signed

Signature types: 0x01 Ed25519, 0x02 ECDSA P-256 (key id and DER signature as in `transparency-dev/formats`), and
ML-DSA-65 over the text (FIPS 204, no context), which has no number of its own yet: 0xff and a name, as the
specification asks.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, mldsa
from cryptography.hazmat.primitives.serialization import load_der_public_key

from issuer.errors import AtestatsError

Algorithm = Literal["ES256", "Ed25519", "ML-DSA-65"]

_TYPES: Final[dict[Algorithm, bytes]] = {
    "Ed25519": b"\x01",
    "ES256": b"\x02",
    "ML-DSA-65": b"\xffML-DSA-65 FIPS 204 note text\n",
}
MAX_BYTES: Final = 128 * 1024  # 16 signatures of 5 kB, in base64, and a short text
_MAX_SIGNATURES: Final = 32
_NAME = re.compile(r"[^\s+]{1,200}")
_LINE = re.compile(r"— ([^\s+]{1,200}) ([A-Za-z0-9+/]+={0,2})")


class NoteError(AtestatsError):
    """LOG_NOTE_FORM (not a signed note, or not a key), LOG_NOTE_SIGNATURE (a known key's signature does not fit)."""


class VerifierKey(NamedTuple):
    """A public key by name. `public`: SubjectPublicKeyInfo (ES256), or the raw key (Ed25519, ML-DSA-65)."""

    name: str
    algorithm: Algorithm
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes that find the key of a signature line; they prove nothing."""
        if self.algorithm == "ES256":
            return hashlib.sha256(self.public).digest()[:4]
        named = self.name.encode() + b"\n" + _TYPES[self.algorithm] + self.public
        return hashlib.sha256(named).digest()[:4]

    def __str__(self) -> str:
        """The verifier key ("vkey"): name+hex id+base64(type ‖ key)."""
        return f"{self.name}+{self.key_id.hex()}+{_b64(_TYPES[self.algorithm] + self.public)}"

    @classmethod
    def parse(cls, text: str) -> VerifierKey:
        """Read a vkey; raises `NoteError` LOG_NOTE_FORM."""
        name, _, rest = text.partition("+")
        key_id, _, encoded = rest.partition("+")
        data = _unb64(encoded)
        for algorithm, prefix in _TYPES.items():
            if data.startswith(prefix) and _NAME.fullmatch(name):
                key = cls(name, algorithm, data[len(prefix) :])
                if key.key_id.hex() == key_id and _public(algorithm, key.public) is not None:
                    return key
        raise _bad_form()

    def fits(self, text: bytes, signature: bytes) -> bool:
        """Whether `signature` over `text` is this key's."""
        public = _public(self.algorithm, self.public)
        try:
            if isinstance(public, ec.EllipticCurvePublicKey):
                public.verify(signature, text, ec.ECDSA(hashes.SHA256()))
            elif public is None:
                return False
            else:
                public.verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class SignedNote:
    """A note that was read. `text` ends with a line end; `signatures` are (key name, key id, signature)."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]


def parse(data: bytes) -> SignedNote:
    """Read a signed note; raises `NoteError` LOG_NOTE_FORM."""
    try:
        whole = data.decode()
    except UnicodeDecodeError:
        raise _bad_form() from None
    text, separator, lines = whole.rpartition("\n\n")
    if len(data) > MAX_BYTES or not separator or not lines.endswith("\n"):
        raise _bad_form()
    if any(ord(character) < 0x20 and character != "\n" for character in whole):
        raise _bad_form()
    signatures = []
    for line in lines[:-1].split("\n"):
        match = _LINE.fullmatch(line)
        value = _unb64(match[2]) if match else b""
        if match is None or len(value) <= 4:
            raise _bad_form()
        signatures.append((match[1], value[:4], value[4:]))
    if len(signatures) > _MAX_SIGNATURES:
        raise _bad_form()
    return SignedNote(text + "\n", tuple(signatures))


def verified(note: SignedNote, keys: Iterable[VerifierKey]) -> set[Algorithm]:
    """The algorithms of the given keys that signed the note; signatures of other keys are passed over.

    Raises `NoteError` LOG_NOTE_SIGNATURE when a line that names one of the keys does not fit.
    """
    known = {(key.name, key.key_id): key for key in keys}
    found: set[Algorithm] = set()
    for name, key_id, signature in note.signatures:
        key = known.get((name, key_id))
        if key is None:
            continue
        if not key.fits(note.text.encode(), signature):
            raise NoteError(
                "LOG_NOTE_SIGNATURE",
                "Žurnāla kontrolpunkta paraksts neder.",
                "A signature of the log's checkpoint does not fit.",
                next_lv="Iegūstiet pierādījumu un kontrolpunktu vēlreiz; ja tas atkārtojas, ziņojiet operatoram.",
                next_en="Fetch proof and checkpoint again; if it happens again, tell the operator.",
            )
        found.add(key.algorithm)
    return found


def signature_line(key: VerifierKey, signature: bytes) -> str:
    """One line of a note, with its line end."""
    return f"— {key.name} {_b64(key.key_id + signature)}\n"


@lru_cache(maxsize=64)
def _public(
    algorithm: Algorithm, data: bytes
) -> ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey | mldsa.MLDSA65PublicKey | None:
    try:
        if algorithm == "Ed25519":
            return ed25519.Ed25519PublicKey.from_public_bytes(data)
        if algorithm == "ML-DSA-65":
            return mldsa.MLDSA65PublicKey.from_public_bytes(data)
        key = load_der_public_key(data)
    except ValueError:
        return None
    is_p256 = isinstance(key, ec.EllipticCurvePublicKey) and isinstance(key.curve, ec.SECP256R1)
    return key if is_p256 and isinstance(key, ec.EllipticCurvePublicKey) else None


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _unb64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise _bad_form() from None
    if _b64(data) != text:
        raise _bad_form()
    return data


def _bad_form() -> NoteError:
    return NoteError(
        "LOG_NOTE_FORM",
        "Žurnāla kontrolpunkts vai atslēga nav nolasāma.",
        "The log's checkpoint or key cannot be read.",
        next_lv="Iegūstiet to no žurnāla vēlreiz.",
        next_en="Fetch it from the log again.",
    )
