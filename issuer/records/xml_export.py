"""The XML export: `<viisExport>` with one `<record>` for each graduate, element names as in the JSON form.

Each record is parsed by itself, so a broken one is a finding and the next is read. Document type declarations are
refused: the format has none, and they are what entity attacks are made of. `nil="true"` is null; text is kept
exactly.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from issuer.errors import AtestatsError
from issuer.findings import Finding
from issuer.records.fields import RECORD, Group, Leaf, Listing
from issuer.records.framing import OversizeError, Piece, pieces
from issuer.records.messages import say
from issuer.records.row import SourceRow

MAX_RECORD: Final = 256 * 1024
_ROOT = re.compile(rb"<viisExport(?=[\s>])")
_ENCODING = re.compile(rb"<\?xml[^>]*encoding=[\"']([^\"']*)[\"']")
_WHOLE = re.compile("-?[0-9]{1,15}")
_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,17})?")


def read_xml(path: Path) -> Iterator[SourceRow]:
    """The records of the file at `path`, counted from 1. Raises AtestatsError when it is not such an export."""
    number = 0
    with path.open("rb") as file:
        parts = pieces(file, "record", MAX_RECORD)
        try:
            for piece in parts:
                if number == 0:
                    piece = Piece(_after_root(path, piece.before), piece.element, piece.whole)
                if piece.before.strip() and piece.element:
                    # Something between two records: most likely a record whose own tag is broken.
                    number += 1
                    yield _unreadable(number, "PARSE.xml")
                if piece.element:
                    number += 1
                    yield _row(number, piece)
                elif piece.before.strip() != b"</viisExport>":
                    yield _unreadable(number + 1, "PARSE.truncated")
        except OversizeError:
            yield _unreadable(number + 1, "PARSE.large", limit=MAX_RECORD // 1024)


def _after_root(path: Path, head: bytes) -> bytes:
    """What stands between the root's start tag and the first record."""
    encoding = _ENCODING.search(head[:200])
    root = _ROOT.search(head)
    if root is None or b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise _not_an_export(path)
    if encoding is not None and encoding.group(1).lower() not in (b"utf-8", b"utf8", b"us-ascii"):
        raise _not_an_export(path)
    return head[head.find(b">", root.start()) + 1 :]


def _row(number: int, piece: Piece) -> SourceRow:
    if not piece.whole:
        return _unreadable(number, "PARSE.xml")
    try:
        piece.element.decode()
    except UnicodeDecodeError:
        return _unreadable(number, "ENCODING")
    try:
        # No declaration can stand inside an element, so there is no entity to expand and nothing to fetch.
        element = ET.fromstring(piece.element)  # noqa: S314
    except (ET.ParseError, ValueError):
        return _unreadable(number, "PARSE.xml")
    findings: list[Finding] = []
    record = _group(RECORD, element, "", findings)
    return SourceRow(number, record, tuple(findings))


def _unreadable(number: int, key: str, **values: object) -> SourceRow:
    return SourceRow(number, None, (say(key, "", **values),))


def _members(group: Group) -> Iterator[tuple[str, dict[str, Leaf | Group | Listing]]]:
    yield group.name, {member.name: member for member in group.members}
    for member in group.members:
        if not isinstance(member, Leaf):
            yield from _members(member.item if isinstance(member, Listing) else member)


_MEMBERS: Final = dict(_members(RECORD))  # the groups of the table have names of their own


def _group(group: Group, element: ET.Element, path: str, findings: list[Finding]) -> dict[str, Any]:
    members = _MEMBERS[group.name]
    value: dict[str, Any] = {}
    prefix = f"{path}." if path else ""
    if element.text and not element.text.isspace():
        findings.append(say("PARSE.xml", path))
    for child in element:
        if child.tail and not child.tail.isspace():
            findings.append(say("PARSE.xml", path))
        name = child.tag
        if name in value:
            findings.append(say("DUP_KEY", prefix + name))
            continue
        value[name] = _member(members.get(name), child, prefix + name, findings)
    return value


def _member(
    member: Leaf | Group | Listing | None, element: ET.Element, path: str, findings: list[Finding]
) -> Any:
    if element.attrib:
        if element.attrib.keys() != {"nil"} or element.attrib["nil"] not in ("true", "false"):
            findings.append(say("EXTRA_FIELD", path))
        elif element.attrib["nil"] == "true":
            if len(element) or (element.text or "").strip():
                findings.append(say("PARSE.xml", path))
            return None
    if isinstance(member, Group):
        return _group(member, element, path, findings)
    if isinstance(member, Listing):
        return _listing(member, element, path, findings)
    if len(element):
        if member is not None:
            findings.append(say("PARSE.xml", path))
        return None
    text = element.text or ""
    if isinstance(member, Leaf) and member.kind == "integer" and _WHOLE.fullmatch(text):
        return int(text)
    if isinstance(member, Leaf) and member.kind == "number" and _NUMBER.fullmatch(text):
        return float(text)
    return text


def _listing(listing: Listing, element: ET.Element, path: str, findings: list[Finding]) -> list[Any]:
    items = []
    if (element.text or "").strip():
        findings.append(say("PARSE.xml", path))
    for n, child in enumerate(element):
        if child.tag != listing.item.name or (child.tail or "").strip():
            findings.append(say("PARSE.xml", path))
        items.append(_group(listing.item, child, f"{path}[{n}]", findings))
    return items


def _not_an_export(path: Path) -> AtestatsError:
    return AtestatsError(
        "XML_NOT_AN_EXPORT",
        f"Datne {path.name} nav VIIS XML eksports UTF-8 kodējumā vai satur DTD.",
        f"The file {path.name} is not a VIIS XML export in UTF-8, or it holds a DTD.",
        next_lv="Eksportējiet datni vēlreiz kā XML.",
        next_en="Export the file again as XML.",
    )
