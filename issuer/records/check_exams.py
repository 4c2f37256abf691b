"""Checks on the State examinations (valsts pārbaudes darbi): each by itself, and what the year's rules require."""

from __future__ import annotations

from typing import Any, Final

from issuer.catalogue.reference import ExamRequirement, ExamRule
from issuer.findings import Finding
from issuer.records.facts import REPORT, Facts
from issuer.records.messages import say
from issuer.records.names import tidied

_WITH_RESULT: Final = frozenset({"nokartots", "nenokartots"})
_STATUSES: Final = {
    "CE": frozenset({"nokartots", "nenokartots", "atbrivots", "neieradas"}),
    "MD": frozenset({"nokartots", "nenokartots", "atbrivots", "neieradas"}),
    "ST": frozenset({"aizstats", "atbrivots", "neieradas"}),
    "KVE": frozenset({"nokartots", "nenokartots", "atbrivots", "neieradas"}),
}
_Exam = dict[str, Any]


def check_exams(facts: Facts, findings: list[Finding]) -> None:
    """Every examination by itself; for a completed education also the rules of its year."""
    if facts.exams is None:
        return
    rule = _rule(facts)
    seen: set[tuple[object, ...]] = set()
    for n, exam in enumerate(facts.exams):
        if exam is None:
            continue
        path = f"exams[{n}]"
        _check_subject(exam, facts, path, findings)
        _check_result(exam, path, findings)
        _check_certificate(exam, path, findings)
        _check_day(exam, facts, path, findings)
        if exam.get("level") == facts.registers.highest_level:
            _check_course(exam, facts, path, findings)
        if rule is not None:
            _check_threshold(exam, rule, facts, path, findings)
        identity = (exam.get("code"), exam.get("kind"), exam.get("level"))
        if identity in seen and identity[0] is not None:
            findings.append(say("EXAM_DUP", f"{path}.code", code=identity[0]))
        seen.add(identity)
    known = facts.curriculum is not None and facts.kind is not None
    if facts.exams and known and facts.registers.without_exams(facts.curriculum or "", facts.kind or ""):
        findings.append(say("EXAM_UNEXPECTED", "exams"))
    if rule is not None and facts.completed and facts.document_type != REPORT:
        for requirement in rule.required:
            _check_requirement(requirement, facts, findings)
        _check_higher_level(rule, facts, findings)


def _rule(facts: Facts) -> ExamRule | None:
    if facts.due_type is None or facts.year is None or facts.kind is None or facts.curriculum is None:
        return None
    return facts.registers.exam_rule(facts.due_type, facts.curriculum, facts.kind, facts.year.ends)


def _check_subject(exam: _Exam, facts: Facts, path: str, findings: list[Finding]) -> None:
    """Code, name, kind and level."""
    code, name, kind, level = exam.get("code"), exam.get("name"), exam.get("kind"), exam.get("level")
    known = facts.registers.reference.exams.get(code) if code is not None else None
    if code is not None and known is None:
        findings.append(say("EXAM_UNKNOWN", f"{path}.code"))
    if known is not None and name is not None and name != known.name_lv:
        key = "EXAM_NAME.spelling" if tidied(name).casefold() == known.name_lv.casefold() else "EXAM_NAME"
        findings.append(say(key, f"{path}.name", code=code, expected=known.name_lv))
    if kind is not None and code is not None:
        vocational = facts.code is None or facts.vocational
        if (kind == "KVE") != (code == "KVE") or (kind == "KVE" and not vocational):
            findings.append(say("EXAM_KIND", f"{path}.kind"))
    ends = facts.level is not None and (facts.level.grade is not None or kind == "KVE")
    if facts.level is not None and ends and kind is not None and "level" in exam:
        levelled = facts.level.grade == 12 and kind != "KVE"
        if levelled != (level is not None):
            findings.append(say("EXAM_LEVEL", f"{path}.level"))


def _check_result(exam: _Exam, path: str, findings: list[Finding]) -> None:
    """A per cent exactly when passed or failed; a mark in place of it for the qualification examination."""
    kind, status, percent, mark = exam.get("kind"), exam.get("status"), exam.get("percent"), exam.get("mark")
    replaced = exam.get("replaced_by") is not None
    if kind is not None and replaced != (kind == "ST"):
        findings.append(say("EXAM_REPLACED", f"{path}.replaced_by"))
    if kind == "KVE" and percent is not None:
        findings.append(say("EXAM_STATUS", f"{path}.percent"))
    if kind is not None and kind != "KVE" and mark is not None:
        findings.append(say("EXAM_MARK", f"{path}.mark"))
    if status is None or kind is None:
        return
    if status not in _STATUSES[kind]:
        findings.append(say("EXAM_STATUS", f"{path}.status"))
    elif status not in _WITH_RESULT:
        if percent is not None or mark is not None:
            findings.append(say("EXAM_STATUS", f"{path}.status"))
    elif kind == "KVE":
        if mark is None and "mark" in exam:
            findings.append(say("EXAM_MARK", f"{path}.mark"))
    elif percent is None and "percent" in exam:
        findings.append(say("EXAM_STATUS", f"{path}.percent"))


def _check_certificate(exam: _Exam, path: str, findings: list[Finding]) -> None:
    kind, status, number = exam.get("kind"), exam.get("status"), exam.get("certificate_no")
    if kind is None or status is None:
        return
    passed = kind == "CE" and status == "nokartots"
    if number is not None and not passed:
        findings.append(say("CERT_UNEXPECTED", f"{path}.certificate_no"))
    elif number is None and passed and "certificate_no" in exam:
        findings.append(say("CERT_MISSING", f"{path}.certificate_no"))


