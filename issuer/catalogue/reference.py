"""The reference file: institutions, subjects, marks, exam rules by year. What the school system calls "registers".

    reference = Reference.load(Path("reference.json"))
    reference.institution("9922900001").directors
    reference.exam_rule(2026, "ATE_VVI").required

Everything that changes from year to year or from authority to authority is read from this file; the code knows none of
it. The format is that of `reference.json` (schema version 1.0). A malformed file raises `ReferenceFileError`.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson

from issuer.errors import AtestatsError

_EXAM_NAMES_EN = {
    "LAT": "Latvian language",
    "MAT": "Mathematics",
    "ENG": "English",
    "VAC": "German",
    "FRA": "French",
    "BIO": "Biology",
    "KIM": "Chemistry",
    "FIZ": "Physics",
    "DAB": "Science",
    "GEO": "Geography",
    "VES": "History",
    "SOZ": "Social sciences",
    "KUM": "Culture and arts",
    "DIZ": "Design and technology",
    "PRG": "Programming",
    "KVE": "Professional qualification examination",
}


class ReferenceFileError(AtestatsError):
    """The reference file is missing, is not JSON or lacks something that every check needs."""


@dataclass(frozen=True, slots=True)
class Director:
    """A head of institution (`iestādes vadītājs`) and the days in office, both ends inclusive."""

    given_names: str
    family_name: str
    position: str
    from_date: dt.date
    to_date: dt.date | None


@dataclass(frozen=True, slots=True)
class Programme:
    """An education programme that one institution is licensed to teach, with its accreditation period."""

    code: str
    name: str
    licence_no: str
    licence_date: dt.date | None
    accreditation_no: str
    accredited_from: dt.date
    accredited_to: dt.date
    lqf_level: int
    isced_p: str


@dataclass(frozen=True)
class Institution:
    """One entry of the Register of Educational Institutions (Izglītības iestāžu reģistrs)."""

    reg_no: str  # 10 digits
    nmr_code: str  # 11 digits, legal entity; the number behind `NTRLV-` in a seal certificate
    name: str
    type: str
    founder: str
    atvk: str
    street: str
    place: str
    postal_code: str
    directors: tuple[Director, ...]
    closed_on: dt.date | None
    successor_reg_no: str | None
    programmes: dict[str, Programme] = field(hash=False)

    @property
    def organization_identifier(self) -> str:
        """`NTRLV-<legal entity code>`, the form of ETSI EN 319 412-1, 5.1.4, that a seal certificate carries."""
        return f"NTRLV-{self.nmr_code}"


@dataclass(frozen=True, slots=True)
class Subject:
    """A subject of a transcript; `name_en` may equal the Latvian name when the register has no English."""

    code: str
    name_lv: str
    name_en: str
    area: str


@dataclass(frozen=True, slots=True)
class Exam:
    """A State examination (`valsts pārbaudes darbs`); the courses that open its higher level."""

    code: str
    name_lv: str
    name_en: str
    higher_level_courses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ExamRequirement:
    """One entry of the exam rules of a year: any one of `any_of`, of one of `kinds`, good enough."""

    any_of: tuple[str, ...]
    kinds: tuple[str, ...]
    min_percent: float | None
    min_level: str | None
    min_mark: int | None


@dataclass(frozen=True, slots=True)
class ExamRule:
    """The exam rules of one document type in one year."""

    required: tuple[ExamRequirement, ...]
    higher_level_min_count: int
    higher_level_min_percent: float | None


def _date(value: str | None) -> dt.date | None:
    return dt.date.fromisoformat(value) if value else None


def _must_date(value: str) -> dt.date:
    return dt.date.fromisoformat(value)


class Reference:
    """The parsed reference file; immutable, cheap to share between processes by path."""

    def __init__(self, raw: dict[str, Any]) -> None:
        try:
            self.as_of = _date(raw.get("as_of"))
            self.institutions = {i["reg_no"]: _institution(i) for i in raw["institutions"]}
            self.document_type_names: dict[str, dict[str, Any]] = raw["document_types"]
            self.subjects = {
                s["code"]: Subject(
                    s["code"], s["name_lv"], s.get("name_en") or s["name_lv"], s.get("area") or ""
                )
                for s in raw["subjects"]
            }
            self.marks: dict[str, str] = raw["marks"]
            self.core_subjects = {key: tuple(codes) for key, codes in raw["core_subjects"].items()}
            self.core_subjects_from: dict[str, int] = raw["core_subjects_from"]
            self.exams = {
                e["code"]: Exam(
                    e["code"],
                    e["name"],
                    e.get("name_en") or _EXAM_NAMES_EN.get(e["code"], e["name"]),
                    tuple(e["higher_level_courses"]),
                )
                for e in raw["exams"]
            }
            self.exam_levels: tuple[str, ...] = tuple(raw["exam_levels"])
            self._exam_rules = {
                int(year): {name: _exam_rule(rule) for name, rule in rules.items()}
                for year, rules in raw["exam_rules"].items()
            }
            self.programme_kinds_without_exams = frozenset(raw["programme_kinds_without_exams"])
            self.curricula_without_exam_data = frozenset(raw["curricula_without_exam_data"])
            self.min_subject_mark: int = raw["min_subject_mark"]
            self.max_marks_below_min: dict[str, int] = raw["max_marks_below_min"]
            self.plausible_age = {
                int(grade): (ages[0], ages[1]) for grade, ages in raw["plausible_age_at_completion"].items()
            }
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise ReferenceFileError(
                "REFERENCE_INVALID",
                f"Klasifikatoru datnē trūkst vai ir nederīgs lauks: {error}.",
                f"The reference file lacks a field or holds a wrong one: {error}.",
                next_lv="Iegūstiet klasifikatoru datni no jauna.",
                next_en="Fetch the reference file again from its source.",
            ) from error

    @classmethod
    def load(cls, path: Path) -> Reference:
        """Read and parse the file at `path`; raises `ReferenceFileError`."""
        try:
            raw = orjson.loads(path.read_bytes())
        except OSError as error:
            raise ReferenceFileError(
                "REFERENCE_UNREADABLE",
                f"Klasifikatoru datni nevar nolasīt: {path}.",
                f"The reference file cannot be read: {path} ({error.strerror}).",
                next_lv="Pārbaudiet --reference ceļu.",
                next_en="Check the path given with --reference.",
            ) from error
        except orjson.JSONDecodeError as error:
            raise ReferenceFileError(
                "REFERENCE_NOT_JSON",
                f"Klasifikatoru datne nav JSON: {path}.",
                f"The reference file is not JSON: {path} ({error}).",
                next_lv="Iegūstiet klasifikatoru datni no jauna.",
                next_en="Fetch the reference file again from its source.",
            ) from error
        if not isinstance(raw, dict):
            raise ReferenceFileError(
                "REFERENCE_INVALID",
                "Klasifikatoru datnei jābūt JSON objektam.",
                "The reference file must hold one JSON object.",
            )
        return cls(raw)

    def institution(self, reg_no: str) -> Institution | None:
        """The institution with this registration number, or None."""
        return self.institutions.get(reg_no)

    def exam_rule(self, year: int, document_type: str) -> ExamRule | None:
        """Rules for a graduation year: those of the year, else of the latest year before it; None before the first."""
        known = max((each for each in self._exam_rules if each <= year), default=None)
        return None if known is None else self._exam_rules[known].get(document_type)


def _institution(raw: dict[str, Any]) -> Institution:
    address = raw.get("address") or {}
    return Institution(
        reg_no=raw["reg_no"],
        nmr_code=raw["nmr_code"],
        name=raw["name"],
        type=raw["type"],
        founder=raw.get("founder") or "",
        atvk=raw.get("atvk") or "",
        street=address.get("street") or "",
        place=address.get("place") or "",
        postal_code=address.get("postal_code") or "",
        directors=tuple(
            Director(
                d["given_names"],
                d["family_name"],
                d["position"],
                _must_date(d["from_date"]),
                _date(d["to_date"]),
            )
            for d in raw["directors"]
        ),
        closed_on=_date(raw.get("closed_on")),
        successor_reg_no=raw.get("successor_reg_no"),
        programmes={
            p["code"]: Programme(
                p["code"],
                p["name"],
                p["licence_no"],
                _date(p.get("licence_date")),
                p["accreditation_no"],
                _must_date(p["accredited_from"]),
                _must_date(p["accredited_to"]),
                p["lqf_level"],
                p["isced_p"],
            )
            for p in raw["programmes"]
        },
    )


def _exam_rule(raw: dict[str, Any]) -> ExamRule:
    return ExamRule(
        required=tuple(
            ExamRequirement(
                tuple(r["any_of"]),
                tuple(r["kinds"]),
                r.get("min_percent"),
                r.get("min_level"),
                r.get("min_mark"),
            )
            for r in raw["required"]
        ),
        higher_level_min_count=raw["higher_level_min_count"],
        higher_level_min_percent=raw["higher_level_min_percent"],
    )
