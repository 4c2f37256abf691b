"""`displayParameter`: how the document looks. One bilingual page, as a picture, in the primary language's display."""

from __future__ import annotations

from typing import Any

from issuer.credential.facts import Facts
from issuer.credential.issuing import Issuing, Node
from issuer.credential.nodes import ENG, LAV, texts
from issuer.elm.concepts import concept

BLANK_PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR42mP4DwABAQEAHLCMmQAAAABJRU5ErkJggg=="
"""A white point (PNG, base64): stands where the page will be until it has been painted."""


def display_parameter(facts: Facts, issuing: Issuing) -> Node:
    """The display of this kind of document, still without its page; cached."""
    mark = facts.mark["lv"] if facts.mark else ""
    return issuing.store.piece(("display", facts.document_type.code, mark), lambda: _display(facts))


def with_content(display: Node, content: str) -> Node:
    """The same display showing the picture `content` (PNG, base64)."""
    individual = display["individualDisplay"][0]
    detail = individual["displayDetail"][0]
    image = {**detail["image"], "content": content}
    shown = {**individual, "displayDetail": [{**detail, "image": image}]}
    return {**display, "individualDisplay": [shown]}


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
