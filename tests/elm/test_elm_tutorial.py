"""How the room works, from a concept to a verdict. Read this first."""

from __future__ import annotations

from typing import Any

from issuer.elm import Validator, concept, validate


def test_a_concept_comes_complete_and_in_two_languages():
    assert concept("nqf-latvia", 4) == {
        "id": "http://data.europa.eu/snb/qdr/c_14b672c3",
        "type": "Concept",
        "inScheme": {"id": "http://data.europa.eu/snb/qdr/25831c2", "type": "ConceptScheme"},
        "prefLabel": {"lv": "LKI 4. līmenis", "en": "LQF Level 4"},
    }


def test_a_sound_credential_has_no_findings(ours: dict[str, Any]):
    assert validate(ours) == []


def test_a_misspelt_key_is_named_with_what_was_meant(ours: dict[str, Any]):
    ours["credentialSubject"]["dateOfBrith"] = ours["credentialSubject"].pop("dateOfBirth")
    [finding] = validate(ours)
    assert (finding.code, finding.severity) == ("KEY_UNKNOWN", "error")
    assert finding.path == "credentialSubject.dateOfBrith"
    assert "dateOfBirth" in finding.message_lv
    assert "dateOfBirth" in finding.message_en


def test_everything_that_is_wrong_is_said_at_once(ours: dict[str, Any]):
    del ours["issued"]
    del ours["issuanceDate"]
    ours["credentialSubject"]["familyName"]["en"] = "Paraudzina"
    ours["credentialSubject"]["hasClaim"]["specifiedBy"]["eqfLevel"]["id"] = (
        "http://data.europa.eu/snb/eqf/99"
    )
    assert {finding.code for finding in validate(ours)} >= {"MISSING", "TOO_MANY", "CONCEPT_UNKNOWN"}


def test_what_others_sealed_is_judged_with_patience_but_not_blindly(ours: dict[str, Any]):
    ours["credentialProfiles"]["id"] = "http://data.europa.eu/snb/credential/c_added_later"
    assert {(each.code, each.severity) for each in validate(ours, own=False)} == {
        ("CONCEPT_NEW", "warning"),
        ("PROFILE_DIFFERS", "warning"),
    }
    assert all(each.severity == "error" for each in validate(ours))


def test_the_fast_answer_serves_the_hot_path(ours: dict[str, Any]):
    validator = Validator()
    assert validator.is_valid_fast(ours)
    del ours["issuer"]["location"]
    assert not validator.is_valid_fast(ours)
