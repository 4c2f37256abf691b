"""The levels of a JAdES seal: what each adds, and over which bytes its time stamps go (TS 119 182-1, 5.3 and 6.3).

    imprint = signature_imprint(parse(data))
    data = with_timestamp(data, token)                               # B-B  → B-T
    data = with_validation_data(data, certificates, crls, ocsps)     # B-T  → B-LT
    imprint = archive_imprint(parse(data))
    data = with_archive_timestamp(data, token)                       # B-LT → B-LTA, and once more at every renewal

    file = SealedFile.read(data)                                     # the same, read once for several steps
    file = file.stamped(token).completed(validation_data)            # tokens as `parse_token` gives them
    file.archived(token).data

Bytes in, bytes out, no clock and no network. An item is put in at its place; every byte that was there before stays as
it was. A token that does not fit the document, or a step out of its order, is refused, so a file never carries
evidence of another one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from issuer.errors import AtestatsError
from issuer.seal import etsi_u, jades
from issuer.seal.etsi_u import Item, ValidationData, read_items
from issuer.seal.jades_document import JadesDocument, JadesSignature, parse
from issuer.seal.tsp import TimestampToken, parse_token

__all__ = [
    "LEVELS",
    "Level",
    "LevelError",
    "SealedFile",
    "archive_imprint",
    "etsi_u",
    "header_certificates",
    "level_of",
    "read_items",
    "signature_imprint",
    "with_archive_timestamp",
    "with_timestamp",
    "with_validation_data",
]

Level = Literal["B-B", "B-T", "B-LT", "B-LTA"]
LEVELS: Final[tuple[Level, ...]] = ("B-B", "B-T", "B-LT", "B-LTA")
# Reference forms of the standard that a baseline seal of level LT must not carry (6.3, table 1).
_REFERENCES: Final = frozenset({"xRefs", "rRefs", "axRefs", "arRefs", "sigRTst", "rfsTst"})


class LevelError(AtestatsError):
    """A step that cannot be taken with this document.

    LEVEL_ORDER (the level before is missing, or this one is there already), LEVEL_IMPRINT (a time stamp of something
    else), LEVEL_FORM (not a file of one seal as the EU's issuer writes it), LEVEL_EMPTY (no validation data).
    """


def level_of(document: JadesDocument) -> Level:
    """The level by form alone, the lowest of the document's signatures; whether the evidence holds is not judged.

    Raises `JadesError` JADES_ETSIU or `StrictJsonError` for properties that cannot be read.
    """
    return min((_level(read_items(each)) for each in document.signatures), key=LEVELS.index)


def _level(items: Sequence[Item]) -> Level:
    names = {item.name for item in items}
    if "sigTst" not in names:
        return "B-B"
    data = etsi_u.validation_data(items)
    if not (data.crls or data.ocsps) or names & _REFERENCES:
        return "B-T"
    return "B-LTA" if "arcTst" in names else "B-LT"


def signature_imprint(document: JadesDocument, algorithm: str = "sha256", *, signature: int = 0) -> bytes:
    """The digest that a `sigTst` of this document covers: of the signature's base64url text (5.3.4)."""
    text = document.signatures[signature].signature_b64
    return hashlib.new(algorithm, text.encode("ascii")).digest()


def archive_imprint(
    document: JadesDocument, upto: int | None = None, algorithm: str = "sha256", *, signature: int = 0
) -> bytes:
    """The digest that an `arcTst` covers which stands (or will stand) at place `upto` of etsiU (5.3.6.2).

    payload ‖ "." ‖ protected ‖ "." ‖ signature ‖ "." ‖ the encoded items before that place, without separators; None
    means all items. The payload is the file's: raw when `b64` is false, else base64url. Raises `JadesError`
    JADES_ETSIU when the items are not texts; what they hold is not looked at.
    """
    seal = document.signatures[signature]
    items = seal.etsi_u if seal.etsi_u is not None else []
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise etsi_u.bad_item()
    return _archive_imprint(document, seal, items[:upto], algorithm)


def _archive_imprint(
    document: JadesDocument, seal: JadesSignature, items: Sequence[str], algorithm: str
) -> bytes:
    # With `b64` false the payload is the text's own bytes; encoding 60 kB once more would be a tenth of the work.
    raw = seal.protected.get("b64", True) is False
    digest = hashlib.new(algorithm, document.payload if raw else document.payload_text.encode())
    covered = f".{seal.protected_b64}.{seal.signature_b64}.{''.join(items)}"
    try:
        digest.update(covered.encode("ascii"))
    except UnicodeEncodeError:
        raise etsi_u.bad_item() from None
    return digest.digest()


def header_certificates(seal: JadesSignature) -> list[bytes]:
    """The DER certificates of `x5c`, the signer's first; raises `JadesError` JADES_ETSIU."""
    chain = seal.protected.get("x5c", [])
    if not isinstance(chain, list):
        raise etsi_u.bad_item()
    return [etsi_u.pki_value(each) for each in chain]


# ── the steps ──


@dataclass(frozen=True, slots=True)
class SealedFile:
    """A file of one seal with its level, and the encoded items of etsiU.

    Each step gives the next file; `data` are its bytes. `document` and `found` (its items) stay those that were read:
    payload, protected header and signature are the same in every later file.
    """

    data: bytes
    document: JadesDocument
    found: tuple[Item, ...]
    level: Level
    items: tuple[str, ...]
    _imprints: dict[str, bytes] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def read(cls, data: bytes) -> SealedFile:
        """Read a file with one seal; raises `LevelError` LEVEL_FORM and what `parse` and `read_items` raise."""
        document = parse(data)
        seal = document.signatures[0]
        if (
            document.serialisation != "general"
            or len(document.signatures) != 1
            or document.other_members
            or document.detached
            or seal.header.keys() - {"etsiU"}
        ):
            raise _error(
                "LEVEL_FORM",
                "Datne nav viens zīmogs ES izsniedzēja formā.",
                "The file is not one seal in the form of the EU's issuer.",
            )
        items = read_items(seal)
        return cls(data, document, items, _level(items), tuple(item.encoded for item in items))

    @property
    def seal(self) -> JadesSignature:
        """The signature."""
        return self.document.signatures[0]

    def signature_imprint(self, algorithm: str = "sha256") -> bytes:
        """What a `sigTst` of this file covers."""
        return signature_imprint(self.document, algorithm)

    def archive_imprint(self, algorithm: str = "sha256") -> bytes:
        """What the next `arcTst` of this file covers."""
        imprint = self._imprints.get(algorithm)
        if imprint is None:  # asked for twice: for the request, and to see that the token fits
            imprint = _archive_imprint(self.document, self.seal, self.items, algorithm)
            self._imprints[algorithm] = imprint
        return imprint

    def stamped(self, token: TimestampToken) -> SealedFile:
        """B-B → B-T; raises `LevelError` LEVEL_ORDER, LEVEL_IMPRINT."""
        if self.items:
            raise _out_of_order("B-B", "B-T")
        if token.imprint != self.signature_imprint(token.imprint_algorithm):
            raise _other_imprint()
        return self._with("B-T", [etsi_u.time_stamp_item("sigTst", token.raw)])

    def completed(self, data: ValidationData) -> SealedFile:
        """B-T → B-LT, without the certificates that `x5c` holds; raises `LevelError` LEVEL_ORDER, LEVEL_EMPTY.

        To a file that has an archive time stamp the data are added as `tstVD`, before its next one.
        """
        if self.level not in ("B-T", "B-LTA"):
            raise _out_of_order("B-T", "B-LT")
        if not data.crls and not data.ocsps:
            raise _error(
                "LEVEL_EMPTY",
                "Nav datu par sertifikātu atsaukšanu.",
                "There is no revocation data to add.",
            )
        in_header = set(header_certificates(self.seal))
        added = ValidationData(
            tuple(der for der in dict.fromkeys(data.certificates) if der not in in_header),
            tuple(dict.fromkeys(data.crls)),
            tuple(dict.fromkeys(data.ocsps)),
        )
        if self.level == "B-LTA":
            return self._with("B-LTA", [etsi_u.later_validation_item(added)])
        return self._with("B-LT", etsi_u.validation_items(added))

    def archived(self, token: TimestampToken) -> SealedFile:
        """B-LT → B-LTA, or one more archive time stamp; raises `LevelError` LEVEL_ORDER, LEVEL_IMPRINT."""
        if self.level not in ("B-LT", "B-LTA"):
            raise _out_of_order("B-LT", "B-LTA")
        if token.imprint != self.archive_imprint(token.imprint_algorithm):
            raise _other_imprint()
        return self._with("B-LTA", [etsi_u.time_stamp_item("arcTst", token.raw)])

    def _with(self, level: Level, new: Sequence[str]) -> SealedFile:
        items = (*self.items, *new)
        return SealedFile(self._spliced(new, items), self.document, self.found, level, items)

    def _spliced(self, new: Sequence[str], items: Sequence[str]) -> bytes:
        """`data` with items added at the end of etsiU, every other byte in place.

        A file of another spelling (spaces, another order of members) is written in ours: same signed bytes.
        """
        seal = self.seal
        tail = f'"signature":"{seal.signature_b64}"}}]}}'.encode("ascii")
        quoted = ",".join(f'"{item}"' for item in new).encode("ascii")
        if self.items:
            opened = f'{self.items[-1]}"]}},'.encode("ascii") + tail
            if self.data.endswith(opened):
                return self.data[: -len(tail) - 3] + b"," + quoted + b"]}," + tail
        else:
            closed = f'"protected":"{seal.protected_b64}",'.encode("ascii") + tail
            if self.data.endswith(closed):
                return self.data[: -len(tail)] + b'"header":{"etsiU":[' + quoted + b"]}," + tail
        text = self.document.payload_text
        return jades.serialise(text, [(seal.protected_b64, seal.signature_b64, items)])


def with_timestamp(data: bytes, token: bytes) -> bytes:
    """B-B → B-T: `data` with a `sigTst` of this DER token, whose imprint must fit.

    Raises `LevelError`, `TimestampError` and what `parse` raises; so do the other steps.
    """
    return SealedFile.read(data).stamped(parse_token(token)).data


def with_validation_data(
    data: bytes, certificates: Iterable[bytes], crls: Iterable[bytes], ocsps: Iterable[bytes]
) -> bytes:
    """B-T → B-LT: `xVals` and `rVals` with these DER values; certificates that `x5c` holds are left out."""
    added = ValidationData(tuple(certificates), tuple(crls), tuple(ocsps))
    return SealedFile.read(data).completed(added).data


def with_archive_timestamp(data: bytes, token: bytes) -> bytes:
    """B-LT → B-LTA: an `arcTst` over everything before it. A document that has one gets another (renewal)."""
    return SealedFile.read(data).archived(parse_token(token)).data


def _other_imprint() -> LevelError:
    return _error(
        "LEVEL_IMPRINT",
        "Laika zīmogs nav par šo dokumentu.",
        "The time stamp is not of this document.",
    )


def _out_of_order(before: Level, level: Level) -> LevelError:
    return _error(
        "LEVEL_ORDER",
        f"Līmeni {level} pievieno tikai dokumentam ar līmeni {before}.",
        f"Level {level} is added to a document of level {before} only.",
    )


def _error(code: str, message_lv: str, message_en: str) -> LevelError:
    return LevelError(
        code,
        message_lv,
        message_en,
        next_lv="Dokuments palicis nemainīts; līmeņus pievieno komanda atestats augment.",
        next_en="The document is as it was; levels are added by the command atestats augment.",
    )
