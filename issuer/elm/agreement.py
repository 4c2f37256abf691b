"""What no schema can say about the nodes of a document: copies of one node agree, each is complete somewhere.

The nodes of a text, or of a part of it, are gathered by id; of copies the one that says most is kept. Narrower than
`graph` and `walk`, which explain: what passes here has no error there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from issuer.elm.concept_lists import LISTS
from issuer.elm.terms import classes
from issuer.elm.values import media_problem
from issuer.elm.walk import MAX_DEPTH

Node = dict[str, Any]
Nodes = dict[str, Node]
"""The fullest copy of each node, by id."""

MOST_LEVELS = MAX_DEPTH - 1
"""Nodes within nodes in a document; the scheme of a concept may be one more level, which is not gathered."""

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


def gather(root: Node, spoken_for: Mapping[str, str]) -> tuple[Nodes, int] | None:
    """The nodes of a text that the schema accepts, and how many levels of them there are.

    None when copies differ, a list repeats itself, a number is not whole or a file is not what its node says.
    `spoken_for`: id -> class of the pieces that stand in the text as `{id, type}`; what they say is not gathered here.
    """
    nodes: Nodes = {}
    level, levels = [root], 0
    while level:
        levels += 1
        below: list[Node] = []
        for node in level:
            identifier, of = node["id"], node["type"]
            if len(node) == 2 and spoken_for.get(identifier) == of:
                continue
            if of.__class__ is str and of in _NUMBERS and not _numbers_are_whole(node, _NUMBERS[of]):
                return None
            other = nodes.get(identifier)
            if other is None:
                nodes[identifier] = node
            elif other is node or (of.__class__ is str and of in _NUMBERLESS and other == node):
                continue
            elif not _agrees(node, nodes):
                return None
            if not (of == "Concept" and _is_listed(node)) and not _embedded(node, below):
                return None
        if levels > MOST_LEVELS:
            return None
        level = below
    if not _MEMBERS.keys().isdisjoint(nodes) or not _media_are_sound(nodes):
        return None
    return nodes, levels


def agree(nodes: Nodes, parts: Iterable[Nodes]) -> bool:
    """Whether copies in different parts of a document agree; afterwards `nodes` has the nodes of all parts."""
    doubles: dict[int, Node] = {}
    for part in parts:
        for identifier in nodes.keys() & part.keys():
            known = nodes[identifier]
            if known is not part[identifier]:
                doubles[id(known)] = known
        nodes.update(part)
    return all(_agrees(node, nodes) for node in doubles.values())


def incomplete(nodes: Nodes, mandatory: Mapping[str, frozenset[str]]) -> list[str]:
    """The ids of nodes that lack a mandatory member of their class; `mandatory`: class -> its keys."""
    return [
        identifier
        for identifier, node in nodes.items()
        if node["type"].__class__ is str and not mandatory[node["type"]] <= node.keys()
    ]


def _media_are_sound(nodes: Nodes) -> bool:
    return not any(node["type"] == "MediaObject" and media_problem(node) for node in nodes.values())


def _embedded(node: Node, found: list[Node]) -> bool:
    """Adds the nodes within `node` to `found`; false when a list says something twice."""
    for value in node.values():
        if value.__class__ is dict:
            if "type" in value:
                found.append(value)
        elif value.__class__ is list:
            if value[0].__class__ is dict:
                found += value
                value = [each["id"] for each in value]
            if len(value) > 1 and len(set(value)) < len(value):
                return False
    return True


def _agrees(node: Node, nodes: Nodes) -> bool:
    """Whether `node` and the known copy of it say the same as far as both speak; the fuller one stays known."""
    known = nodes[node["id"]]
    if len(node) <= len(known):
        return _says_part_of(node, known)
    nodes[node["id"]] = node
    return _says_part_of(known, node)


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


def _numbers_are_whole(node: Node, keys: list[str]) -> bool:
    return all(node[key].__class__ is int for key in keys if key in node)


def _is_listed(concept: Node) -> bool:
    """Whether the concept is a member of the known list that it names; if so its scheme needs no visit."""
    scheme = concept.get("inScheme")
    if scheme.__class__ is not dict or scheme["id"] not in _MEMBERS:
        return False
    members, base = _MEMBERS[scheme["id"]]
    return concept["id"] in members or (base is not None and concept["id"].startswith(base))
