"""`displayParameter`: how the document looks. One bilingual page, as a picture, in the primary language's display."""

from __future__ import annotations

from typing import Any

from issuer.credential.facts import Facts
from issuer.credential.issuing import Issuing, Node
from issuer.credential.nodes import ENG, LAV, texts
from issuer.elm.concepts import concept
from issuer.elm.piece import Piece

BLANK_PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg=="
"""A white point (PNG, base64): stands where the page will be until it has been painted."""


def display_parameter(facts: Facts, issuing: Issuing) -> Piece:
    """The display of this kind of document, still without its page."""
    return issuing.store.piece(("display without page", *_kind(facts)), lambda: _display(facts))


def display_with(content: str, facts: Facts, issuing: Issuing) -> Node:
    """The same display showing the picture `content` (PNG, base64)."""
    display = issuing.store.kept(("display", *_kind(facts)), lambda: _display(facts))
    individual = display["individualDisplay"][0]
    detail = individual["displayDetail"][0]
    image = {**detail["image"], "content": content}
    shown = {**individual, "displayDetail": [{**detail, "image": image}]}
    return {**display, "individualDisplay": [shown]}


def _kind(facts: Facts) -> tuple[str, str]:
    return facts.document_type.code, facts.mark["lv"] if facts.mark else ""


def _display(facts: Facts) -> Node:
    display: dict[str, Any] = {
        "id": "urn:epass:displayParameter:1",
        "type": "DisplayParameter",
        "title": texts(facts.document_type.name),
    }
    if facts.mark is not None:
        display["description"] = texts(facts.mark)
    display["primaryLanguage"] = LAV
    display["language"] = [LAV, ENG]
    display["individualDisplay"] = [
        {
            "id": "urn:epass:individualDisplay:1",
            "type": "IndividualDisplay",
            "language": LAV,
            "displayDetail": [
                {
                    "id": "urn:epass:displayDetail:1",
                    "type": "DisplayDetail",
                    "page": 1,
                    "image": {
                        "id": "urn:epass:mediaObject:1",
                        "type": "MediaObject",
                        "content": BLANK_PICTURE,
                        "contentEncoding": concept("encoding", "base64"),
                        "contentType": concept("file-type", "PNG"),
                    },
                }
            ],
        }
    ]
    return display
