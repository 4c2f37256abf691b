"""The official SHACL shapes as a second judge (needs the extra `shacl`: pyld, rdflib, pyshacl).

    shapes = OfficialShapes(Path("shapes/3.2"))
    findings = shapes.judge(credential)

No network: the W3C contexts come with pyld, the ELM context is the one that we generate. The shapes are the
files of the European Commission (EDC AP 1.2.0), which are not part of this project; the folder is named by
the user.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Any

from issuer.elm.context import edc_context, status_context
from issuer.elm.envelope import profiles
from issuer.elm.terms import ELM_CONTEXT, PREFIXES, STATUS_CONTEXT, properties
from issuer.errors import AtestatsError
from issuer.findings import Finding

_BASE = ("EDC-generic-full.ttl", "EDC-generic-no-cv.ttl")
_OF_PROFILE = {
    "accredited": ("EDC-accredited.ttl",),
    "issued-by-mandate": ("EDC-issuedByMandate.ttl",),
    "converted": ("EDC-converted.ttl",),
    "diploma-supplement": ("EDC-diplomaSupplement.ttl", "EDC-accredited.ttl"),
}


class OfficialShapes:
    """The shapes of one folder; parsed once per profile and kept."""

    def __init__(self, folder: Path) -> None:
        """Raises AtestatsError SHACL_EXTRA or SHACL_SHAPES when the libraries or the files are missing."""
        try:
            import pyld
            import pyshacl
        except ImportError as error:
            raise _no_extra() from error
        missing = [name for name in _BASE if not (folder / name).is_file()]
        if missing:
            raise _no_shapes(", ".join(missing))
        self._folder = folder
        self._pyld, self._pyshacl = pyld, pyshacl
        self._graphs: dict[tuple[str, ...], Any] = {}

    def judge(self, credential: object) -> list[Finding]:
        """What the shapes of the credential's own profiles say: one error per violation, [] when it conforms.

        A document that yields no statements at all is an error too; the shapes alone would let it pass.
        """
        from rdflib import Graph
        from rdflib.exceptions import ParserError

        if not isinstance(credential, dict):
            return [_no_statements()]
        try:
            data = Graph().parse(data=self.statements(credential), format="nt")
        except self._pyld.jsonld.JsonLdError as error:
            return [_not_linked_data(str(error.type))]
        except (ParserError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            # What pyld raises for odd contexts and keywords; rdflib's ParserError for IRIs that are none.
            return [_not_linked_data(type(error).__name__)]
        if not len(data):
            return [_no_statements()]
        names = [name for each in profiles(credential) for name in _OF_PROFILE.get(each.name, ())]
        _, results, _ = self._pyshacl.validate(data, shacl_graph=self._shapes((*_BASE, *names)))
        return sorted(_violations(results), key=lambda found: (found.path, found.message_en))

    def statements(self, credential: dict[str, Any]) -> str:
        """The credential as N-Quads, expanded offline."""
        options = {"documentLoader": self._loader, "format": "application/n-quads"}
        written: str = self._pyld.jsonld.to_rdf(credential, options)
        return written

    @cached_property
    def _loader(self) -> Any:
        from pyld.documentloader.frozen import BUNDLED_CONTEXTS, FrozenDocumentLoader

        ours = {ELM_CONTEXT: edc_context(), STATUS_CONTEXT: status_context()}
        return FrozenDocumentLoader({**BUNDLED_CONTEXTS, **ours})

    def _shapes(self, names: tuple[str, ...]) -> Any:
        """The files as one graph; `owl:imports` dropped, since they name addresses and the files are here."""
        from rdflib import OWL, Graph

        if names not in self._graphs:
            graph = Graph()
            for name in dict.fromkeys(names):
                if not (self._folder / name).is_file():
                    raise _no_shapes(name)
                graph.parse(self._folder / name, format="turtle")
            graph.remove((None, OWL.imports, None))
            self._graphs[names] = graph
        return self._graphs[names]


def _violations(results: Any) -> list[Finding]:
    from rdflib import RDF, SH

    found = []
    for result in results.subjects(RDF.type, SH.ValidationResult):
        focus = str(results.value(result, SH.focusNode))
        path = _key(str(results.value(result, SH.resultPath) or ""))
        rule = str(results.value(result, SH.sourceConstraintComponent)).rpartition("#")[2]
        rule = rule.removesuffix("ConstraintComponent")
        found.append(
            Finding(
                "SHACL",
                "error",
                f"<{focus}>.{path}" if path else f"<{focus}>",
                f"Oficiālās SHACL formas noteikums “{rule}” nav izpildīts.",
                f'The rule "{rule}" of the official SHACL shape is not met.',
            )
        )
    return found


def _key(iri: str) -> str:
    for term in properties().values():
        prefix, _, rest = term.iri.partition(":")
        if PREFIXES.get(prefix, "?") + rest == iri:
            return term.key
    return iri


def _no_statements() -> Finding:
    return Finding(
        "SHACL_EMPTY",
        "error",
        "",
        "No dokumenta neiznāk neviens RDF apgalvojums; oficiālās formas to nevar vērtēt.",
        "The document yields no RDF statement; the official shapes cannot judge it.",
    )


def _not_linked_data(kind: str) -> Finding:
    return Finding(
        "JSONLD_BAD",
        "error",
        "",
        f"Dokuments nav derīgs JSON-LD ({kind}).",
        f"The document is not valid JSON-LD ({kind}).",
    )


def _no_extra() -> AtestatsError:
    return AtestatsError(
        "SHACL_EXTRA",
        "SHACL pārbaudei vajadzīgās bibliotēkas nav instalētas.",
        "The libraries for the SHACL check are not installed.",
        next_lv="Izpildiet: pip install 'atestats[shacl]'",
        next_en="Run: pip install 'atestats[shacl]'",
    )


def _no_shapes(names: str) -> AtestatsError:
    return AtestatsError(
        "SHACL_SHAPES",
        f"Norādītajā mapē nav formu datņu: {names}.",
        f"The folder has no shape files: {names}.",
        next_lv="Norādiet mapi ar EDC AP 1.2.0 (ELM 3.2) formām no Eiropas Komisijas krātuves.",
        next_en="Name the folder with the EDC AP 1.2.0 (ELM 3.2) shapes of the European Commission's repository.",
    )
