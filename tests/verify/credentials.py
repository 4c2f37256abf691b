"""A small credential written by hand, and QR claims, for what a real one would be too long for."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

from trust_world import GYMNASIUM, SEALED

from issuer.catalogue.reference import Reference
from issuer.seal import ec1
from issuer.trust.bundle import Bundle

HOLDER = "Zane Testa-Bērziņa"

_CREDENTIAL: dict[str, Any] = {
    "id": "urn:credential:00000000-0000-8000-8000-000000000001",
    "type": ["VerifiableCredential", "EuropeanDigitalCredential"],
    "identifier": [
        {"schemeId": "urn:atestats:scheme:document-number", "notation": "VE 100001"},
        {"schemeId": "urn:atestats:scheme:document-type", "notation": "ATE_VVI"},
    ],
    "credentialSubject": {
        "id": "urn:epass:person:1",
        "type": "Person",
        "givenName": {"lv": "Zane"},
        "familyName": {"lv": "Testa-Bērziņa"},
        "dateOfBirth": "2009-04-01T00:00:00Z",
        "nationalID": {"notation": "010409-20002"},
        "hasClaim": {
            "type": "LearningAchievement",
            "title": {"lv": "Vispārējā vidējā izglītība"},
            "awardedBy": {
                "awardingBody": {"id": "urn:epass:org:1", "legalName": {"lv": "Rīgas Īvenes vidusskola"}},
                "awardingDate": "2028-06-16T00:00:00+03:00",
            },
        },
    },
    "issuanceDate": "2028-06-20T09:00:00Z",
    "issued": "2028-06-20T09:00:00Z",
    "issuer": {"id": "urn:epass:org:1", "legalName": {"lv": "Rīgas Īvenes vidusskola"}},
    "validFrom": "2028-06-20T00:00:00+03:00",
    "@context": ["https://www.w3.org/2018/credentials/v1", "http://data.europa.eu/snb/model/context/edc-ap"],
}


def credential(reference: Reference, sealer: str = GYMNASIUM, /, **changes: Any) -> dict[str, Any]:
    """The credential as `sealer` would seal it; `changes` replace members, None removes one."""
    made = copy.deepcopy(_CREDENTIAL)
    institution = reference.institutions.get(sealer)
    if institution is not None:
        made["issuer"]["registration"] = {"notation": institution.reg_no}
        made["issuer"]["eIDASIdentifier"] = {"notation": institution.organization_identifier}
    for name, value in changes.items():
        if value is None:
            del made[name]
        else:
            made[name] = value
    return made


def with_type(made: dict[str, Any], code: str | None) -> dict[str, Any]:
    """The same credential of another document type; None: of no type."""
    made = copy.deepcopy(made)
    made["identifier"][1]["notation"] = code
    if code is None:
        del made["identifier"][1]
    return made


def awarded(
    made: dict[str, Any], body: dict[str, Any] | None = None, day: str | None = None
) -> dict[str, Any]:
    """The same credential, awarded by another body or on another day (`""`: no day)."""
    made = copy.deepcopy(made)
    process = made["credentialSubject"]["hasClaim"]["awardedBy"]
    if body is not None:
        process["awardingBody"] = body
    if day is not None:
        process["awardingDate"] = f"{day}T00:00:00+02:00"
    if day == "":
        del process["awardingDate"]
    return made


def body(number: str) -> dict[str, Any]:
    """An awarding body with a register number."""
    return {"id": "urn:epass:org:7", "legalName": {"lv": "Skola"}, "registration": {"notation": number}}


def claims(
    bundle: Bundle, reg_no: str = GYMNASIUM, document_type: str = "ATE_VVI", **changes: Any
) -> ec1.Claims:
    """QR claims of the same document."""
    number = bundle.code_lists["document_types"].get(document_type, 999)
    fields: dict[str, Any] = {
        "issued_at": int(SEALED.timestamp()),
        "given_names": "Zane",
        "family_name": "Testa-Bērziņa",
        "date_of_birth": dt.date(2009, 4, 1),
        "school_name": "Rīgas Īvenes vidusskola",
        "school_reg_no": reg_no,
        "document_type": number,
        "series": "VE",
        "number": "100001",
        "completed": dt.date(2028, 6, 16),
        "programme_code": "3101",
        "eqf_level": 4,
        "credential_ref": bytes(10),
        "document_digest": bytes(16),
    }
    return ec1.Claims(**(fields | changes))
