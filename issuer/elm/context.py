"""JSON-LD contexts generated from the table of terms.

`edc_context()` says the same as the official ELM 3.2 context
(http://data.europa.eu/snb/model/context/edc-ap) and stands in for it offline; documents keep naming the
official address. `vc2_context()` is our own, for VC 2.0: there `description` is a protected term of the
base context, so the ELM meaning may only come back inside a property (JSON-LD 1.1, 4.1.11: property-scoped
contexts may override protected terms).
"""

from __future__ import annotations

from typing import Any

from issuer.elm.terms import PREFIXES, STATUS_TYPE, Property, classes, expand, properties

_CLASHING = "description"
_NOT_IN_VC2 = ("issued", "issuanceDate", "expirationDate", "holder")


def edc_context() -> dict[str, Any]:
    """The document `{"@context": {...}}` that expands as the official ELM 3.2 context does."""
    return {"@context": {**PREFIXES, **_class_terms(), **_property_terms()}}


def vc2_context() -> dict[str, Any]:
    """The document `{"@context": {...}}` for use after `https://www.w3.org/ns/credentials/v2`.

    It lacks the global `description` and gives it back inside every property that leads from a term of the
    W3C (the credential, its subject, issuer and evidence) to a node that may have a description; and it
    adds the terms of VCDM 1.1 that VC 2.0 has no more but ELM still uses.
    """
    terms = _property_terms()
    description = terms.pop(_CLASHING)
    for key in _gates():
        terms[key] = {**terms[key], "@context": {_CLASHING: description}}
    for key in _NOT_IN_VC2:
        terms[key] = _definition(properties()[key])
    return {"@context": {**PREFIXES, **_class_terms(), **dict(sorted(terms.items()))}}


def status_context() -> dict[str, Any]:
    """The few terms of `https://www.w3.org/ns/credentials/status/v1` that a credential of ours may use."""
    name = STATUS_TYPE[1]
    scoped = {p.key: _definition(p, full=True) for p in properties().values() if p.source == "status"}
    return {"@context": {name: {"@id": expand(f"status:{name}"), "@context": scoped}}}


def _class_terms() -> dict[str, Any]:
    return {name: each.iri for name, each in sorted(classes().items())}


def _property_terms() -> dict[str, Any]:
    return {p.key: _definition(p) for p in properties().values() if p.source in ("elm", "broken")}


def _definition(term: Property, *, full: bool = False) -> dict[str, Any]:
    iri = {"@id": expand(term.iri) if full else term.iri}
    if term.kind == "literal":
        return iri
    if term.kind in ("text", "texts"):
        return {**iri, "@container": "@language"}
    return {**iri, "@type": "@id" if term.kind in ("node", "iri") else f"xsd:{term.kind}"}


def _gates() -> list[str]:
    """Keys of the ELM context that stand on nodes reached through W3C terms and lead to a `description`."""
    leading = _classes_leading_to_description()
    reached = {"EuropeanDigitalCredential"}
    for key, rule in classes()["EuropeanDigitalCredential"].rules.items():
        if properties()[key].source == "w3c":
            reached.update(rule.classes)
    return sorted(
        {
            key
            for name in reached
            for key, rule in classes()[name].rules.items()
            if properties()[key].source == "elm" and not leading.isdisjoint(rule.classes)
        }
    )


def _classes_leading_to_description() -> set[str]:
    leading = {name for name, each in classes().items() if _CLASHING in each.rules}
    grown = True
    while grown:
        more = {
            name
            for name, each in classes().items()
            if any(not leading.isdisjoint(rule.classes) for rule in each.rules.values())
        }
        grown = not more <= leading
        leading |= more
    return leading
