"""Laws that hold for every spoiled credential and for every JSON value at all."""

from __future__ import annotations

import copy
import logging
from pathlib import Path
from typing import Any

import pytest
from credential_mutations import spoil
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_credential import by_mandate, credential

from issuer.elm import Validator, validate
from issuer.elm.opening import open_document
from issuer.elm.shacl import OfficialShapes
from issuer.findings import has_errors

Node = dict[str, Any]

_SEEDS = st.integers(0, 2**32)
_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from(["urn:x:1", "Concept"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(max_size=8)
            | st.sampled_from(["id", "type", "@context", "title", "hasClaim", "lv", "inScheme"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)
_NO_DEADLINE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module", autouse=True)
def _quiet():
    """rdflib reports every unusual literal that a mutation makes."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@settings(_NO_DEADLINE, max_examples=120)
@given(seed=_SEEDS, times=st.integers(1, 2))
def test_what_the_official_shapes_reject_we_reject(shapes: OfficialShapes, seed: int, times: int):
    spoiled, done = spoil((credential, by_mandate)[seed % 2](), seed, times)
    if shapes.judge(spoiled):
        assert has_errors(validate(spoiled)), done
        assert has_errors(validate(spoiled, own=False)), done


@pytest.fixture(scope="module")
def official(shared: Path) -> Node:
    data = (shared / "elm/examples/official-2025/AA-Annex1-MC-signed.jsonld").read_bytes()
    sample = open_document(data).credential
    assert isinstance(sample, dict)
    return sample


@settings(_NO_DEADLINE, max_examples=25)
@given(seed=_SEEDS)
def test_also_for_a_sample_of_the_european_commission(official: Node, shapes: OfficialShapes, seed: int):
    spoiled, done = spoil(official, seed)
    if shapes.judge(spoiled):
        assert has_errors(validate(spoiled, own=False)), done


@settings(_NO_DEADLINE, max_examples=1500)
@given(seed=_SEEDS, times=st.integers(1, 3))
def test_the_fast_answer_never_accepts_what_the_table_rejects(validator: Validator, seed: int, times: int):
    spoiled, done = spoil((credential, by_mandate)[seed % 2](), seed, times)
    if validator.is_valid_fast(spoiled):
        assert not has_errors(validate(spoiled)), done


@settings(_NO_DEADLINE, max_examples=300)
@given(seed=_SEEDS, times=st.integers(1, 4))
def test_patience_never_finds_more_errors_than_strictness(seed: int, times: int):
    spoiled, _ = spoil(credential(), seed, times)
    own = {(each.code, each.path) for each in validate(spoiled) if each.severity == "error"}
    foreign = {(each.code, each.path) for each in validate(spoiled, own=False) if each.severity == "error"}
    assert foreign <= own


@settings(_NO_DEADLINE, max_examples=300)
@given(value=_JSON)
def test_any_json_value_is_judged_and_never_raises(validator: Validator, value: Any):
    assert has_errors(validate(value))
    assert not validator.is_valid_fast(value)


@settings(_NO_DEADLINE, max_examples=300)
@given(seed=_SEEDS, value=_JSON)
def test_any_json_value_in_any_place_never_raises(validator: Validator, seed: int, value: Any):
    spoiled = credential()
    places = [
        spoiled,
        spoiled["issuer"],
        spoiled["credentialSubject"],
        spoiled["credentialSubject"]["hasClaim"],
    ]
    place = places[seed % len(places)]
    place[sorted(place)[seed % len(place)]] = value
    before = copy.deepcopy(spoiled)
    accepted = validator.is_valid_fast(spoiled)
    assert not (accepted and has_errors(validate(spoiled)))
    assert str(spoiled) == str(before)


@pytest.mark.parametrize("opening", ['{"hasClaim":', '{"x":', "[", '{"@context":[', '{"type":["a",'])
def test_bottomless_nesting_is_an_error_and_no_crash(validator: Validator, opening: str):
    value: Any = "bottom"
    for _ in range(50_000):
        value = [value] if opening == "[" else {opening[2:].split('"')[0]: value}
    spoiled = credential()
    for place in (spoiled, spoiled["credentialSubject"], spoiled["displayParameter"]):
        place.update({"type": value} if "type" in opening else {"hasClaim": value})
        place["credentialSchema"] = place["identifier"] = value
    assert has_errors(validate(spoiled))
    assert not validator.is_valid_fast(spoiled)


def test_a_document_wrong_in_a_hundred_thousand_places_is_judged_soon_and_told_shortly():
    spoiled = credential()
    spoiled["credentialSubject"].update({f"key{number}": "x" for number in range(100_000)})
    findings = validate(spoiled)
    assert len(findings) == 501
    assert findings[-1].code == "MORE_ERRORS"
    assert has_errors(findings)


def test_many_warnings_neither_hide_an_error_nor_become_one():
    spoiled = credential()
    first = spoiled["credentialSubject"]["hasClaim"]["hasPart"][0]
    parts = [copy.deepcopy(first) for _ in range(600)]
    for number, part in enumerate(parts):
        part["id"] = f"urn:epass:part:{number}"
        part["provenBy"]["id"] = f"urn:epass:proof:{number}"
        part["provenBy"]["dateIssued"] = "2037-06-14T00:00:00"
    spoiled["credentialSubject"]["hasClaim"]["hasPart"] = parts
    assert not has_errors(validate(spoiled, own=False))
    assert validate(spoiled, own=False)[-1].code == "MORE_WARNINGS"
    spoiled["issuer"].pop("legalName")
    assert has_errors(validate(spoiled, own=False))
