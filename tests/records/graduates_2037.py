"""Valid records of every shape, made from the repository's example set (year 2037: the personal codes are nobody's)."""

from __future__ import annotations

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

from issuer.catalogue.reference import Institution, Reference
from issuer.records.registers import Registers

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
AS_OF = dt.date(2037, 7, 31)
REFERENCE = Reference.load(EXAMPLES / "reference.json")
_LINES = [json.loads(line) for line in (EXAMPLES / "records.jsonl").read_text(encoding="utf-8").splitlines()]

Record = dict[str, Any]


def _line(number: int) -> Record:
    return copy.deepcopy(_LINES[number - 1])


def basic() -> Record:
    """Certificate of general basic education, grade 9."""
    return _line(1)


def foreign_name() -> Record:
    """The same, with the original form of the name."""
    return _line(7)


def secondary() -> Record:
    """Certificate of general secondary education, with a monitoring test of the year before and a higher-level exam."""
    return _line(6)


def vocational() -> Record:
    """Diploma of vocational secondary education."""
    return _line(8)


def _headed(school: Institution) -> Record:
    """The school as a record names it, with the head in office when the documents were issued."""
    term = Registers(REFERENCE).schools[school.reg_no].head_on("2037-06-21")
    assert term is not None
    given_names, family_name = term.names
    return {
        "reg_no": school.reg_no,
        "name": school.name,
        "director": {"given_names": given_names, "family_name": family_name, "position": term.position},
    }


def duplicate() -> Record:
    """A duplicate, issued by the legal successor of a closed school."""
    record = basic()
    school = REFERENCE.institutions["9917900005"]
    programme = school.programmes["21011111"]
    record["institution"] = _headed(school)
    record["programme"] |= {
        "licence_no": programme.licence_no,
        "accreditation_no": programme.accreditation_no,
        "start_date": "2023-09-01",
    }
    record["completion"] |= {
        "school_year": "2031/2032",
        "date": "2032-06-17",
        "order_date": "2032-06-17",
    }
    record["learner"] |= {"personal_code": "321234-00007", "birth_date": "2016-02-29"}
    for exam in record["exams"]:
        exam["date"] = exam["date"].replace("2037", "2032")
    record["document"] |= {
        "issue_kind": "duplicate",
        "replaces": {
            "series": "PA",
            "number": "012345",
            "issue_date": "2032-06-20",
            "institution_reg_no": "9928900006",
            "reason": "nozaudets",
        },
    }
    return record


def school_report() -> Record:
    """Not completed: two insufficient marks, a statement of marks (liecība) without numbers."""
    record = basic()
    record["completion"]["result"] = "not_completed"
    for subject in record["subjects"][:2]:
        subject |= {"grade": "3", "grade_text": "vāji"}
    record["document"] |= {
        "type": "LIECIBA",
        "name": "Liecība",
        "series": None,
        "number": None,
        "registration_no": None,
    }
    return record


def expelled() -> Record:
    """Left the school in winter; nothing is issued."""
    record = basic()
    record["completion"] |= {"result": "expelled", "date": "2037-02-10", "order_date": "2037-02-10"}
    record |= {"document": None, "exams": [], "subjects": record["subjects"][:5]}
    return record


def staged() -> Record:
    """Special programme of kind 59: marks S, T, A, P, fewer subjects, no examinations."""
    record = basic()
    school = REFERENCE.institutions["9920900003"]
    programme = school.programmes["21015911"]
    record["institution"] = _headed(school)
    record["programme"] |= {
        "code": programme.code,
        "name": programme.name,
        "licence_no": programme.licence_no,
        "accreditation_no": programme.accreditation_no,
        "lqf_level": 1,
    }
    core = REFERENCE.core_subjects["APL_VPI/59"]
    record["subjects"] = [s for s in record["subjects"] if s["code"] in core]
    for subject, (mark, words) in zip(
        record["subjects"], [("S", "sācis apgūt"), ("T", "turpina apgūt"), ("A", "apguvis")] * 9, strict=False
    ):
        subject |= {"grade": mark, "grade_text": words}
    record["exams"] = []
    return record


def old_curriculum() -> Record:
    """A duplicate of a certificate under the curriculum before 2020; no examination data."""
    record = duplicate()
    names = {s.code: s.name_lv for s in REFERENCE.subjects.values()}
    names["SV2"] = "Svešvaloda 2 (vācu valoda)"
    record["programme"] |= {"curriculum": "2014", "start_date": "2010-09-01"}
    record["completion"] |= {"school_year": "2018/2019", "date": "2019-06-14", "order_date": "2019-06-14"}
    record["document"]["replaces"]["issue_date"] = "2019-06-18"
    record["learner"] |= {"birth_date": "2003-05-05"}
    record["subjects"] = [
        {
            "code": code,
            "name": names[code],
            "kind": "obligatory",
            "level": None,
            "grade": "7",
            "grade_text": "labi",
        }
        for code in REFERENCE.core_subjects["APL_VPI/2014"]
    ]
    record["exams"] = []
    return record


def without_code() -> Record:
    """A learner without a Latvian personal code: passport number."""
    record = basic()
    record["learner"] |= {
        "personal_code": None,
        "alt_id": {"type": "pase", "value": "AB1234567", "issuer_country": "UA"},
        "citizenship": "UA",
    }
    return record


ISSUED = (basic, foreign_name, secondary, vocational, duplicate, staged, old_curriculum, without_code)
NOT_ISSUED = (school_report, expelled)
