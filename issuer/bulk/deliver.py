"""Handing documents out: copies of those that have at least a time stamp, and no others.

    report = deliver(out, to, "B-T")

A B-B seal dies with its key: once the certificate is revoked or has ended, nobody can tell when it was made. So a
document below B-T is never handed out (LEVEL_BELOW_BT), whatever level is asked for; and the time stamp must be one of
this document, or it is as good as none.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from issuer.bulk.folder_error import writing_to
from issuer.bulk.sealed_folder import clear_aside, documents, ranges, replace_whole
from issuer.errors import AtestatsError
from issuer.seal import etsi_u, levels
from issuer.seal.jades_document import JadesDocument, parse
from issuer.seal.levels import LEVELS, Level
from issuer.seal.tsp import parse_token

LOWEST: Final[Level] = "B-T"
_RANGE: Final = 256
# What belongs to a document and goes with it: the QR code, the proof that the log holds it.
_BESIDE: Final = (".qr.png", ".proof.json")


class NotDeliveredError(AtestatsError):
    """A document that is not handed out: LEVEL_BELOW_BT, LEVEL_TOO_LOW (below what was asked for), LEVEL_STAMP."""


@dataclass(slots=True)
class Delivery:
    """How many documents were handed out by level, how many were there already, and which were refused and why."""

    delivered: Counter[Level] = field(default_factory=Counter)
    unchanged: int = 0
    refused: dict[Path, AtestatsError] = field(default_factory=dict)


def deliver(out: Path, to: Path, level: Level = LOWEST) -> Delivery:
    """Copy the documents of `out` that have `level` or more into `to`, at the same relative paths.

    Whole files only; run again, it copies what is new or has risen. Raises `AtestatsError` OUT_EMPTY,
    OUT_NOT_WRITTEN, DELIVER_SAME.
    """
    if to.resolve() == out.resolve():
        raise _SAME_FOLDER
    found = documents(out)
    delivery = Delivery()
    with writing_to(to):
        to.mkdir(parents=True, exist_ok=True)
        clear_aside(to)
        for some in ranges(found, _RANGE):
            contents: list[tuple[Path, bytes]] = []
            for path in some:
                try:
                    data = path.read_bytes()
                    reached = check_deliverable(data, level)
                except AtestatsError as error:
                    delivery.refused[path] = error
                    continue
                new = _changed(path, data, out, to)
                delivery.delivered[reached] += bool(new)
                delivery.unchanged += not new
                contents += new
            replace_whole(to, contents)
        clear_aside(to)
    return delivery


def check_deliverable(data: bytes, level: Level = LOWEST) -> Level:
    """The level of a sealed file that may be handed out; raises `NotDeliveredError`, or what `parse` raises."""
    document = parse(data)
    reached = levels.level_of(document)
    if reached == "B-B":
        raise _error(
            "LEVEL_BELOW_BT",
            "Dokumentam nav laika zīmoga; tādu neizsniedz.",
            "The document has no time stamp; such a one is not handed out.",
        )
    if LEVELS.index(reached) < LEVELS.index(level):
        raise _error(
            "LEVEL_TOO_LOW",
            f"Dokumenta līmenis ir {reached}, prasīts {level}.",
            f"The level of the document is {reached}, asked for is {level}.",
        )
    _check_stamps(document)
    return reached


def _check_stamps(document: JadesDocument) -> None:
    """Every `sigTst` is of this signature and signed; whether its authority is trusted was judged when it was kept."""
    for number, seal in enumerate(document.signatures):
        for item in etsi_u.read_items(seal):
            if item.name != "sigTst":
                continue
            token = parse_token(etsi_u.tokens(item)[0])
            token.check_signature()
            imprint = levels.signature_imprint(document, token.imprint_algorithm, signature=number)
            if token.imprint != imprint:
                raise _error(
                    "LEVEL_STAMP",
                    "Laika zīmogs nav par šo dokumentu.",
                    "The time stamp is not of this document.",
                )


def _changed(path: Path, data: bytes, out: Path, to: Path) -> list[tuple[Path, bytes]]:
    """The files of one document that are not in `to` yet as they are here; the document itself last."""
    files = [path.with_name(path.name.removesuffix(".jsonld") + suffix) for suffix in _BESIDE]
    contents = [(each, each.read_bytes()) for each in files if each.exists()] + [(path, data)]
    targets = [(to / each.relative_to(out), content) for each, content in contents]
    return [(target, content) for target, content in targets if not _holds(target, content)]


def _holds(path: Path, content: bytes) -> bool:
    try:
        return path.stat().st_size == len(content) and path.read_bytes() == content
    except FileNotFoundError:
        return False


def _error(code: str, message_lv: str, message_en: str) -> NotDeliveredError:
    return NotDeliveredError(
        code,
        message_lv,
        message_en,
        next_lv="Pievienojiet līmeni: atestats augment, tad izsniedziet vēlreiz.",
        next_en="Raise the level with atestats augment, then deliver again.",
    )


_SAME_FOLDER = AtestatsError(
    "DELIVER_SAME",
    "Izsniegt var tikai uz citu mapi.",
    "Documents are handed out to another folder only.",
    next_lv="Norādiet citu mapi ar --to.",
    next_en="Give another folder with --to.",
)
