"""The levels of a JAdES seal: what each adds, and over which bytes its time stamps go (TS 119 182-1, 5.3 and 6.3).

    imprint = signature_imprint(parse(data))
    data = with_timestamp(data, token)                               # B-B  → B-T
    data = with_validation_data(data, certificates, crls, ocsps)     # B-T  → B-LT
    imprint = archive_imprint(parse(data))
    data = with_archive_timestamp(data, token)                       # B-LT → B-LTA, and once more at every renewal

Bytes in, bytes out, no clock and no network. An item is put in at its place; every byte that was there before stays as
it was. A token that does not fit the document, or a step out of its order, is refused, so a file never carries
evidence of another one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import Final, Literal

from issuer.errors import AtestatsError
from issuer.seal import etsi_u, jades
from issuer.seal.etsi_u import Item, ValidationData, read_items
from issuer.seal.jades_document import JadesDocument, JadesSignature, parse
from issuer.seal.tsp import TimestampToken, parse_token

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
    JADES_ETSIU when the items are not base64url texts.
    """
    seal = document.signatures[signature]
    items = [item.encoded for item in read_items(seal)[:upto]]
    return _archive_imprint(document, seal, items, algorithm)


def _archive_imprint(
    document: JadesDocument, seal: JadesSignature, items: Sequence[str], algorithm: str
) -> bytes:
    digest = hashlib.new(algorithm, document.payload_text.encode())
    digest.update(f".{seal.protected_b64}.{seal.signature_b64}.".encode("ascii"))
    digest.update("".join(items).encode("ascii"))
    return digest.digest()


# ── the steps ──


def with_timestamp(data: bytes, token: bytes, *, document: JadesDocument | None = None) -> bytes:
    """B-B → B-T: `data` with a `sigTst` of this DER token, whose imprint must fit.

    `document` is what `parse(data)` gives, for a caller that has it; so in the other steps. Raises `LevelError`,
    `TimestampError` and what `parse` raises.
    """
    document, seal, items = _open(document or parse(data))
    if items:
        raise _out_of_order("B-B", "B-T")
    _demand_imprint(parse_token(token), lambda algorithm: signature_imprint(document, algorithm))
    return _with_items(data, document, seal, items, [etsi_u.time_stamp_item("sigTst", token)])


def with_validation_data(
    data: bytes,
    certificates: Iterable[bytes],
    crls: Iterable[bytes],
    ocsps: Iterable[bytes],
    *,
    document: JadesDocument | None = None,
) -> bytes:
    """B-T → B-LT: `xVals` and `rVals` with these DER values; certificates that `x5c` holds are left out.

    To a document that has an archive time stamp they are added as `tstVD`, before its next one. Raises `LevelError`
    and what `parse` raises.
    """
    document, seal, items = _open(document or parse(data))
    level = _level(items)
    if level not in ("B-T", "B-LTA"):
        raise _out_of_order("B-T", "B-LT")
    in_header = set(header_certificates(seal))
    added = ValidationData(
        tuple(der for der in dict.fromkeys(certificates) if der not in in_header),
        tuple(dict.fromkeys(crls)),
        tuple(dict.fromkeys(ocsps)),
    )
    if not added.crls and not added.ocsps:
        raise _error(
            "LEVEL_EMPTY",
            "Nav datu par sertifikātu atsaukšanu.",
            "There is no revocation data to add.",
        )
    later = level == "B-LTA"
    new = [etsi_u.later_validation_item(added)] if later else etsi_u.validation_items(added)
    return _with_items(data, document, seal, items, new)


def with_archive_timestamp(data: bytes, token: bytes, *, document: JadesDocument | None = None) -> bytes:
    """B-LT → B-LTA: an `arcTst` over everything before it. A document that has one gets another (renewal).

    Raises `LevelError`, `TimestampError` and what `parse` raises.
    """
    document, seal, items = _open(document or parse(data))
    if _level(items) not in ("B-LT", "B-LTA"):
        raise _out_of_order("B-LT", "B-LTA")
    encoded = [item.encoded for item in items]
    _demand_imprint(
        parse_token(token), lambda algorithm: _archive_imprint(document, seal, encoded, algorithm)
    )
    return _with_items(data, document, seal, items, [etsi_u.time_stamp_item("arcTst", token)])


def _open(document: JadesDocument) -> tuple[JadesDocument, JadesSignature, tuple[Item, ...]]:
    """A file with one seal and nothing that `serialise` would not write again."""
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
    return document, seal, read_items(seal)


def _with_items(
    data: bytes, document: JadesDocument, seal: JadesSignature, old: Sequence[Item], new: Sequence[str]
) -> bytes:
    """`data` with items added at the end of etsiU, every other byte in place.

    A file of another spelling (spaces, another order of members) is written in ours: same signed bytes.
    """
    tail = f'"signature":"{seal.signature_b64}"}}]}}'.encode("ascii")
    quoted = ",".join(f'"{item}"' for item in new).encode("ascii")
    opened = f'{old[-1].encoded}"]}},'.encode("ascii") + tail if old else b""
    if old and data.endswith(opened):
        return data[: -len(tail) - 3] + b"," + quoted + b"]}," + tail
    closed = f'"protected":"{seal.protected_b64}",'.encode("ascii") + tail
    if not old and data.endswith(closed):
        return data[: -len(tail)] + b'"header":{"etsiU":[' + quoted + b"]}," + tail
    encoded = [*(item.encoded for item in old), *new]
    return jades.serialise(document.payload_text, [(seal.protected_b64, seal.signature_b64, encoded)])


def header_certificates(seal: JadesSignature) -> list[bytes]:
    """The DER certificates of `x5c`, the signer's first; raises `JadesError` JADES_ETSIU."""
    chain = seal.protected.get("x5c", [])
    if not isinstance(chain, list):
        raise etsi_u.bad_item()
    return [etsi_u.pki_value(each) for each in chain]


def _demand_imprint(token: TimestampToken, imprint: Callable[[str], bytes]) -> None:
    if token.imprint != imprint(token.imprint_algorithm):
        raise _error(
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