def _check_day(exam: _Exam, facts: Facts, path: str, findings: list[Finding]) -> None:
    day, year = exam.get("date"), facts.year
    if day is None:
        return
    if day > facts.as_of:
        findings.append(say("DATE_FUTURE", f"{path}.date", as_of=facts.as_of))
    if facts.issued is not None and day > facts.issued:
        findings.append(say("EXAM_DATE.late", f"{path}.date"))
    elif year is not None:
        # Monitoring and international tests of earlier years count; a test later than the school year never does.
        earliest = (
            year.first_day if exam.get("kind") in ("CE", "KVE") else facts.learner.get("birth_date") or ""
        )
        if not earliest <= day <= year.last_day:
            findings.append(say("EXAM_DATE", f"{path}.date"))


def _check_course(exam: _Exam, facts: Facts, path: str, findings: list[Finding]) -> None:
    known = facts.registers.reference.exams.get(exam.get("code") or "")
    if known is None or facts.subjects is None:
        return
    taken = {subject.get("code") for subject in facts.subjects if subject}
    if taken.isdisjoint(known.higher_level_courses):
        courses = ", ".join(known.higher_level_courses) or "–"
        findings.append(say("EXAM_COURSE", f"{path}.level", courses=courses))


def _minimum(exam: _Exam, rule: ExamRule, highest: str | None) -> float | None:
    """The least per cent at which this examination is passed, by the year's rules; None where it has none."""
    for requirement in rule.required:
        if exam.get("code") in requirement.any_of and exam.get("kind") in requirement.kinds:
            return requirement.min_percent
    return rule.higher_level_min_percent if exam.get("level") == highest else None


def _check_threshold(exam: _Exam, rule: ExamRule, facts: Facts, path: str, findings: list[Finding]) -> None:
    percent, status = exam.get("percent"), exam.get("status")
    if percent is None or status not in _WITH_RESULT:
        return
    minimum = _minimum(exam, rule, facts.registers.highest_level)
    if minimum is None:
        return
    if status == "nokartots" and percent < minimum:
        findings.append(say("EXAM_THRESHOLD", f"{path}.percent", minimum=f"{minimum:g} %"))
    elif status == "nenokartots" and percent >= minimum:
        findings.append(say("EXAM_STATUS", f"{path}.status"))


def _check_requirement(requirement: ExamRequirement, facts: Facts, findings: list[Finding]) -> None:
    """Rule 3: one examination of the required kind that is exempt, replaced, or passed well enough at the level."""
    assert facts.exams is not None
    candidates = [
        (n, exam) for n, exam in enumerate(facts.exams) if exam is None or _may_count(exam, requirement)
    ]
    reasons: list[Finding] = []
    for n, exam in candidates:
        if exam is None:
            return  # already reported as unusable
        reason = _falls_short(exam, requirement, facts, f"exams[{n}]")
        if reason is None:
            return
        reasons.append(reason)
    if not reasons:
        reasons = [say("EXAM_MISSING", "exams", codes="/".join(requirement.any_of))]
    findings += [reason for reason in reasons if reason not in findings]


def _may_count(exam: _Exam, requirement: ExamRequirement) -> bool:
    code, kind = exam.get("code"), exam.get("kind")
    return (code is None or code in requirement.any_of) and (kind is None or kind in requirement.kinds)


def _falls_short(exam: _Exam, requirement: ExamRequirement, facts: Facts, path: str) -> Finding | None:
    """Why this examination does not meet the requirement; None when it does, or when an unusable field hides it."""
    status = exam.get("status")
    if status in ("atbrivots", "aizstats", None) or exam.get("code") is None or exam.get("kind") is None:
        return None
    if status == "neieradas":
        return say("EXAM_MISSING", f"{path}.status", codes=exam["code"])
    percent, mark, rank = exam.get("percent"), exam.get("mark"), facts.registers.level_rank
    if requirement.min_percent is not None and percent is not None and percent < requirement.min_percent:
        return say("EXAM_THRESHOLD", f"{path}.percent", minimum=f"{requirement.min_percent:g} %")
    if requirement.min_mark is not None and mark is not None and int(mark) < requirement.min_mark:
        return say("EXAM_THRESHOLD", f"{path}.mark", minimum=requirement.min_mark)
    if status == "nenokartots":
        return say("EXAM_MISSING", f"{path}.status", codes=exam["code"])
    level = exam.get("level")
    if (
        requirement.min_level is not None
        and level is not None
        and rank.get(level, 99) < rank.get(requirement.min_level, 0)
    ):
        return say("EXAM_LEVEL", f"{path}.level")
    return None


def _check_higher_level(rule: ExamRule, facts: Facts, findings: list[Finding]) -> None:
    assert facts.exams is not None
    if not rule.higher_level_min_count or None in facts.exams:
        return
    highest = facts.registers.highest_level
    passed = sum(
        1
        for exam in facts.exams
        if exam and exam.get("level") == highest and exam.get("status") in ("nokartots", None)
    )
    if passed < rule.higher_level_min_count:
        findings.append(
            say("EXAM_MISSING.higher", "exams", found=passed, expected=rule.higher_level_min_count)
        )
