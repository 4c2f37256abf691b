"""The fast answer for documents of our own: valid for certain, or not certain.

`Validator().is_valid_fast(credential)` asks the generated JSON Schema (compiled, in native code) and then
what no schema can say. True means that `validate(credential)` has no error; False means ask `validate`,
which explains. It is for the hot path between composing and sealing: tens of microseconds against
milliseconds.
"""

from __future__ import annotations

from typing import Any

from issuer.elm import lexical
from issuer.elm.json_schema import profile_schema
from issuer.elm.terms import classes, variants
from issuer.elm.values import media_problem

Node = dict[str, Any]


class Validator:
    """The compiled schema. Build one per process and keep it: compiling takes some ten milliseconds."""

    def __init__(self) -> None:
        import jsonschema_rs

        self._schema = jsonschema_rs.Draft202012Validator(profile_schema())
        narrow = variants()["issued-by-mandate"].narrows["Evidence"]
        self._generic = {name: of.mandatory() for name, of in classes().items()}
        self._mandate = {**self._generic, "Evidence": self._generic["Evidence"] | frozenset(narrow)}

    def is_valid_fast(self, credential: Node) -> bool:
        """Whether `credential` (as composed: dicts, lists, text, whole numbers, booleans) is valid beyond doubt."""
        if not self._schema.is_valid(credential):
            return False
        by_mandate = "evidence" in credential
        return _dates_agree(credential) and _nodes_agree(
            credential, self._mandate if by_mandate else self._generic
        )


def _dates_agree(credential: Node) -> bool:
    if credential["issued"] != credential["issuanceDate"]:
        return False
    end = credential.get("validUntil")
    if end != credential.get("expirationDate"):
        return False
    return end is None or lexical.moment(end) >= lexical.moment(credential["validFrom"])


def _nodes_agree(credential: Node, mandatory: dict[str, frozenset[str]]) -> bool:
    """One pass over all nodes: characters, media, numbers; copies say the same; every node is complete somewhere."""
    known: dict[str, Node] = {}
    waiting: list[Node] = [credential]
    while waiting:
        node = waiting.pop()
        identifier = node.get("id")
        if identifier is not None:
            other = known.get(identifier)
            if other is None:
                known[identifier] = node
            elif other is node or other == node:
                continue
            elif len(node) <= len(other):
                if not _says_part_of(node, other):
                    return False
            elif _says_part_of(other, node):
                known[identifier] = node
            else:
                return False
        for key, value in node.items():
            kind = type(value)
            if kind is str:
                if key != "content" and not _is_clean(value):
                    return False
            elif kind is dict:
                waiting.append(value)
            elif kind is list:
                if not _list_is_clean(value, waiting):
                    return False
            elif kind is not int and kind is not bool:
                return False
        if "content" in node and (media_problem(node) or not node["content"].isascii()):
            return False
    return _all_complete(known, mandatory)


def _list_is_clean(values: list[Any], waiting: list[Node]) -> bool:
    seen = set()
    for value in values:
        if type(value) is dict:
            mark = value["id"]
            waiting.append(value)
        elif type(value) is str and _is_clean(value):
            mark = value
        else:
            return False
        if mark in seen:
            return False
        seen.add(mark)
    return True


def _is_clean(text: str) -> bool:
    if text.isprintable():
        return not text.isspace()
    return not text.isspace() and not lexical.has_forbidden_character(text)


def _says_part_of(stub: Node, full: Node) -> bool:
    """Whether every member of `stub` is the same in `full`; embedded nodes count by id."""
    for key, value in stub.items():
        other = full.get(key)
        if value == other:
            continue
        if type(value) is not dict or type(other) is not dict or "type" not in value:
            return False
        if value["id"] != other.get("id"):
            return False
    return True


def _all_complete(known: dict[str, Node], mandatory: dict[str, frozenset[str]]) -> bool:
    for node in known.values():
        of = node.get("type")
        if type(of) is str and not mandatory[of] <= node.keys():
            return False
    return True
