"""Reading an EDC credential: the statement that is judged, and the part that may be shown.

The credential may come from anyone, so every member may be missing or of any type; what is not there in the expected
form is treated as absent. A single value may stand for a list of one (JSON-LD).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from issuer.trust.entity import local_day
from issuer.verify.statement import Statement

SCHEME_TYPE = "urn:atestats:scheme:document-type"
SCHEME_NUMBER = "urn:atestats:scheme:document-number"
SCHEME_REGISTRATION = "urn:atestats:scheme:registration-number"

Node = Mapping[str, Any]
_NOTHING: Node = {}


def nodes(value: object) -> list[Node]:
    """The objects in a value that is one object or a list of them."""
    if isinstance(value, dict):
        return [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def node(value: object) -> Node:
    """The first object, or an empty one."""
    found = nodes(value)
    return found[0] if found else _NOTHING


def text(value: object) -> str | None:
    """A string, or None."""
    return value if isinstance(value, str) else None


def texts(value: object) -> dict[str, str]:
    """A language map with strings as values, or {}."""
    if not isinstance(value, dict):
        return {}
    return {language: words for language, words in value.items() if isinstance(words, str)}


def statement_of(credential: Node) -> Statement:
    """The statement of a credential; pure, never raises."""
    unreadable: list[str] = []

    def moment(*names: str) -> dt.datetime | None:
        found = None
        for name in names:
            if name in credential and found is None:
                found = _moment(credential[name])
                if found is None:
                    unreadable.append(name)
        return found

    issued = moment("issuanceDate", "issued")
    valid_from = moment("validFrom") or issued
    ends = [end for end in (moment("expirationDate"), moment("validUntil")) if end is not None]
    issuer = node(credential.get("issuer"))
    claims = nodes(node(credential.get("credentialSubject")).get("hasClaim"))
    days = [day for day in map(_awarding_day, claims) if day is not None]
    return Statement(
        document_type=identifier(credential, SCHEME_TYPE),
        issuer=text(node(issuer.get("eIDASIdentifier")).get("notation")),
        awarding=_awarding_bodies(claims, issuer),
        awarded_on=tuple(sorted(set(days))),
        issued_on=local_day(valid_from) if valid_from else None,
        valid_from=valid_from,
        valid_until=min(ends) if ends else None,
        has_status=bool(credential.get("credentialStatus")),
        unreadable=tuple(unreadable),
    )


def shown_of(credential: Node) -> dict[str, Any]:
    """What a verifier is shown: names, date of birth, document, institution, results. No personal code."""
    subject = node(credential.get("credentialSubject"))
    claims = nodes(subject.get("hasClaim"))
    awarding = node(_process(claims[0]).get("awardingBody")) if claims else _NOTHING
    return {
        "id": text(credential.get("id")),
        "type": identifier(credential, SCHEME_TYPE),
        "title": texts(node(credential.get("displayParameter")).get("title")) or _title(claims),
        "number": identifier(credential, SCHEME_NUMBER),
        "registration_number": identifier(credential, SCHEME_REGISTRATION),
        "holder": {
            "given_names": _any_language(subject.get("givenName")),
            "family_name": _any_language(subject.get("familyName")),
            "date_of_birth": (text(subject.get("dateOfBirth")) or "")[:10] or None,
        },
        "awarded_by": texts(awarding.get("legalName")),
        "sealed_by": texts(node(credential.get("issuer")).get("legalName")),
        "valid_from": text(credential.get("validFrom")),
        "valid_until": text(credential.get("validUntil")) or text(credential.get("expirationDate")),
        "achievements": [_achievement(claim) for claim in claims],
    }


def identifier(credential: Node, scheme: str) -> str | None:
    """The notation of the credential's identifier in one of our schemes, or None when there is not exactly one."""
    found = [
        each.get("notation") for each in nodes(credential.get("identifier")) if each.get("schemeId") == scheme
    ]
    return text(found[0]) if len(found) == 1 else None


def _process(claim: Node) -> Node:
    return node(claim.get("awardedBy"))


def _awarding_day(claim: Node) -> dt.date | None:
    moment = _moment(node(claim.get("awardedBy")).get("awardingDate"))
    return local_day(moment) if moment else None


def _awarding_bodies(claims: list[Node], issuer: Node) -> tuple[str, ...]:
    """Register numbers of the bodies that awarded the claims; "" for one that has no number.

    A body that is mentioned again is a stub with the same id, so numbers are looked up among all mentions.
    """
    bodies = [body for claim in claims for body in nodes(_process(claim).get("awardingBody"))]
    numbers: dict[str, str] = {}
    for body in [issuer, *bodies]:
        number = text(node(body.get("registration")).get("notation"))
        if number and isinstance(body.get("id"), str):
            numbers.setdefault(body["id"], number)
    found = []
    for body in bodies:
        number = text(node(body.get("registration")).get("notation"))
        found.append(number or numbers.get(str(body.get("id")), ""))
    return tuple(dict.fromkeys(found))


def _achievement(claim: Node) -> dict[str, Any]:
    return {
        "title": texts(claim.get("title")),
        "results": [
            {"title": texts(part.get("title")), "grade": grade}
            for part in [claim, *nodes(claim.get("provenBy")), *nodes(claim.get("hasPart"))]
            for grade in _grades(part)
        ],
    }


def _grades(part: Node) -> list[dict[str, str]]:
    """The grade of an assessment, or the grades of the assessments that prove an achievement part."""
    own = texts(node(part.get("grade")).get("noteLiteral"))
    if own:
        return [own]
    if part.get("hasPart") or part.get("type") == "LearningAssessment":
        return []
    proofs = [texts(node(proof.get("grade")).get("noteLiteral")) for proof in nodes(part.get("provenBy"))]
    return [grade for grade in proofs if grade]


def _title(claims: list[Node]) -> dict[str, str]:
    return texts(claims[0].get("title")) if claims else {}


def _any_language(value: object) -> str | None:
    words = texts(value)
    return words.get("lv") or next(iter(words.values()), None)


def _moment(value: object) -> dt.datetime | None:
    """An xsd:dateTime with offset; None for anything else."""
    if not isinstance(value, str) or "T" not in value:
        return None
    try:
        moment = dt.datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None
