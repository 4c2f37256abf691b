"""A QR seal: from the text in a code (or a picture of it) to a reading, with the words for its numbers.

The code names its key by 8 bytes only, so the bundle's keys with that name are tried until one fits. Numbers that the
bundle's code lists do not know are shown as "code 999 unknown", never left out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.seal import ec1
from issuer.trust.bundle import Bundle
from issuer.trust.entity import start_of_local_day
from issuer.verify.statement import Reading, Statement


@dataclass(frozen=True, slots=True)
class QrCode:
    """A code that keeps the format."""

    seal: ec1.Ec1
    reading: Reading


def read_qr(text: str, bundle: Bundle) -> QrCode:
    """Read the text of a code; raises `Ec1Error` or `CborError`, both with code and words."""
    seal = ec1.parse(ec1.from_text(text))
    claims = seal.claims
    statement = Statement(
        document_type=bundle.code("document_types", claims.document_type) or str(claims.document_type),
        issuer=None,
        names_issuer=False,
        awarding=(claims.school_reg_no,),
        awarded_on=(claims.completed,),
        issued_on=None,
        valid_from=start_of_local_day(claims.completed),
        valid_until=_moment(claims.expires_at),
        has_status=claims.status is not None,
    )
    reading = Reading(statement, dt.datetime.fromtimestamp(claims.issued_at, dt.UTC), {})
    return QrCode(seal, reading)


def shown(code: QrCode, bundle: Bundle) -> dict[str, Any]:
    """What of the code may be shown when its seal stands."""
    claims = code.seal.claims
    return {
        "type": code.reading.statement.document_type,
        "title": _type_name(bundle, claims.document_type),
        "number": f"{claims.series} {claims.number}".strip(),
        "holder": {
            "given_names": claims.given_names,
            "family_name": claims.family_name,
            "date_of_birth": claims.date_of_birth.isoformat(),
        },
        "awarded_by": {"lv": claims.school_name},
        "school": {"lv": claims.school_name, "reg_no": claims.school_reg_no},
        "awarded_on": claims.completed.isoformat(),
        "programme_code": claims.programme_code or None,
        "eqf_level": claims.eqf_level,
        "subjects": [
            {"title": _words(bundle, "subjects", subject), "grade": _words(bundle, "marks", mark)}
            for subject, mark in claims.subjects
        ],
        "exams": [
            {"title": _words(bundle, "exams", exam), "per_cent": tenths / 10} for exam, tenths in claims.exams
        ],
        "credential_ref": claims.credential_ref.hex(),
        "document_digest": claims.document_digest.hex(),
        "compare_with_identity_document": True,  # a copied code verifies like the original
    }


def _type_name(bundle: Bundle, number: int) -> Mapping[str, str]:
    code = bundle.code("document_types", number)
    entry = bundle.document_types.get(code) if code is not None else None
    return dict(entry["name"]) if entry else _unknown(number)


def _words(bundle: Bundle, code_list: str, number: int | str) -> Mapping[str, str]:
    """The words for a number of a code list; a code that came as text (a module without a number) is its own word."""
    if isinstance(number, str):
        return {"lv": number, "en": number}
    code = bundle.code(code_list, number)
    if code is None:
        return _unknown(number)
    words = dict(bundle.names.get(code_list, {}).get(code, {"lv": code, "en": code}))
    if code_list == "marks" and code.isdecimal():
        return {language: f"{code} ({word})" for language, word in words.items()}
    return words


def _unknown(number: int) -> dict[str, str]:
    return {"lv": f"kods {number} nav zināms", "en": f"code {number} unknown"}


def _moment(seconds: int | None) -> dt.datetime | None:
    if seconds is None:
        return None
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC)
    except (ValueError, OverflowError, OSError):
        return dt.datetime.max.replace(tzinfo=dt.UTC)
