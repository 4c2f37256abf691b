"""The official SHACL shapes of EDC AP 1.2.0 as the outside judge of what we compose."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pyshacl
import rdflib
from pyld import jsonld
from pyld.documentloader.frozen import BUNDLED_CONTEXTS, FrozenDocumentLoader

_ELM = "http://data.europa.eu/snb/model/context/edc-ap"


class OfficialJudge:
    def __init__(self, elm: Path) -> None:
        self._shapes_dir = elm / "shapes" / "3.2"
        context = json.loads((elm / "contexts" / "edc-ap.elm-3.2.jsonld").read_text(encoding="utf-8"))
        self._loader = FrozenDocumentLoader(dict(BUNDLED_CONTEXTS, **{_ELM: context}))

    @cache  # noqa: B019 - one judge per session
    def _shapes(self, *extra: str) -> rdflib.Graph:
        graph = rdflib.Graph()
        for name in ("EDC-generic-full", "EDC-generic-no-cv", *extra):
            graph.parse(self._shapes_dir / f"{name}.ttl")
        return graph

    def graph(self, credential: dict[str, Any]) -> rdflib.Graph:
        """The RDF that a reader with the official context sees."""
        quads = jsonld.to_rdf(credential, {"format": "application/n-quads", "documentLoader": self._loader})
        return rdflib.Graph().parse(data=quads, format="nt")

    def complaints(self, credential: dict[str, Any]) -> str:
        """ "" when the official shapes accept it, else their report."""
        mandate = "mandate" in credential["credentialSchema"]["id"]
        graph = self.graph(credential)
        if len(graph) < 100:
            return f"only {len(graph)} triples: the shapes would be satisfied by nothing"
        shapes = self._shapes("EDC-issuedByMandate") if mandate else self._shapes()
        conforms, _, report = pyshacl.validate(graph, shacl_graph=shapes)
        return "" if conforms else report
