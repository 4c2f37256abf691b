"""Table 12.1 of the EDC reference and its kin: what people get wrong, also where the official shapes let it pass."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from small_credential import credential

from issuer.elm import Validator, concept, validate

Node = dict[str, Any]
Change = Callable[[Node], object]


def _claim(node: Node) -> Node:
    return node["credentialSubject"]["hasClaim"]  # type: ignore[no-any-return]


def _part(node: Node) -> Node:
    return _claim(node)["hasPart"][0]  # type: ignore[no-any-return]


def _assessment(node: Node) -> Node:
    proof = _part(node)["provenBy"]
    return proof[0] if isinstance(proof, list) else proof  # type: ignore[no-any-return]


def _individual(node: Node) -> Node:
    shown = node["displayParameter"]["individualDisplay"]
    return shown[0] if isinstance(shown, list) else shown  # type: ignore[no-any-return]


def _detail(node: Node) -> Node:
    detail = _individual(node)["displayDetail"]
    return detail[0] if isinstance(detail, list) else detail  # type: ignore[no-any-return]


def _set(place: Node, **members: Any) -> None:
    place.update(members)


def _principal(node: Node) -> None:
    person = {"id": "urn:x:principal", "type": "Person", "fullName": {"lv": "Anna Paraudziņa"}}
    awarded = _claim(node)["awardedBy"]
    awarded["awardingBody"] = [awarded["awardingBody"], person]


def _specification_with_level(node: Node) -> None:
    _part(node)["specifiedBy"] = {
        "id": "urn:x:specification",
        "type": "LearningAchievementSpecification",
        "title": {"lv": "Matemātika"},
        "eqfLevel": copy.deepcopy(concept("eqf", 4)),
    }


# name: (change, a code that must be among the errors)
TABLE_12_1: dict[str, tuple[Change, str]] = {
    "familyName in two languages": (
        lambda n: _set(n["credentialSubject"]["familyName"], en="Other"),
        "TOO_MANY",
    ),
    "principal as Person in awardingBody": (_principal, "MISSING"),
    "no individualDisplay": (lambda n: n["displayParameter"].pop("individualDisplay"), "MISSING"),
    "no issuer eIDASIdentifier": (lambda n: n["issuer"].pop("eIDASIdentifier"), "MISSING"),
    "no issued": (lambda n: n.pop("issued"), "MISSING"),
    "eqfLevel on LearningAchievementSpecification": (_specification_with_level, "LEVEL_MISPLACED"),
    "key misspelt": (
        lambda n: _set(n["credentialSubject"], dateOfBrith=n["credentialSubject"].pop("dateOfBirth")),
        "KEY_UNKNOWN",
    ),
    "dateOfBirth without time": (
        lambda n: _set(n["credentialSubject"], dateOfBirth="2007-05-14"),
        "DATETIME_BAD",
    ),
    "dateOfBirth the Latvian way": (
        lambda n: _set(n["credentialSubject"], dateOfBirth="14.05.2007"),
        "DATETIME_BAD",
    ),
    "invented concept": (
        lambda n: _set(_claim(n)["specifiedBy"]["eqfLevel"], id="http://data.europa.eu/snb/eqf/99"),
        "CONCEPT_UNKNOWN",
    ),
    "concept without inScheme": (
        lambda n: _claim(n)["specifiedBy"]["eqfLevel"].pop("inScheme"),
        "SCHEME_MISSING",
    ),
    "no @context": (lambda n: n.pop("@context"), "CONTEXT_MISSING"),
    "awardedBy as string reference": (
        lambda n: _set(_part(n), awardedBy=_claim(n)["awardedBy"]["id"]),
        "REFERENCE_ONLY",
    ),
}

_GREEK = "eIDAS\u0399dentifier"  # a capital iota looks like a capital I

FURTHER: dict[str, tuple[Change, str]] = {
    "a Greek letter in a key": (
        lambda n: _set(n["issuer"], **{_GREEK: n["issuer"].pop("eIDASIdentifier")}),
        "KEY_UNKNOWN",
    ),
    "a day that does not exist": (
        lambda n: _set(n["credentialSubject"], dateOfBirth="2018-02-30T00:00:00Z"),
        "DATETIME_BAD",
    ),
    "a time without zone": (
        lambda n: _set(n["credentialSubject"], dateOfBirth="2018-02-28T00:00:00"),
        "DATETIME_ZONE",
    ),
    "contexts in the wrong order": (lambda n: n["@context"].reverse(), "CONTEXT_WRONG"),
    "a context of one's own": (lambda n: n["@context"].append("https://example.org/own"), "CONTEXT_EXTRA"),
    "only the ELM context": (
        lambda n: _set(n, **{"@context": "http://data.europa.eu/snb/model/context/edc-ap"}),
        "CONTEXT_WRONG",
    ),
    "a list keyword": (lambda n: _set(_claim(n), **{"@graph": []}), "KEYWORD_REFUSED"),
    "a reverse keyword": (lambda n: _set(n, **{"@reverse": {}}), "KEYWORD_REFUSED"),
    "a context in the middle": (lambda n: _set(_claim(n), **{"@context": {}}), "KEYWORD_REFUSED"),
    "dateModified": (lambda n: _set(n["issuer"], dateModified="2037-01-01T00:00:00Z"), "KEY_BROKEN"),
    "latitude": (lambda n: _set(n["issuer"]["location"], latitude="57.1"), "KEY_BROKEN"),
    "the typo of ELM 3.1": (
        lambda n: _set(_assessment(n), resultDestribution={"id": "urn:x:1", "type": "ResultDistribution"}),
        "KEY_UNKNOWN",
    ),
    "a term by its IRI": (lambda n: _set(_claim(n), **{"dc:title": "x"}), "KEY_ALIAS"),
    "a compact IRI": (lambda n: _set(_claim(n), **{"dc:rights": "x"}), "KEY_COMPACT"),
    "proof in a document sealed as a file": (lambda n: _set(n, proof={"type": "Proof"}), "KEY_MISPLACED"),
    "two values of one language": (
        lambda n: _set(_claim(n)["title"], lv=["viens", "divi"]),
        "LANGUAGE_REPEATS",
    ),
    "a language in two spellings": (
        lambda n: _set(_claim(n), title={"lv": "a", "lv-LV": "b", "lv-lv": "c"}),
        "LANGUAGE_REPEATS",
    ),
    "no language": (lambda n: _set(_claim(n)["title"], latviešu="x"), "LANGUAGE_TAG"),
    "a language that is none": (lambda n: _set(_claim(n)["title"], xx="x"), "LANGUAGE_TAG"),
    "text without language": (lambda n: _set(_claim(n), title="Pamatizglītība"), "VALUE_TYPE"),
    "a mark as a number": (lambda n: _set(_assessment(n)["grade"], noteLiteral={"lv": 8}), "VALUE_TYPE"),
    "page as a fraction": (lambda n: _set(_detail(n), page=1.0), "VALUE_TYPE"),
    "page zero": (lambda n: _set(_detail(n), page=0), "NUMBER_BAD"),
    "a null": (lambda n: _set(_claim(n), description=None), "NULL_VALUE"),
    "an empty list": (lambda n: _set(_claim(n), entitlesTo=[]), "LIST_EMPTY"),
    "an empty mandatory list": (lambda n: _set(n["displayParameter"], language=[]), "MISSING"),
    "a language with nothing in it": (lambda n: _set(_claim(n), title={"lv": []}), "MISSING"),
    "a list in a list": (lambda n: _set(_claim(n), hasPart=[[_part(n)]]), "LIST_NESTED"),
    "the same part twice": (
        lambda n: _claim(n)["hasPart"].append(copy.deepcopy(_part(n))),
        "LIST_REPEATS",
    ),
    "one id for two nodes": (
        lambda n: _set(_claim(n)["hasPart"][1], id=_part(n)["id"]),
        "NODE_CONFLICT",
    ),
    "a stub that says something else": (
        lambda n: _set(_part(n)["awardedBy"]["awardingBody"], legalName={"lv": "Cita skola"}),
        "NODE_CONFLICT",
    ),
    "a stub of a node that is nowhere complete": (
        lambda n: _set(
            _claim(n), entitlesTo={"id": "urn:x:1", "type": "LearningEntitlement", "title": {"lv": "x"}}
        ),
        "MISSING",
    ),
    "a reference to nothing": (lambda n: _set(_part(n), awardedBy="urn:x:nothing"), "REFERENCE_DANGLING"),
    "a reference to the wrong kind": (
        lambda n: _set(_part(n), awardedBy=_claim(n)["id"]),
        "TYPE_WRONG",
    ),
    "the wrong class": (lambda n: _set(_assessment(n), type="LearningActivity"), "TYPE_WRONG"),
    "a class of nobody": (lambda n: _set(_assessment(n), type="Exam"), "TYPE_UNKNOWN"),
    "no class": (lambda n: _assessment(n).pop("type"), "TYPE_MISSING"),
    "a relative id": (lambda n: _set(_assessment(n), id="assessment-1"), "ID_BAD"),
    "an id that a prefix would expand": (lambda n: _set(_assessment(n), id="elm:assessment"), "ID_COMPACT"),
    "a concept of the wrong list": (
        lambda n: _set(_claim(n)["specifiedBy"], eqfLevel=copy.deepcopy(concept("country", "LVA"))),
        "SCHEME_WRONG",
    ),
    "an invented country": (
        lambda n: _set(
            n["issuer"]["eIDASIdentifier"]["spatial"],
            id="http://publications.europa.eu/resource/authority/country/LV",
        ),
        "CONCEPT_NEW",
    ),
    "a control character": (lambda n: _set(_claim(n)["title"], lv="Pamat\u0007izglītība"), "TEXT_CONTROL"),
    "half a surrogate pair": (lambda n: _set(_claim(n)["title"], lv="Pamat\ud83d"), "TEXT_CONTROL"),
    "an empty text": (lambda n: _set(_claim(n)["title"], lv=""), "TEXT_EMPTY"),
    "a picture that is none": (lambda n: _set(_detail(n)["image"], content="AAAA"), "MEDIA_TYPE"),
    "a picture cut off": (
        lambda n: _set(_detail(n)["image"], content=_detail(n)["image"]["content"][:-3]),
        "MEDIA_BASE64",
    ),
    "two dates for one moment": (lambda n: _set(n, issuanceDate="2037-06-16T09:00:00Z"), "DATES_DIFFER"),
    "an end for half of the readers": (
        lambda n: _set(n, validUntil="2040-01-01T00:00:00Z"),
        "DATES_DIFFER",
    ),
    "over before it begins": (
        lambda n: _set(n, validUntil="2001-01-01T00:00:00Z", expirationDate="2001-01-01T00:00:00Z"),
        "DATES_INVERTED",
    ),
    "the schema of another profile": (
        lambda n: _set(n["credentialSchema"], id="http://data.europa.eu/snb/model/ap/edc-accredited"),
        "PROFILE_DIFFERS",
    ),
    "a schema of nobody": (
        lambda n: _set(n["credentialSchema"], id="https://example.org/schema"),
        "PROFILE_UNKNOWN",
    ),
    "a status that says nothing": (
        lambda n: _set(n, credentialStatus={"id": "urn:x:status", "type": "CredentialStatus"}),
        "STATUS_BAD",
    ),
    "a credential of VC 2.0": (
        lambda n: _set(n, **{"@context": ["https://www.w3.org/ns/credentials/v2"]}),
        "CONTEXT_WRONG",
    ),
}


def _errors(document: Node, *, own: bool = True) -> set[str]:
    return {finding.code for finding in validate(document, own=own) if finding.severity == "error"}


@pytest.mark.parametrize("name", TABLE_12_1)
@pytest.mark.parametrize("own", [True, False], ids=["ours", "foreign"])
def test_every_row_of_table_12_1_is_an_error(ours: Node, name: str, own: bool):
    change, code = TABLE_12_1[name]
    change(ours)
    assert code in _errors(ours, own=own)


@pytest.mark.parametrize("name", TABLE_12_1)
def test_every_row_of_table_12_1_is_an_error_in_the_authored_sample(latvian_sample: Node, name: str):
    change, code = TABLE_12_1[name]
    assert validate(latvian_sample) == []
    change(latvian_sample)
    assert code in _errors(latvian_sample)
    assert code in _errors(latvian_sample, own=False)


@pytest.mark.parametrize("name", FURTHER)
def test_what_else_goes_wrong_is_named(ours: Node, validator: Validator, name: str):
    change, code = FURTHER[name]
    change(ours)
    assert code in _errors(ours)
    assert not validator.is_valid_fast(ours)


def test_a_copy_and_a_stub_of_a_node_are_allowed(ours: Node):
    part = copy.deepcopy(_part(ours))
    part["id"] = "urn:epass:learningAchievement:3"
    part["provenBy"]["id"] = "urn:epass:learningAssessment:3"
    part["awardedBy"]["awardingBody"] = copy.deepcopy(ours["issuer"])
    _claim(ours)["hasPart"].append(part)
    assert validate(ours) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda n: _set(_claim(n)["title"], lv="Pamatizgli\u0304ti\u0304ba"), "TEXT_DECOMPOSED"),
        (lambda n: _set(_claim(n)["title"], lv="Pamat\u202eizglītība"), "TEXT_DIRECTION"),
        (lambda n: _assessment(n)["grade"].pop("id"), "ID_MISSING"),
        (lambda n: _set(_claim(n)["specifiedBy"]["eqfLevel"], prefLabel={"en": "Level 7"}), "CONCEPT_LABEL"),
        (
            lambda n: _set(
                _assessment(n)["gradeStatus"], id="http://data.europa.eu/snb/grade-status/c_other"
            ),
            "CONCEPT_UNSURE",
        ),
    ],
)
def test_doubts_are_warnings(change: Change, code: str):
    spoiled = credential()
    change(spoiled)
    assert code in {finding.code for finding in validate(spoiled) if finding.severity == "warning"}
    assert _errors(spoiled) == set()


def test_texts_never_repeat_what_the_document_says(ours: Node):
    ours["credentialSubject"]["nationalID"] = "140518-12345"
    ours["credentialSubject"]["familyName"]["en"] = "Paraudziņa"
    said = "".join(f.message_lv + f.message_en + f.path for f in validate(ours))
    assert "14051" not in said
    assert "Paraudziņa" not in said
