"""Small ELM nodes that every part of a credential is made of, and the terms of our own in it.

Node ids are URNs that are unique within one credential, numbered per class as EDC software does
(`urn:epass:org:1`); the same id always stands before the same content.
"""

from __future__ import annotations

from collections.abc import Mapping

from issuer.catalogue.page_content import Bilingual
from issuer.credential.issuing import Node
from issuer.elm.concepts import concept
from issuer.elm.entries import Text
from issuer.elm.piece import Piece

LAV = concept("language", "LAV")
ENG = concept("language", "ENG")
LATVIA = concept("country", "LVA")
PASS = concept("grade-status", "pass")
FORMAL = concept("learning-setting", "formal-learning")
CONTINUOUS = concept("assessment", "continuous-evaluation")
WRITTEN = concept("assessment", "written-examination")
SUPERVISED = concept("supervision-verification", "70be69aaf9")

SCHEME = "urn:atestats:scheme:"


def texts(value: Mapping[str, str] | Bilingual) -> dict[str, str]:
    """A language map: English is left out where there is none, never filled with Latvian."""
    lv, en = value["lv"], value["en"]
    return {"lv": lv, "en": en} if en else {"lv": lv}


def own_texts(value: Mapping[str, str] | Bilingual) -> dict[str, str]:
    """`texts` for what only this document says."""
    lv, en = value["lv"], value["en"]
    return {"lv": Text(lv), "en": Text(en)} if en else {"lv": Text(lv)}


def identifier(number: int, scheme: str, scheme_name: str, notation: str) -> Node:
    """`Identifier` number `number` of the credential, in our scheme `scheme`."""
    return {
        "id": f"urn:epass:identifier:{number}",
        "type": "Identifier",
        "notation": notation,
        "schemeName": scheme_name,
        "schemeId": SCHEME + scheme,
    }


def legal_identifier(number: int, scheme_name: str, notation: str) -> Node:
    """`LegalIdentifier` given in Latvia."""
    return {
        "id": f"urn:epass:legalIdentifier:{number}",
        "type": "LegalIdentifier",
        "notation": notation,
        "schemeName": scheme_name,
        "spatial": LATVIA,
    }


def note(name: str, literal: Mapping[str, str], subject: Node | Piece | None = None) -> Node:
    """`Note` `urn:epass:note:<name>` about `subject`."""
    node: Node = {"id": f"urn:epass:note:{name}", "type": "Note", "noteLiteral": literal}
    if subject is not None:
        node["subject"] = subject
    return node


def topic(name: str, label: Bilingual) -> Node:
    """What a note is about: a concept of our own, named so that software can find the note."""
    return {
        "id": f"urn:atestats:concept:{name}",
        "type": "Concept",
        "inScheme": {"id": SCHEME + "note-topic", "type": "ConceptScheme"},
        "prefLabel": texts(label),
    }
