"""Concepts: are they of the list that the property asks for, and does the list have them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Any

from issuer.elm.concept_lists import LISTS, ConceptList
from issuer.elm.messages import Findings
from issuer.elm.terms import Rule


def check_scheme(rule: Rule, node: dict[str, Any], path: str, findings: Findings) -> None:
    """Whether the concept `node` says that it is of the list that `rule` names."""
    wanted = LISTS[rule.list_name or ""]
    schemes = list(_schemes(node))
    if wanted.scheme in schemes:
        return
    if not rule.demanded:
        findings.note("SCHEME_UNUSUAL", path, expected=wanted.name)
    elif schemes:
        findings.note("SCHEME_WRONG", path, expected=wanted.name)
    else:
        findings.note("SCHEME_MISSING", path)


def check_member(node: dict[str, Any], path: str, findings: Findings) -> None:
    """Whether the lists that the concept `node` claims to be of have it, under that name."""
    for scheme in _schemes(node):
        of = _by_scheme().get(scheme)
        if of is not None:
            _check_in_list(of, node, path, findings)


def code(concept: object) -> str:
    """`PNG` of a file type concept (a node or a bare IRI): the last part of its IRI, "" when there is none."""
    iri = concept.get("id") if isinstance(concept, dict) else concept
    return iri.rpartition("/")[2] if isinstance(iri, str) else ""


def _check_in_list(of: ConceptList, node: dict[str, Any], path: str, findings: Findings) -> None:
    iri = node.get("id")
    if not isinstance(iri, str):
        return
    if iri in of.iris():
        label = node.get("prefLabel")
        english = label.get("en") if isinstance(label, dict) else None
        known = of.members()[iri.removeprefix(of.base)].en
        if isinstance(english, str) and english.casefold() != known.casefold():
            findings.note("CONCEPT_LABEL", path, expected=of.name)
    elif of.extent == "closed":
        findings.note("CONCEPT_UNKNOWN", path, expected=of.name)
    elif of.extent == "known" or not iri.startswith(of.base):
        findings.note("CONCEPT_NEW", path, expected=of.name)
    elif of.members():
        findings.note("CONCEPT_UNSURE", path, expected=of.name)


def _schemes(node: dict[str, Any]) -> list[str]:
    said = node.get("inScheme")
    found = [
        each.get("id") if isinstance(each, dict) else each
        for each in (said if isinstance(said, list) else [said])
    ]
    return [each for each in found if isinstance(each, str)]


@cache
def _by_scheme() -> Mapping[str, ConceptList]:
    return MappingProxyType({each.scheme: each for each in LISTS.values()})
