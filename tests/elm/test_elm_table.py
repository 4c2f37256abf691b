"""The table of terms says what the official shapes say: same properties, cardinalities, classes, datatypes, lists."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from rdflib import SH, Graph, Literal, URIRef
from rdflib.collection import Collection

from issuer.elm.agreement import _NUMBERLESS
from issuer.elm.concept_lists import LISTS
from issuer.elm.terms import NodeClass, Rule, classes, expand, properties, variants

_XSD = "http://www.w3.org/2001/XMLSchema#"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
# Stricter on purpose: a bare Claim must say its type wherever it stands (in the shapes: where it is claimed).
_STRICTER = {("Claim", "dcType")}


@pytest.fixture(scope="module")
def official(shared: Path) -> Graph:
    graph = Graph()
    for name in ("EDC-generic-full.ttl", "EDC-generic-no-cv.ttl"):
        graph.parse(shared / "elm/shapes/3.2" / name, format="turtle")
    return graph


def _constraints(graph: Graph) -> Iterator[tuple[NodeClass, str, URIRef]]:
    """(class, key, property shape); paths for which the context has no term cannot be written at all."""
    by_iri = {expand(each.iri): each for each in classes().values()}
    keys = {expand(each.iri): key for key, each in properties().items()}
    for shape, target in graph.subject_objects(SH.targetClass):
        for constraint in graph.objects(shape, SH.property):
            path = str(graph.value(constraint, SH.path))
            if str(target) in by_iri and path in keys:
                yield by_iri[str(target)], keys[path], constraint  # type: ignore[misc]


def _range(graph: Graph, constraint: URIRef) -> tuple[str, ...]:
    """Local names of the classes or the datatype that a property shape allows."""
    single = graph.value(constraint, SH["class"])
    if single is not None:
        return (str(single),)
    choices = graph.value(constraint, SH["or"])
    if choices is None:
        return ()
    return tuple(str(graph.value(each, SH["class"])) for each in Collection(graph, choices))


def test_every_constraint_of_the_shapes_is_in_the_table(official: Graph):
    compared = 0
    for of, key, constraint in _constraints(official):
        rule = of.rules[key]
        least = official.value(constraint, SH.minCount)
        most = official.value(constraint, SH.maxCount)
        where = f"{of.name}.{key}"
        if isinstance(least, Literal):
            assert rule.least >= int(least), where
        if isinstance(most, Literal):
            assert rule.most is not None, where
            assert rule.most <= int(most), where
        _compare_range(official, constraint, rule, where)
        compared += 1
    assert compared > 400


def _compare_range(official: Graph, constraint: URIRef, rule: Rule, where: str) -> None:
    allowed = _range(official, constraint)
    if allowed:
        assert {expand(classes()[name].iri) for name in rule.classes} <= set(allowed), where
    datatype = str(official.value(constraint, SH.datatype) or "")
    if datatype.startswith(_XSD):
        assert rule.kind == datatype.removeprefix(_XSD), where
    elif datatype == _LANG_STRING:
        unique = official.value(constraint, SH.uniqueLang)
        assert rule.kind == "text" if unique else rule.kind == "texts", where
    for restriction in official.objects(constraint, SH.node):
        for demanded in official.objects(restriction, SH.property):
            scheme = official.value(demanded, SH.hasValue)
            if scheme is not None:
                assert rule.list_name is not None, where
                assert (LISTS[rule.list_name].scheme, rule.demanded) == (str(scheme), True), where


def test_the_table_invents_nothing(official: Graph):
    """Every rule stands in the shapes with the same cardinality, except where we are stricter and say so."""
    known: dict[tuple[str, str], list[Any]] = {}
    for of, key, constraint in _constraints(official):
        known.setdefault((of.name, key), []).append(constraint)
    for of in classes().values():
        for key, rule in of.rules.items():
            if properties()[key].source == "status":
                continue
            constraints = known[of.name, key]
            least = max(int(official.value(each, SH.minCount) or 0) for each in constraints)  # type: ignore[arg-type]
            assert rule.least == least or (of.name, key) in _STRICTER, (of.name, key)


def test_keys_and_rules_agree_on_what_a_value_is():
    for of in classes().values():
        for key, rule in of.rules.items():
            kind = properties()[key].kind
            if properties()[key].source == "broken":
                continue
            expected = {"text": ("text", "texts"), "node": ("node", "iri")}.get(kind, (kind,))
            assert rule.kind in expected, (of.name, key)
            assert set(rule.classes) <= classes().keys()
            assert rule.list_name is None or rule.list_name in LISTS


def test_the_table_covers_the_profile():
    assert len(classes()) == 53
    assert sum(each.source in ("elm", "broken") for each in properties().values()) == 185
    assert list(variants()) == [
        "generic",
        "accredited",
        "issued-by-mandate",
        "converted",
        "diploma-supplement",
    ]


def test_no_number_stands_below_a_class_that_the_fast_answer_compares_by_equality():
    below, waiting = set(_NUMBERLESS), list(_NUMBERLESS)
    while waiting:
        for key, rule in classes()[waiting.pop()].rules.items():
            assert rule.kind not in ("integer", "positiveInteger", "decimal", "boolean"), key
            waiting += [name for name in rule.classes if name not in below]
            below |= set(rule.classes)
