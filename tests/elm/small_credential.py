"""A small whole credential, made for these tests: no real person, no real school, year 2037."""

from __future__ import annotations

from typing import Any

from issuer.elm import concept

Node = dict[str, Any]

# One white point.
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAGbAWngAAAABJRU5ErkJggg=="

SCHOOL = {
    "id": "urn:epass:org:1",
    "type": "Organisation",
    "legalName": {"lv": "Paraugpilsētas vidusskola", "en": "Paraugpilsēta Secondary School"},
    "eIDASIdentifier": {
        "id": "urn:epass:legalIdentifier:1",
        "type": "LegalIdentifier",
        "notation": "NTRLV-90999900017",
        "spatial": concept("country", "LVA"),
    },
    "location": {
        "id": "urn:epass:location:1",
        "type": "Location",
        "address": {
            "id": "urn:epass:address:1",
            "type": "Address",
            "countryCode": concept("country", "LVA"),
            "fullAddress": {
                "id": "urn:epass:note:address",
                "type": "Note",
                "noteLiteral": {"lv": "Skolas iela 1, Paraugpilsēta"},
            },
        },
    },
}
SCHOOL_STUB = {key: SCHOOL[key] for key in ("id", "type", "legalName")}

PROCESS = {
    "id": "urn:epass:awardingProcess:1",
    "type": "AwardingProcess",
    "awardingBody": SCHOOL_STUB,
    "awardingDate": "2037-06-14T00:00:00+03:00",
}

TEN_POINTS = {
    "id": "urn:epass:gradingScheme:10",
    "type": "GradingScheme",
    "title": {"lv": "10 ballu skala", "en": "10-point scale"},
}


def credential() -> Node:
    """A fresh copy that a test may spoil."""
    built = {
        "id": "urn:credential:00000000-0000-8000-8000-000000000001",
        "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
        "credentialProfiles": concept("credential", "generic"),
        "credentialSchema": {
            "id": "http://data.europa.eu/snb/model/ap/edc-generic-full",
            "type": "ShaclValidator2017",
        },
        "displayParameter": _display(),
        "identifier": {
            "id": "urn:epass:identifier:1",
            "type": "Identifier",
            "schemeId": "urn:atestats:scheme:document-number",
            "schemeName": "Dokumenta sērija un numurs",
            "notation": "PE 100001",
        },
        "credentialSubject": {
            "id": "urn:epass:person:1",
            "type": "Person",
            "givenName": {"lv": "Anna"},
            "familyName": {"lv": "Paraudziņa"},
            "dateOfBirth": "2018-05-14T00:00:00Z",
            "hasClaim": _claim(),
        },
        "issuanceDate": "2037-06-15T09:00:00Z",
        "issued": "2037-06-15T09:00:00Z",
        "validFrom": "2037-06-14T00:00:00+03:00",
        "issuer": SCHOOL,
        "@context": [
            "https://www.w3.org/2018/credentials/v1",
            "http://data.europa.eu/snb/model/context/edc-ap",
        ],
    }
    copied = _copy(built)
    assert isinstance(copied, dict)
    return copied


def by_mandate() -> Node:
    """The same, issued on behalf of the school."""
    node = credential()
    node["credentialProfiles"] = _copy(concept("credential", "issued-by-mandate"))
    node["credentialSchema"]["id"] = "http://data.europa.eu/snb/model/ap/edc-issued-by-mandate"
    node["evidence"] = {
        "id": "urn:epass:evidence:1",
        "type": "Evidence",
        "dcType": _copy(concept("evidence-type", "mandate")),
        "evidenceStatement": "Izdots iestādes vārdā.",
    }
    return node


def _display() -> Node:
    return {
        "id": "urn:epass:displayParameter:1",
        "type": "DisplayParameter",
        "title": {"lv": "Apliecība par vispārējo pamatizglītību", "en": "Certificate of basic education"},
        "description": {"lv": "Paraugs", "en": "Sample"},
        "primaryLanguage": concept("language", "LAV"),
        "language": [concept("language", "LAV"), concept("language", "ENG")],
        "individualDisplay": {
            "id": "urn:epass:individualDisplay:1",
            "type": "IndividualDisplay",
            "language": concept("language", "LAV"),
            "displayDetail": {
                "id": "urn:epass:displayDetail:1",
                "type": "DisplayDetail",
                "page": 1,
                "image": {
                    "id": "urn:epass:mediaObject:1",
                    "type": "MediaObject",
                    "content": PNG,
                    "contentEncoding": concept("encoding", "base64"),
                    "contentType": concept("file-type", "PNG"),
                },
            },
        },
    }


def _claim() -> Node:
    return {
        "id": "urn:epass:learningAchievement:0",
        "type": "LearningAchievement",
        "title": {"lv": "Vispārējā pamatizglītība", "en": "General basic education"},
        "awardedBy": PROCESS,
        "specifiedBy": {
            "id": "urn:epass:qualification:1",
            "type": "Qualification",
            "title": {"lv": "Pamatizglītības programma", "en": "Basic education programme"},
            "eqfLevel": concept("eqf", 2),
            "nqfLevel": concept("nqf-latvia", 2),
            "thematicArea": concept("isced-f", "0011"),
            "language": concept("language", "LAV"),
            "learningSetting": concept("learning-setting", "formal-learning"),
        },
        "hasPart": [_subject(1, "Matemātika", "8"), _subject(2, "Ķīmija", "7")],
    }


def _subject(number: int, name: str, mark: str) -> Node:
    return {
        "id": f"urn:epass:learningAchievement:{number}",
        "type": "LearningAchievement",
        "title": {"lv": name},
        "awardedBy": PROCESS,
        "provenBy": {
            "id": f"urn:epass:learningAssessment:{number}",
            "type": "LearningAssessment",
            "title": {"lv": f"Gada vērtējums: {name}"},
            "awardedBy": PROCESS,
            "grade": {"id": f"urn:epass:note:{number}", "type": "Note", "noteLiteral": {"lv": mark}},
            "gradeStatus": concept("grade-status", "pass"),
            "specifiedBy": {
                "id": f"urn:epass:learningAssessmentSpecification:{number}",
                "type": "LearningAssessmentSpecification",
                "title": {"lv": name},
                "dcType": concept("assessment", "continuous-evaluation"),
                "gradingScheme": TEN_POINTS,
            },
        },
    }


def _copy(value: Any) -> Any:
    """Deep, and without sharing: a mutation of one place must not show in another."""
    if isinstance(value, dict):
        return {key: _copy(each) for key, each in value.items()}
    return [_copy(each) for each in value] if isinstance(value, list) else value
