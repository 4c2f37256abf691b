"""The controlled lists hold what the EU's own files hold, and nodes made from them are complete."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from issuer.elm import codes, concept, concept_iri
from issuer.elm.concept_lists import LISTS
from issuer.elm.opening import open_document
from issuer.errors import AtestatsError


@pytest.mark.parametrize(
    ("name", "file"),
    [
        ("country", "country"),
        ("file-type", "file-type"),
        ("isced-f", "isced-f"),
        ("nqf", "nqf"),
        ("eqf", "eqf"),
        ("assessment", "europass-learning-assessment-types"),
        ("learning-activity", "europass-learning-activity-types"),
        ("learning-opportunity", "europass-learning-opportunity-types"),
        ("learning-setting", "europass-learning-setting-types"),
        ("learning-schedule", "europass-learning-schedule-types"),
        ("learning-assessment", "europass-modes"),
        ("entitlement", "europass-learning-entitlement-types"),
        ("entitlement-status", "europass-learning-entitlement-statuses"),
        ("education-credit", "credit-points"),
        ("encoding", "europass-content-encoding-types"),
        ("skill-type", "skill-types"),
        ("skill-reuse-level", "skill-reuse-levels"),
    ],
)
def test_a_complete_list_is_the_official_one(shared: Path, name: str, file: str):
    text = (shared / "elm/vocab/xsd-loq-cv" / f"{file}.xsd").read_text(encoding="utf-8")
    rows = re.findall(r'enumeration value="([^"]+)".*?documentation>(.*?)</', text, re.DOTALL)
    official = {iri: " ".join(label.replace("&amp;", "&").split()) for iri, label in rows}
    ours = {LISTS[name].base + code: member.en for code, member in LISTS[name].members().items()}
    assert ours == official


def test_every_known_concept_of_the_derived_list_is_known_to_us(shared: Path):
    derived = json.loads((shared / "elm/vocab/edc-concepts.derived.json").read_text(encoding="utf-8"))
    ours = {each.scheme: each for each in LISTS.values()}
    for scheme, members in derived["schemes"].items():
        if scheme in ours and ours[scheme].members():
            assert set(members) <= ours[scheme].iris(), scheme


def test_latvian_levels_follow_the_framework(shared: Path):
    text = (shared / "elm/vocab/xsd-loq-cv/nqf.xsd").read_text(encoding="utf-8")
    for level in range(1, 9):
        iri = concept_iri("nqf-latvia", level)
        assert re.search(rf'value="{re.escape(iri)}".*?documentation>LQF Level {level}</', text, re.DOTALL)


@pytest.mark.parametrize("name", [name for name in LISTS if LISTS[name].members()])
def test_every_node_names_its_scheme_and_has_an_english_label(name: str):
    for code in codes(name):
        node = concept(name, code)
        assert node["id"] == LISTS[name].base + code
        assert node["inScheme"] == {"id": LISTS[name].scheme, "type": "ConceptScheme"}
        assert node["prefLabel"]["en"]


@pytest.mark.parametrize(
    "name", ["country", "language", "isced-f", "eqf", "assessment", "entitlement", "credential"]
)
def test_lists_that_a_latvian_document_shows_have_latvian_names(name: str):
    assert all("lv" in concept(name, code)["prefLabel"] for code in codes(name))


def test_latvian_names_are_the_ones_that_official_documents_carry(shared: Path):
    """EDC software writes labels from the EU's own list, so a sample with Latvian labels is a witness of them."""
    ours = {each.base + code: member.lv for each in LISTS.values() for code, member in each.members().items()}
    sample = (shared / "elm/examples/official-2023/Sample-CertOfPart-signed.jsonld").read_bytes()
    waiting: list[object] = [open_document(sample).credential]
    official: dict[str, str] = {}
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += value.values()
            if value.get("type") == "Concept" and value.get("id") in ours and "lv" in value["prefLabel"]:
                official[value["id"]] = value["prefLabel"]["lv"]
        elif isinstance(value, list):
            waiting += value
    assert official
    assert official.items() <= ours.items()


def test_a_readable_name_is_as_good_as_the_code():
    assert concept("assessment", "written-examination") is concept("assessment", "written-examination")
    assert concept("assessment", "written-examination") == concept("assessment", "6e6cb2cc78")
    assert concept("nqf_latvia", "4") == concept("nqf", "c_14b672c3")
    assert concept("credential-profile", "generic")["id"].endswith("/credential/e34929035b")


@pytest.mark.parametrize(
    ("name", "code"),
    [("eqf", 9), ("nqf-latvia", 0), ("nqf-latvia", "II"), ("country", "LV"), ("no-list", "x")],
)
def test_an_unknown_concept_is_refused_by_name(name: str, code: str | int):
    with pytest.raises(AtestatsError) as refusal:
        concept(name, code)
    assert refusal.value.code == "CONCEPT_UNKNOWN"
