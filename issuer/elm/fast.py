"""The fast answer for documents of our own: valid for certain, or not certain.

`Validator().is_valid_fast(credential)` asks the generated JSON Schema (compiled, in native code) and then
what no schema can say. True means that `validate(credential)` has no error; False means ask `validate`,
which explains. It is for the hot path between composing and sealing: tens of microseconds against a
millisecond.
"""

from __future__ import annotations

from typing import Any

import orjson

from issuer.elm import lexical
from issuer.elm.concept_lists import LISTS
from issuer.elm.json_schema import profile_schema
from issuer.elm.terms import classes, variants
from issuer.elm.values import media_problem

Node = dict[str, Any]

# Bytes that the JSON of a sound credential hardly ever holds: escapes, DEL, C1 controls and their
# neighbours, byte order marks and non-characters. Where one of these shows, every text is looked at.
_DOUBTFUL = (b"\\", b"\x7f", b"\xc2", b"\xef")
_MEMBERS = {
    each.scheme: (each.iris(), each.base if each.extent == "open" else None) for each in LISTS.values()
}
_NUMBERS = {
    name: keys
    for name, of in classes().items()
    if (keys := [key for key, rule in of.rules.items() if rule.kind in ("integer", "positiveInteger")])
}
# Classes below which no number stands, so that Python's == (to which 1 and 1.0 are equal) compares them
# truly.
_NUMBERLESS = {
    "Address",
    "Concept",
    "ConceptScheme",
    "Identifier",
    "LegalIdentifier",
    "Location",
    "Note",
    "Mailbox",
}


class Validator:
    """The compiled schema. Build one per process and keep it: compiling takes some ten milliseconds."""

    def __init__(self) -> None:
        import jsonschema_rs

        self._schema = jsonschema_rs.Draft202012Validator(profile_schema())
        self._generic = {name: of.mandatory() for name, of in classes().items()}
        narrow = frozenset(variants()["issued-by-mandate"].narrows["Evidence"])
        self._mandate = {**self._generic, "Evidence": self._generic["Evidence"] | narrow}

    def is_valid_fast(self, credential: Node, written: bytes | None = None) -> bool:
        """Whether `credential` (as composed: dicts, lists, text, whole numbers, booleans) is valid beyond doubt.

        `written`: `orjson.dumps(credential)`, the bytes to be sealed, where the caller has made them already.
        """
        if not _texts_are_clean(credential, written) or not self._schema.is_valid(credential):
            return False
        mandatory = self._mandate if "evidence" in credential else self._generic
        return _dates_agree(credential) and _nodes_agree(credential, mandatory)


def _texts_are_clean(credential: Node, written: bytes | None) -> bool:
    """No forbidden characters; also false for what no JSON text can say (lone surrogates, endless nesting)."""
    try:
        written = written or orjson.dumps(credential)
    except orjson.JSONEncodeError:
        return False
    if not any(mark in written for mark in _DOUBTFUL):
        return True
    waiting: list[Any] = [credential]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
        elif isinstance(value, str) and lexical.has_forbidden_character(value):
            return False
    return True


def _dates_agree(credential: Node) -> bool:
    if credential["issued"] != credential["issuanceDate"]:
        return False
    end = credential.get("validUntil")
    if end != credential.get("expirationDate"):
        return False
    return end is None or lexical.moment(end) >= lexical.moment(credential["validFrom"])


def _nodes_agree(credential: Node, mandatory: dict[str, frozenset[str]]) -> bool:
    """Copies of a node say the same, every node is complete somewhere, no list repeats, numbers are whole."""
    known: dict[str, Node] = {}
    waiting: list[Node] = [credential]
    while waiting:
        node = waiting.pop()
        identifier, of = node["id"], node["type"]
        if of.__class__ is str and of in _NUMBERS and not _numbers_are_whole(node, _NUMBERS[of]):
            return False
        other = known.get(identifier)
        if other is None:
            known[identifier] = node
        elif other is node or (of.__class__ is str and of in _NUMBERLESS and other == node):
            continue
        elif len(node) <= len(other):
            if not _says_part_of(node, other):
                return False
        elif _says_part_of(other, node):
            known[identifier] = node
        else:
            return False
        if of == "Concept" and _is_listed(node):
            continue
        for value in node.values():
            if value.__class__ is dict:
                if "type" in value:
                    waiting.append(value)
            elif value.__class__ is list:
                if value[0].__class__ is dict:
                    waiting += value
                    value = [each["id"] for each in value]
                if len(value) > 1 and len(set(value)) < len(value):
                    return False
    return _MEMBERS.keys().isdisjoint(known) and _all_sound(known, mandatory)


def _numbers_are_whole(node: Node, keys: list[str]) -> bool:
    return all(node[key].__class__ is int for key in keys if key in node)


def _is_listed(concept: Node) -> bool:
    """Whether the concept is a member of the known list that it names; if so its scheme needs no visit."""
    scheme = concept.get("inScheme")
    if scheme.__class__ is not dict or scheme["id"] not in _MEMBERS:
        return False
    members, base = _MEMBERS[scheme["id"]]
    return concept["id"] in members or (base is not None and concept["id"].startswith(base))


def _says_part_of(stub: Node, full: Node) -> bool:
    """Whether every member of `stub` is the same in `full`; embedded nodes count by id."""
    for key, value in stub.items():
        other = full.get(key)
        if value == other:
            continue
        if value.__class__ is not dict or other.__class__ is not dict or "type" not in value:
            return False
        if value["id"] != other.get("id"):
            return False
    return True


def _all_sound(known: dict[str, Node], mandatory: dict[str, frozenset[str]]) -> bool:
    for node in known.values():
        of = node["type"]
        if of.__class__ is str and not mandatory[of] <= node.keys():
            return False
        if of == "MediaObject" and media_problem(node):
            return False
    return True
