"""The nodes of one document by their `id`: copies, stubs, conflicts and references.

In RDF two places with the same `id` are one node. A document may therefore repeat a node (readers without
framing, such as the European viewer, need it) as an identical copy or as a stub that says a part of the
same; anything else would merge two different things into one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from issuer.elm.messages import Findings
from issuer.elm.terms import NodeClass


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place where a node stands."""

    path: str
    node: dict[str, Any]
    of: NodeClass


@dataclass(frozen=True, slots=True)
class Reference:
    """One place where a node is only named; `expected` are the classes that fit there."""

    path: str
    key: str
    target: str
    expected: tuple[str, ...]


class Graph:
    """Collects occurrences and references while a document is walked, and judges them at the end."""

    def __init__(self) -> None:
        self._nodes: dict[str, list[Occurrence]] = {}
        self._references: list[Reference] = []

    def add(self, identifier: str, occurrence: Occurrence) -> None:
        """One more place where the node `identifier` stands."""
        self._nodes.setdefault(identifier, []).append(occurrence)

    def refer(self, reference: Reference) -> None:
        """One more place where a node is named."""
        self._references.append(reference)

    def fullest(self, identifier: object) -> Occurrence | None:
        """The place that says most about a node (the first of equals), or None."""
        places = self._nodes.get(identifier) if isinstance(identifier, str) else None
        return max(places, key=lambda place: len(place.node)) if places else None

    def complete_nodes(self) -> list[Occurrence]:
        """For every node the place that says most about it."""
        return [max(places, key=lambda place: len(place.node)) for places in self._nodes.values()]

    def judge(self, findings: Findings) -> None:
        """Note conflicting copies, and references that lead nowhere or to the wrong class."""
        for places in self._nodes.values():
            if len(places) > 1:
                self._judge_copies(places, findings)
        for reference in self._references:
            self._judge_reference(reference, findings)

    def _judge_copies(self, places: list[Occurrence], findings: Findings) -> None:
        full = max(places, key=lambda place: len(place.node))
        said = statement(full)
        for place in places:
            if place is full:
                continue
            differs = sorted(key for key, value in statement(place).items() if said.get(key) != value)
            if differs:
                keys = ", ".join(differs)
                findings.note("NODE_CONFLICT", place.path, other=full.path, keys=keys)

    def _judge_reference(self, reference: Reference, findings: Findings) -> None:
        target = self.fullest(reference.target)
        if target is None:
            findings.note("REFERENCE_DANGLING", reference.path)
        elif target.of.name not in reference.expected:
            expected = ", ".join(reference.expected)
            findings.note(
                "TYPE_WRONG", reference.path, key=reference.key, found=target.of.name, expected=expected
            )
        else:
            findings.note("REFERENCE_ONLY", reference.path)


def statement(place: Occurrence) -> dict[str, Any]:
    """What one occurrence says, in a form to compare: lists for single values, ids for embedded nodes."""
    return {key: _comparable_list(value, 0) for key, value in place.node.items()}


def _comparable_list(value: Any, depth: int) -> list[Any]:
    return [_comparable(each, depth) for each in (value if isinstance(value, list) else [value])]


def _comparable(value: Any, depth: int) -> Any:
    """An embedded node counts by its id. One without an id, and anything that has no place here, equals
    nothing:
    repeated, it would be two nodes in RDF."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            return {"id": value["id"]}
        if "type" in value or depth > 1:
            return object()
        return {tag: _comparable_list(text, depth + 1) for tag, text in value.items()}
    if isinstance(value, list):
        return object()
    return (type(value).__name__, value)
