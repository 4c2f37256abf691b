"""Hard but valid cases, made from an ordinary record of the examples: each returns a changed copy."""

from __future__ import annotations

import copy
from typing import Any

from issuer.catalogue import CodeLists

Record = dict[str, Any]


def _copy(record: Record, suffix: str) -> Record:
    made = copy.deepcopy(record)
    made["record_id"] = f"{made['record_id']}-{suffix}"
    return made


def special_programme(record: Record, kind: str) -> Record:
    """A basic education programme for pupils with special needs (51–59)."""
    made = _copy(record, f"S{kind}")
    made["programme"] |= {
        "code": f"2101{kind}11",
        "name": "Speciālās pamatizglītības programma izglītojamiem ar garīgās attīstības traucējumiem",
        "licence_no": "V-77777",
        "accreditation_no": "AP-77777",
        "lqf_level": 1 if kind in ("58", "59") else 2,
    }
    if kind in ("58", "59"):
        made["exams"] = []
    if kind == "59":
        for subject, (grade, words) in zip(
            made["subjects"],
            [("S", "sācis apgūt"), ("T", "turpina apgūt"), ("A", "apguvis"), ("P", "apguvis padziļināti")]
            * 9,
            strict=False,
        ):
            subject |= {"grade": grade, "grade_text": words}
    return made


def duplicate(record: Record, kind: str = "duplicate", reg_no: str | None = None) -> Record:
    made = _copy(record, kind)
    made["document"] |= {
        "issue_kind": kind,
        "replaces": {
            "series": "PA",
            "number": "329936",
            "issue_date": "2035-06-21",
            "institution_reg_no": reg_no or made["institution"]["reg_no"],
            "reason": "nozagts",
        },
    }
    return made


def without_personal_code(record: Record, kind: str = "pase") -> Record:
    made = _copy(record, kind)
    made["learner"]["personal_code"] = None
    made["learner"]["alt_id"] = {"type": kind, "value": "ET0451845", "issuer_country": "LT"}
    return made


def original_name(record: Record) -> Record:
    made = _copy(record, "original")
    made["learner"]["original_name"] = {"given_names": "晓明", "family_name": "王", "language": "zh"}
    return made


def every_code_of_mark(record: Record) -> Record:
    """Passed, not passed, exempt, not assessed, and one mark below the pass mark."""
    made = _copy(record, "codes")
    for subject, grade in zip(made["subjects"], ("i", "ni", "a", "nv", "3"), strict=False):
        subject["grade"] = grade
    return made


def exam_cases(record: Record) -> Record:
    """Exempt, replaced by an international test, failed, not taken, a monitoring test."""
    made = _copy(record, "exams")
    day = made["exams"][0]["date"]
    plain = {
        "level": "optimalais",
        "date": day,
        "mark": None,
        "percent": None,
        "certificate_no": None,
        "replaced_by": None,
    }
    test = {"institution": "Cambridge English", "cefr": "C1"}
    made["exams"] = [
        plain
        | {
            "code": "LAT",
            "name": "Latviešu valoda",
            "kind": "CE",
            "status": "atbrivots",
            "reason": "DIAGNOZE",
        },
        plain
        | {"code": "ENG", "name": "Angļu valoda", "kind": "ST", "status": "aizstats", "replaced_by": test},
        plain | {"code": "MAT", "name": "Matemātika", "kind": "CE", "status": "nenokartots", "percent": 12.5},
        plain | {"code": "GEO", "name": "Ģeogrāfija", "kind": "CE", "status": "neieradas"},
        plain | {"code": "FIZ", "name": "Fizika", "kind": "MD", "status": "nokartots", "percent": 55.5},
        plain
        | {
            "code": "VES",
            "name": "Vēsture",
            "kind": "CE",
            "status": "nokartots",
            "percent": 100,
            "level": "augstakais",
        }
        | {"certificate_no": "CE-2037-7777777"},
    ]
    return made


def as_type(record: Record, code: str) -> Record:
    """A vocational diploma turned into another vocational document."""
    series, level = {"APL_PPI": ("PP", 2), "ATE_ARO": ("AR", 3), "APL_PKV": ("PK", 3), "DIP_PVI": ("DE", 4)}[
        code
    ]
    made = _copy(record, code)
    made["document"] |= {"type": code, "series": series}
    made["programme"]["qualification"] |= {"level": level, "lqf_level": level}
    return made


def codes_of(lists: CodeLists, table: str) -> dict[int, str]:
    """A table of the QR code lists read backwards, as a verifier does."""
    numbers = lists.as_dict()[table]
    assert isinstance(numbers, dict)
    return {number: code for code, number in numbers.items()}
