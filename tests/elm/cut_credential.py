"""Credentials of plain dicts cut into pieces and entries by lot: as composing would do it, or wildly."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from credential_mutations import nodes

from issuer.elm.entries import CredentialId, Entry, Moment, Picture, Text
from issuer.elm.piece import Piece, write

Node = dict[str, Any]

KINDS: tuple[type[Entry], ...] = (Text, Moment, CredentialId, Picture)


class Cutter:
    """Cuts one credential; the same seed cuts at the same places. `wild`: anywhere, also where no piece is accepted."""

    def __init__(self, credential: Node, seed: int, *, wild: bool) -> None:
        self._credential, self._wild = credential, wild
        self._chance = random.Random(seed)
        self._same: dict[str, str] = {}
        self._share = self._chance.choice((0.05, 0.2, 0.5))
        ids = Counter(repr(node.get("id")) for node in nodes(credential))
        self._repeated = {identifier for identifier, count in ids.items() if count > 1}

    def cut(self) -> Piece:
        """The credential as one text with parts."""
        return write({key: self._part(of, key, key != "type", False) for key, of in self._credential.items()})

    def _part(self, value: Any, key: str, fillable: bool, in_piece: bool) -> Any:
        if isinstance(value, list):
            return [self._part(each, key, self._wild, in_piece) for each in value]
        if isinstance(value, dict):
            return self._node(value, key, fillable, in_piece)
        if not isinstance(value, str) or not fillable:
            return value
        if self._wild:
            return self._entry(value, key)
        if key == "schemeId":  # an address, for which there is no class of entries
            return value
        if value not in self._same:  # what is said twice stays the same
            self._same[value] = self._entry(value, key)
        return self._same[value]

    def _entry(self, text: str, key: str) -> str:
        return self._kind(text, key)(text) if self._chance.random() < self._share else text

    def _node(self, node: Node, key: str, fillable: bool, in_piece: bool) -> Any:
        is_node = "type" in node
        sensible = (
            is_node and key != "issuer" and node["type"] not in ("Concept", "ConceptScheme", "Evidence")
        )
        is_piece = (sensible or self._wild) and self._chance.random() < self._share
        in_piece = in_piece or is_piece
        if is_node:
            fillable = not in_piece and repr(node.get("id")) not in self._repeated
        made = {
            each: self._part(of, each, self._wild or (fillable and each not in ("id", "type")), in_piece)
            for each, of in node.items()
        }
        return write(made) if is_piece else made

    def _kind(self, text: str, key: str) -> type[Entry]:
        if self._wild and self._chance.random() < 0.1:
            return self._chance.choice(KINDS)
        if text.startswith("urn:credential:"):
            return CredentialId
        return Moment if text[4:5] == "-" and text[10:11] == "T" else Picture if key == "content" else Text
