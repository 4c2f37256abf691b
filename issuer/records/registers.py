"""The reference file as the checks need it: look-ups by code, days as ISO text, rules of a year resolved once.

Built once per `Reference`; immutable except for its caches, which hold one entry per distinct rule.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from issuer.catalogue.reference import Director, ExamRule, Institution, Reference

_BRACKETS = re.compile(r" \(([^()]*)\)$")
_LANGUAGE_IN_BRACKETS = re.compile(r"[a-zāčēģīķļņšūž]{2,}(?: valoda)?(?:, [ABC][12])?")
_FOREIGN_LANGUAGE: Final = "vešvaloda"
_NEVER: Final = "9999-12-31"


@dataclass(frozen=True, slots=True)
class Licence:
    """A programme of one institution; the accreditation days as ISO text, both inclusive."""

    name: str
    licence_no: str
    accreditation_no: str
    accredited_from: str
    accredited_to: str
    lqf_level: int
    isced_p: str

    def accredited_on(self, day: str) -> bool:
        """Whether `day` falls in the accreditation period."""
        return self.accredited_from <= day <= self.accredited_to


@dataclass(frozen=True, slots=True)
class Term:
    """A head's term of office, ISO text, both days inclusive."""

    first_day: str
    last_day: str
    names: tuple[str, str]
    position: str


@dataclass(frozen=True, slots=True)
class School:
    """An institution: its name, its last day (far future while open), heads, licences, and whose successor it is."""

    reg_no: str
    name: str
    closed_on: str
    terms: tuple[Term, ...]
    licences: dict[str, Licence]
    succeeds: frozenset[str]  # registration numbers, through any number of mergers; itself included

    def head_on(self, day: str) -> Term | None:
        """The term of office that holds `day`."""
        for term in self.terms:
            if term.first_day <= day <= term.last_day:
                return term
        return None


class Registers:
    """Look-ups over one reference file."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self.schools = {i.reg_no: _school(i, reference) for i in reference.institutions.values()}
        self.level_rank = {level: rank for rank, level in enumerate(reference.exam_levels)}
        self.highest_level = reference.exam_levels[-1] if reference.exam_levels else None
        self.curricula = frozenset(reference.curricula_without_exam_data) | {
            key.rpartition("/")[2] for key in reference.core_subjects if key[-4:].isdigit()
        }
        self._languages = {
            code
            for code, subject in reference.subjects.items()
            if _FOREIGN_LANGUAGE in subject.name_lv and not subject.name_lv.endswith(" valoda)")
        }
        # The file names years with their own rules; a year between them goes by the latest one before it.
        self.first_exam_year = next(
            (
                y
                for y in range(1990, 2200)
                if any(reference.exam_rule(y, t) for t in reference.document_type_names)
            ),
            2200,
        )
        self._rules: dict[tuple[str, int], ExamRule | None] = {}
        self._core: dict[tuple[str, str, str, int], frozenset[str]] = {}

    def core_subjects(self, document_type: str, curriculum: str, kind: str, year: int) -> frozenset[str]:
        """Codes that a completed record must hold in `year`; `kind` is the special kind (`56`), "" for none."""
        key = (document_type, curriculum, kind, year)
        if key not in self._core:
            tables = self.reference.core_subjects
            names = [f"{document_type}/{curriculum}"]
            if kind and curriculum not in self.reference.curricula_without_exam_data:
                names = [f"{document_type}/{kind}", f"{document_type}/special", *names]
            codes = next((tables[name] for name in names if name in tables), ())
            since = self.reference.core_subjects_from
            self._core[key] = frozenset(code for code in codes if since.get(code, 0) <= year)
        return self._core[key]

    def exam_rule(self, document_type: str, curriculum: str, kind: str, year: int) -> ExamRule | None:
        """The exam rules; None where there are none (special kinds, old curricula, years before the first)."""
        if self.without_exams(curriculum, kind):
            return None
        key = (document_type, year)
        if key not in self._rules:
            years = range(year, self.first_exam_year - 1, -1)
            rules = (self.reference.exam_rule(y, document_type) for y in years)
            self._rules[key] = next((rule for rule in rules if rule is not None), None)
        return self._rules[key]

    def without_exams(self, curriculum: str, kind: str) -> bool:
        """Whether records of this curriculum or special kind have no examination data at all."""
        return (
            kind in self.reference.programme_kinds_without_exams
            or curriculum in self.reference.curricula_without_exam_data
        )

    def takes_language(self, code: str) -> bool:
        """Whether the subject is a foreign language to be named in brackets (`Svešvaloda 2 (vācu valoda)`)."""
        return code in self._languages

    def names_language(self, code: str, name: str) -> bool:
        """Whether `name` is the subject's name with a language in its brackets."""
        plain = _BRACKETS.sub("", self.reference.subjects[code].name_lv)
        brackets = _BRACKETS.search(name)
        return (
            brackets is not None
            and name[: brackets.start()] == plain
            and _LANGUAGE_IN_BRACKETS.fullmatch(brackets.group(1)) is not None
            and not re.fullmatch("[ABC][12]", brackets.group(1))
        )


def _school(institution: Institution, reference: Reference) -> School:
    return School(
        reg_no=institution.reg_no,
        name=institution.name,
        closed_on=institution.closed_on.isoformat() if institution.closed_on else _NEVER,
        terms=tuple(_term(director) for director in institution.directors),
        licences={
            code: Licence(
                programme.name,
                programme.licence_no,
                programme.accreditation_no,
                programme.accredited_from.isoformat(),
                programme.accredited_to.isoformat(),
                programme.lqf_level,
                programme.isced_p,
            )
            for code, programme in institution.programmes.items()
        },
        succeeds=_succeeds(institution.reg_no, reference),
    )


def _term(director: Director) -> Term:
    return Term(
        director.from_date.isoformat(),
        director.to_date.isoformat() if director.to_date else _NEVER,
        (director.given_names, director.family_name),
        director.position,
    )


def _succeeds(reg_no: str, reference: Reference) -> frozenset[str]:
    found = {reg_no}
    while True:
        more = {i.reg_no for i in reference.institutions.values() if i.successor_reg_no in found} - found
        if not more:
            return frozenset(found)
        found |= more
