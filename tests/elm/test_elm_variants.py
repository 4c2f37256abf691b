"""The application profiles: each adds its own demands, and the official shapes of the profile agree."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from small_credential import by_mandate, credential

from issuer.elm import Validator, concept, validate
from issuer.elm.shacl import OfficialShapes

Node = dict[str, Any]
_AP = "http://data.europa.eu/snb/model/ap/"


def _as(code: str, schema: str) -> Node:
    node = credential()
    node["credentialProfiles"] = copy.deepcopy(concept("credential", code))
    node["credentialSchema"]["id"] = _AP + schema
    return node


def _evidence(kind: str, **members: Any) -> Node:
    return {
        "id": "urn:epass:evidence:1",
        "type": "Evidence",
        "dcType": copy.deepcopy(concept("evidence-type", kind)),
        **members,
    }


def _accreditation(node: Node) -> Node:
    school = {key: node["issuer"][key] for key in ("id", "type", "legalName")}
    return {
        "id": "urn:epass:accreditation:1",
        "type": "Accreditation",
        "title": {"lv": "Programmas licence"},
        "dcType": copy.deepcopy(concept("accreditation", "program-license")),
        "accreditingAgent": school,
    }


def _accredited() -> Node:
    node = _as("accredited", "edc-accredited")
    node["evidence"] = _evidence("accreditation", accreditation=_accreditation(node))
    return node


def _converted() -> Node:
    node = _as("converted", "edc-converted")
    image = copy.deepcopy(node["displayParameter"]["individualDisplay"]["displayDetail"]["image"])
    node["evidence"] = _evidence("conversion", embeddedEvidence={**image, "id": "urn:epass:mediaObject:2"})
    return node


_MAKERS = {"by mandate": by_mandate, "accredited": _accredited, "converted": _converted}
_NEEDS = {"by mandate": "evidenceStatement", "accredited": "accreditation", "converted": "embeddedEvidence"}


def _places(node: Node) -> set[str]:
    return {finding.path for finding in validate(node) if finding.code == "MISSING"}


@pytest.mark.parametrize("name", _MAKERS)
def test_a_credential_of_each_profile_is_valid(name: str):
    assert validate(_MAKERS[name]()) == []


@pytest.mark.parametrize("name", _MAKERS)
def test_the_shapes_of_the_profile_accept_it(name: str, shapes: OfficialShapes):
    assert shapes.judge(_MAKERS[name]()) == []


@pytest.mark.parametrize("name", _MAKERS)
def test_each_profile_demands_its_evidence(name: str):
    node = _MAKERS[name]()
    del node["evidence"][_NEEDS[name]]
    assert f"evidence.{_NEEDS[name]}" in _places(node)
    del node["evidence"]
    assert "evidence" in _places(node)


@pytest.mark.parametrize("name", _MAKERS)
def test_the_shapes_of_the_profile_demand_the_same(name: str, shapes: OfficialShapes):
    node = _MAKERS[name]()
    del node["evidence"][_NEEDS[name]]
    assert shapes.judge(node)


def test_generic_demands_no_evidence():
    assert "evidence" not in credential()
    assert validate(credential()) == []


def test_accredited_allows_one_achievement_only(shapes: OfficialShapes):
    node = _accredited()
    claim = node["credentialSubject"]["hasClaim"]
    second = {**copy.deepcopy(claim), "id": "urn:epass:learningAchievement:9", "hasPart": []}
    del second["hasPart"]
    node["credentialSubject"]["hasClaim"] = [claim, second]
    assert "TOO_MANY" in {finding.code for finding in validate(node)}
    assert shapes.judge(node)


def test_a_diploma_supplement_demands_what_its_shapes_demand(shapes: OfficialShapes):
    """Ours names everything that is missing; the shapes name the same properties."""
    node = _as("diploma-supplement", "edc-diploma-supplement")
    del node["credentialSubject"]["dateOfBirth"]
    ours = {path.rpartition(".")[2] for path in _places(node)}
    official = {finding.path.rpartition(".")[2] for finding in shapes.judge(node)}
    assert official <= ours | {"hasPart"}
    assert {"dateOfBirth", "fullName", "creditReceived", "maximumDuration", "awardingOpportunity"} <= ours
    assert "evidence" in ours


def _with_status() -> Node:
    node = credential()
    node["@context"].append("https://www.w3.org/ns/credentials/status/v1")
    node["credentialStatus"] = {
        "id": "https://example.org/status/1#7",
        "type": ["CredentialStatus", "BitstringStatusListEntry"],
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://example.org/status/1",
    }
    return node


def test_a_status_entry_is_valid_with_its_context(validator: Validator, shapes: OfficialShapes):
    assert validate(_with_status()) == []
    assert validator.is_valid_fast(_with_status())
    assert shapes.judge(_with_status()) == []


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda n: n["@context"].pop(), "STATUS_BAD"),
        (lambda n: n["credentialStatus"].pop("statusListIndex"), "STATUS_BAD"),
        (
            lambda n: n["credentialStatus"].update(type=["CredentialStatus", "StatusList2021Entry"]),
            "STATUS_BAD",
        ),
        (lambda n: n["credentialStatus"].update(type="BitstringStatusListEntry"), "TYPE_UNKNOWN"),
        (lambda n: n.pop("credentialStatus"), "CONTEXT_EXTRA"),
    ],
)
def test_a_status_entry_that_would_be_lost_is_an_error(validator: Validator, spoil: Any, code: str):
    node = _with_status()
    spoil(node)
    assert code in {finding.code for finding in validate(node) if finding.severity == "error"}
    assert not validator.is_valid_fast(node)


@pytest.mark.parametrize("made", [credential, by_mandate])
def test_the_fast_answer_knows_the_profiles_that_we_issue(made: Any, validator: Validator):
    assert validator.is_valid_fast(made())


def test_the_fast_answer_leaves_other_profiles_to_the_table(validator: Validator):
    assert not validator.is_valid_fast(_accredited())
    without = by_mandate()
    del without["evidence"]["evidenceStatement"]
    assert not validator.is_valid_fast(without)
