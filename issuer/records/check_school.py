"""Checks on the issuer and the programme against the registers, and on the days of study."""

from __future__ import annotations

from typing import Any, Final

from issuer.findings import Finding
from issuer.records.facts import Facts
from issuer.records.messages import say

_FORMS: Final = {"1": "klatiene", "3": "neklatiene", "4": "talmaciba"}
_LANGUAGES: Final = {"1": "lv", "2": "lv+min", "3": "foreign"}
# Since 1 August 2022 the qualification level (PKL) equals the LQF level; older documents may say the level below.
_EQUAL_LEVELS_SINCE: Final = "2022-08-01"


def check_institution(facts: Facts, findings: list[Finding]) -> None:
    """Known, open on the day, named as in the register, with its head in office."""
    given, school = facts.institution, facts.school
    number = given.get("reg_no")
    if school is None:
        if number is not None:
            findings.append(say("INST_UNKNOWN", "institution.reg_no", number=number))
        return
    day = facts.issued or facts.completion.get("date")
    if day is not None and school.closed_on < day:
        findings.append(say("INST_CLOSED", "institution.reg_no", closed=school.closed_on))
    if given.get("name") is not None and given["name"] != school.name:
        findings.append(say("INST_NAME", "institution.name", expected=school.name))
    director = given.get("director")
    if director and day is not None:
        _check_director(director, facts, day, findings)


def _check_director(director: dict[str, Any], facts: Facts, day: str, findings: list[Finding]) -> None:
    assert facts.school is not None
    names = (director.get("given_names"), director.get("family_name"))
    if None in names:
        return
    term = facts.school.head_on(day)
    if term is None or term.names != names:
        findings.append(say("DIRECTOR_NOT_IN_OFFICE", "institution.director.family_name"))
    elif director.get("position") not in (None, term.position):
        findings.append(say("DIRECTOR_POSITION", "institution.director.position", expected=term.position))


def check_programme(facts: Facts, findings: list[Finding]) -> None:
    """Licensed, accredited on the completion date, described as in the register and as its own code says."""
    programme, code, licence = facts.programme, facts.code, facts.licence
    if code is None:
        return
    if licence is not None:
        day = facts.completion.get("date")
        if day is not None and not licence.accredited_on(day):
            findings.append(
                say(
                    "PROG_NOT_ACCREDITED",
                    "programme.code",
                    code=code,
                    start=licence.accredited_from,
                    end=licence.accredited_to,
                )
            )
        expected: tuple[tuple[str, str, object], ...] = (
            ("PROG_NAME", "name", licence.name),
            ("LICENCE_NO", "licence_no", licence.licence_no),
            ("ACCREDITATION_NO", "accreditation_no", licence.accreditation_no),
            ("LQF", "lqf_level", licence.lqf_level),
            ("ISCED", "isced_p", licence.isced_p),
        )
    else:
        if facts.school is not None:
            findings.append(say("PROG_NOT_LICENSED", "programme.code", code=code))
        expected = (("LQF", "lqf_level", _lqf_level(facts)),)
    for key, name, value in expected:
        if programme.get(name) is not None and value is not None and programme[name] != value:
            findings.append(say(key, f"programme.{name}", expected=value))
    _check_code_digits(facts, code, findings)
    _check_qualification(facts, findings)


def _lqf_level(facts: Facts) -> int | None:
    if facts.level is None or facts.kind is None:
        return None
    if facts.level.document_type != "APL_VPI":
        return facts.level.lqf
    return 1 if facts.kind in facts.registers.reference.programme_kinds_without_exams else 2


def _check_code_digits(facts: Facts, code: str, findings: list[Finding]) -> None:
    """Digits 7 and 8 of a general programme: language and form of study."""
    if facts.level is None or facts.vocational:
        return
    for key, name, value in (
        ("PROG_LANGUAGE", "language", _LANGUAGES.get(code[6])),
        ("PROG_FORM", "form", _FORMS.get(code[7])),
    ):
        if value is not None and facts.programme.get(name) not in (None, value):
            findings.append(say(key, f"programme.{name}", expected=value))


