"""Checks on the learner: identifier, birth date, age. (Names are judged with the structure, see `names`.)"""

from __future__ import annotations

from issuer.findings import Finding
from issuer.records.calendar import age_on
from issuer.records.facts import Facts
from issuer.records.messages import masked, say
from issuer.records.personal_code import birth_date_in, check_digit, is_new_form

_CODE = "learner.personal_code"
_BIRTH = "learner.birth_date"


def check_learner(facts: Facts, findings: list[Finding], *, code_given: bool) -> None:
    """`code_given`: the source wrote something as a personal code, usable or not."""
    learner = facts.learner
    if not learner:
        return
    code, birth = learner.get("personal_code"), learner.get("birth_date")
    if learner.get("alt_id") is not None:
        if code_given:
            findings.append(say("ALT_ID_UNEXPECTED", "learner.alt_id"))
    elif not code_given:
        findings.append(say("ID_MISSING", _CODE))
    if code is not None and not is_new_form(code):
        _check_old_form(code, birth, findings)
    if birth is None:
        return
    if birth > facts.as_of:
        findings.append(say("DATE_FUTURE", _BIRTH, as_of=facts.as_of))
    elif (day := facts.completion.get("date")) is not None:
        _check_age(facts, birth, day, findings)


def _check_old_form(code: str, birth: str | None, findings: list[Finding]) -> None:
    inside = birth_date_in(code)
    if inside is None:
        findings.append(say("PK_FORMAT.date", _CODE))
        return
    digit = check_digit(code)
    if digit == 10 and code[11] == "0":
        # Sources disagree about the remainder 10, and no authority says which is right.
        findings.append(say("PK_CHECKSUM.ambiguous", _CODE, code=masked(code)))
    elif str(digit) != code[11]:
        findings.append(say("PK_CHECKSUM", _CODE, code=masked(code)))
    if birth is not None and birth != inside:
        findings.append(say("PK_BIRTHDATE", _BIRTH, code=masked(code)))


def _check_age(facts: Facts, birth: str, day: str, findings: list[Finding]) -> None:
    if facts.level is not None and facts.level.grade is None:
        return  # vocational courses are taken at any age
    grade = facts.level.grade if facts.level else facts.completion.get("grade")
    ages = facts.registers.reference.plausible_age.get(grade or 0)
    if ages is None:
        return
    age = age_on(birth, day)
    if not ages[0] <= age <= ages[1]:
        findings.append(say("AGE", _BIRTH, age=age))
