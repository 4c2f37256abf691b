"""What was found out about texts that repeat: the fast answer for documents made of pieces and entries.

A text is judged once, with stand-ins for its parts, and the answer is kept by that text:

* For a piece stands its `{id, type}`. All that the schema asks of a node in its place, beyond what it asks of its
  class everywhere, is of its id, its type or further members that must be there: where it accepts the stand-in it
  accepts the piece, which is judged by itself as a node of its class.
* For an entry stands a probe, which fits only where every sound entry of its class fits (`entries`). A node with
  entries stands once in a document, so that no copy has to agree with it.

Whether the copies of a node in different texts agree is kept by these texts together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple

import orjson

from issuer.elm.agreement import MOST_LEVELS, Node, Nodes, agree, gather, incomplete
from issuer.elm.entries import CREDENTIAL, Entry
from issuer.elm.piece import Piece, joined

LIMIT = 10_000
"""Answers of one kind that are kept, a few kilobytes each; then they are forgotten."""

Judge = Callable[[Any, bytes], bool]
"""Whether a JSON value, given also as text, is valid by the schema and by its characters."""


@dataclass(frozen=True, slots=True, eq=False)
class _Proof:
    """What is known of a valid text. `filled`: ids of nodes with entries; `incomplete`: of nodes that lack a member."""

    name: tuple[str, str]
    stand_in: bytes
    nodes: Nodes
    filled: frozenset[str]
    incomplete: list[str]
    levels: int


@dataclass(frozen=True, slots=True, eq=False)
class _Known:
    """A piece with its proof and those of the pieces within, and how many levels of nodes they make together."""

    proofs: tuple[_Proof, ...]
    levels: int


class _Text(NamedTuple):
    """The text of a piece by itself, with what stands for its parts; `probes`: what stands for entries."""

    gaps: tuple[bytes, ...]
    stand_ins: list[bytes]
    probes: list[bytes]
    within: list[_Known]


class Proofs:
    """Judges each text once. `mandatory`: class -> keys that a complete node has."""

    def __init__(self, document: Judge, node: Judge, mandatory: Mapping[str, frozenset[str]]) -> None:
        self._document, self._node, self._mandatory = document, node, mandatory
        self._documents: dict[tuple[bytes, ...], _Proof | None] = {}
        self._pieces: dict[tuple[bytes, ...], _Proof | None] = {}
        self._agreements: dict[tuple[_Proof, ...], bool] = {}
        self._known: dict[Piece, _Known] = {}
        self._same: dict[bytes, Node] = {}

    def hold_for(self, document: Piece) -> bool:
        """Whether the credential that `document` writes is valid beyond doubt."""
        text = self._text(document)
        if text is None:
            return False
        proof = self._proof(text, self._document)
        if proof is None or proof.levels + _deepest(text.within) > MOST_LEVELS:
            return False
        if not self._issuer_is_whole(proof, text.within):
            return False
        return self._agree(proof, *dict.fromkeys([each for known in text.within for each in known.proofs]))

    def _issuer_is_whole(self, document: _Proof, within: Iterable[_Known]) -> bool:
        """Whether the issuer has its mandatory members where it stands, as a piece or written out."""
        issuer = document.nodes[document.name[0]].get("issuer")
        if issuer.__class__ is not dict:
            return False
        pieces = [known.proofs[0] for known in within if known.proofs[0].name[0] == issuer["id"]]
        return any(self.is_whole_issuer(node) for node in (issuer, *(p.nodes[p.name[0]] for p in pieces)))

    def is_whole_issuer(self, node: Node) -> bool:
        """Whether this node has all that an issuer must have (EDC AP: an eIDAS identifier besides its class's own)."""
        return self._mandatory[node["type"]] <= node.keys() and "eIDASIdentifier" in node

    def _text(self, piece: Piece) -> _Text | None:
        """The text of `piece` with stand-ins; None when a part is not sound."""
        text = _Text(piece.gaps, [], [], [])
        numbers: dict[int, int] = {}
        for part in piece.parts:
            if isinstance(part, Piece):
                known = self._known.get(part) or self._look_at(part)
                if known is None:
                    return None
                text.within.append(known)
                text.stand_ins.append(known.proofs[0].stand_in)
            elif part.is_sound():
                probe = _probe(part.__class__, numbers.setdefault(id(part), len(numbers)))
                text.probes.append(probe)
                text.stand_ins.append(probe)
            else:
                return None
        return text

    def _look_at(self, piece: Piece) -> _Known | None:
        text = self._text(piece)
        proof = None if text is None or text.probes else self._proof(text, self._node)
        if text is None or proof is None:
            return None
        proofs = (proof, *[each for known in text.within for each in known.proofs])
        known = _Known(proofs, proof.levels + _deepest(text.within))
        if not piece.parts:
            _make_room(self._known)
            self._known[piece] = known
        return known

    def _proof(self, text: _Text, judge: Judge) -> _Proof | None:
        kept = self._documents if judge is self._document else self._pieces
        key = (*text.gaps, *text.stand_ins)
        if key not in kept:
            _make_room(kept, self._known, self._same, self._agreements)
            kept[key] = self._prove(text, judge)
        return kept[key]

    def _agree(self, *proofs: _Proof) -> bool:
        if proofs not in self._agreements:
            _make_room(self._agreements)
            nodes, filled = dict(proofs[0].nodes), proofs[0].filled
            open_ids = {identifier for proof in proofs for identifier in proof.incomplete}
            self._agreements[proofs] = (
                all(filled.isdisjoint(proof.nodes) for proof in proofs[1:])
                and agree(nodes, [proof.nodes for proof in proofs[1:]])
                and not incomplete({each: nodes[each] for each in open_ids}, self._mandatory)
            )
        return self._agreements[proofs]

    def _prove(self, text: _Text, judge: Judge) -> _Proof | None:
        try:
            written = joined(text.gaps, text.stand_ins)
            root = orjson.loads(written)
        except ValueError:
            return None
        if not judge(root, written):
            return None
        filled = _filled(root, [orjson.loads(probe) for probe in text.probes])
        found = gather(root, dict([known.proofs[0].name for known in text.within]))
        if (
            filled is None or found is None or (filled and "validUntil" in root)
        ):  # dates that depend on each other
            return None
        nodes, levels = found
        ids_of_credentials = {each for each in nodes if each.startswith(CREDENTIAL)}
        if ids_of_credentials - ({root["id"]} if judge is self._document else set()):
            return None
        return _Proof(
            (root["id"], root["type"]),
            orjson.dumps({"id": root["id"], "type": root["type"]}),
            {each: self._same.setdefault(orjson.dumps(node), node) for each, node in nodes.items()},
            filled,
            incomplete(nodes, self._mandatory),
            levels,
        )


def _filled(root: Node, probes: list[str]) -> frozenset[str] | None:
    """The ids of nodes with `probes` in them; None unless each stands where only its class matters.

    That is the value of a member other than `id` and `type`; and the id of the document. Every string that looks like
    a probe has to be one.
    """
    found, ids, known = 0, set[str](), set(probes)
    waiting: list[tuple[Any, str]] = [(root, "")] if probes else []
    while waiting:
        value, owner = waiting.pop()
        if value.__class__ is dict:
            owner = value["id"] if "type" in value else owner
            for key, each in value.items():
                if each.__class__ is not str:
                    waiting.append((each, owner))
                elif each in known:
                    if key in ("id", "type") and value is not root:
                        return None
                    found += 1
                    ids.add(owner)
        elif value.__class__ is list:
            if not known.isdisjoint([each for each in value if each.__class__ is str]):
                return None
            waiting += [(each, owner) for each in value]
    return frozenset(ids) if found == len(probes) else None


def _deepest(within: Iterable[_Known]) -> int:
    return max([known.levels for known in within], default=0)


@lru_cache(maxsize=1024)
def _probe(of: type[Entry], number: int) -> bytes:
    return orjson.dumps(of.probe(number))


def _make_room(kept: dict[Any, Any], *others: dict[Any, Any]) -> None:
    """Forgets everything when there is too much of it, and with it what builds on it."""
    if len(kept) >= LIMIT:
        for each in (kept, *others):
            each.clear()