def _check_qualification(facts: Facts, findings: list[Finding]) -> None:
    qualification, path = facts.programme.get("qualification"), "programme.qualification"
    if facts.level is None:
        return
    if not facts.vocational:
        if qualification is not None:
            findings.append(say("QUALIFICATION.unexpected", path))
        return
    if qualification is None:
        findings.append(say("QUALIFICATION.missing", path))
        return
    lqf = facts.licence.lqf_level if facts.licence else facts.programme.get("lqf_level")
    if facts.level.lqf is not None and lqf not in (None, facts.level.lqf):
        # The document type's level is the law's: a register that says another one is to be corrected first.
        findings.append(say("LQF", "programme.lqf_level", expected=facts.level.lqf))
    if lqf is None:
        return
    day = facts.completion.get("date") or _EQUAL_LEVELS_SINCE
    levels = (lqf,) if day >= _EQUAL_LEVELS_SINCE else (lqf, lqf - 1)
    for name, values in (("lqf_level", (lqf,)), ("level", levels)):
        if qualification.get(name) not in (None, *values):
            findings.append(say("QUALIFICATION.level", f"{path}.{name}", expected=lqf))


def check_completion(facts: Facts, findings: list[Finding]) -> None:
    """Grade, class, school year, curriculum, and the order of the days."""
    completion, year = facts.completion, facts.year
    grade, day, start = completion.get("grade"), completion.get("date"), facts.programme.get("start_date")
    due = facts.level.grade if facts.level is not None else None
    if due is not None and grade is not None and grade != due:
        findings.append(say("GRADE_PROG", "completion.grade", expected=due))
    _check_class(facts, grade, findings)
    if completion.get("school_year") is not None and year is None:
        findings.append(say("SCHOOL_YEAR", "completion.school_year"))
    if year is not None:
        if day is not None and not year.first_day <= day <= year.last_day:
            findings.append(say("SCHOOL_YEAR.range", "completion.school_year"))
        _check_curriculum(facts, year.ends, findings)
        if completion.get("order_date") is not None and completion["order_date"] < year.first_day:
            findings.append(say("DATE_ORDER.early", "completion.order_date"))
    if start is not None:
        if day is not None and start >= day:
            findings.append(say("DATE_ORDER.start", "programme.start_date"))
        birth = facts.learner.get("birth_date")
        if birth is not None and start <= birth:
            findings.append(say("DATE_ORDER.birth", "programme.start_date"))
    for path, value in (
        ("programme.start_date", start),
        ("completion.date", day),
        ("completion.order_date", completion.get("order_date")),
    ):
        if value is not None and value > facts.as_of:
            findings.append(say("DATE_FUTURE", path, as_of=facts.as_of))


def _check_class(facts: Facts, grade: int | None, findings: list[Finding]) -> None:
    """`9.b` is a class of grade 9; vocational groups (`4. kurss`) are numbered by year of study."""
    name = facts.completion.get("class")
    if name is None or grade is None or facts.level is None or facts.vocational:
        return
    digits = name[: len(name) - len(name.lstrip("0123456789"))]
    if digits != str(grade):
        findings.append(say("CLASS_GRADE", "completion.class", grade=grade))


def _check_curriculum(facts: Facts, year: int, findings: list[Finding]) -> None:
    """A curriculum is named for its first year; those without exam data ended before the first exam rules."""
    curriculum = facts.curriculum
    if curriculum is None:
        return
    registers = facts.registers
    ended = (
        curriculum in registers.reference.curricula_without_exam_data and year >= registers.first_exam_year
    )
    if curriculum not in registers.curricula or year <= int(curriculum) or ended:
        findings.append(say("CURRICULUM", "programme.curriculum"))
