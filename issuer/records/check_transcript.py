"""Checks on the transcript (sekmju izraksts): each line by itself, and what a completed education must hold."""

from __future__ import annotations

import re
from operator import itemgetter
from typing import Any, Final

from issuer.findings import Finding
from issuer.records.facts import REPORT, Facts
from issuer.records.messages import say
from issuer.records.names import tidied
from issuer.records.registers import Registers

_MODULE = re.compile("MOD[1-9]")
_WHOLE = re.compile("-?[0-9]+")
_STAGES: Final = frozenset("STAP")
_STAGED_KIND: Final = "59"
_NUMBERS: Final = frozenset(str(n) for n in range(1, 11))
_BASIC_KINDS: Final = frozenset({"obligatory", "optional"})
_VOCATIONAL_KINDS: Final = _BASIC_KINDS | {"module", "specialised", "in_depth"}
_KINDS: Final = {
    "APL_VPI": _BASIC_KINDS,
    "ATE_VVI": _BASIC_KINDS | {"in_depth", "specialised"},
    "APL_PPI": _VOCATIONAL_KINDS,
    "ATE_ARO": _VOCATIONAL_KINDS,
    "DIP_PVI": _VOCATIONAL_KINDS,
    "APL_PKV": _VOCATIONAL_KINDS,
}
# What is wrong with one line, as (message key, field, values); the same few thousand lines make up every batch.
_Verdict = tuple[tuple[str, str, dict[str, object]], ...]
_Line = tuple[str | None, ...]
_FIELDS: Final = itemgetter("code", "name", "kind", "level", "grade", "grade_text")
_MAX_REMEMBERED: Final = 20_000


class TranscriptCheck:
    """Checks `subjects`; remembers the verdict on each distinct line."""

    def __init__(self, registers: Registers) -> None:
        self._registers = registers
        self._remembered: dict[_Line, _Verdict] = {}

    def __call__(self, facts: Facts, findings: list[Finding]) -> None:
        subjects = facts.subjects
        if subjects is None:
            return
        if not subjects:
            if facts.completed or facts.result == "not_completed":
                findings.append(say("SUBJECTS_EMPTY", "subjects"))
            return
        remembered, level_type, kind = self._remembered, facts.level and facts.level.document_type, facts.kind
        codes: set[str] = set()
        for n, subject in enumerate(subjects):
            if subject is None:
                continue
            line = (level_type, kind, *_FIELDS(subject))
            verdict = remembered.get(line)
            if verdict is None:
                verdict = self._remember(line, facts, subject)
            for key, name, values in verdict:
                findings.append(say(key, f"subjects[{n}].{name}", **values))
            code = subject.get("code")
            if code is not None:
                if code in codes:
                    findings.append(say("SUBJECT_DUP", f"subjects[{n}].code", code=code))
                codes.add(code)
        if facts.completed and facts.document_type != REPORT:
            _check_completed(facts, subjects, codes, findings)

    def _remember(self, line: _Line, facts: Facts, subject: dict[str, Any]) -> _Verdict:
        verdict = tuple(self._judge(facts, subject))
        if len(self._remembered) >= _MAX_REMEMBERED:
            self._remembered.clear()
        self._remembered[line] = verdict
        return verdict

    def _judge(self, facts: Facts, subject: dict[str, Any]) -> list[tuple[str, str, dict[str, object]]]:
        code, name = subject.get("code"), subject.get("name")
        verdict: list[tuple[str, str, dict[str, object]]] = []
        module = code is not None and _MODULE.fullmatch(code) is not None
        if code is not None and not module:
            if code not in self._registers.reference.subjects:
                verdict.append(("SUBJECT_UNKNOWN", "code", {}))
            elif name is not None:
                verdict += self._judge_name(code, name)
        verdict += _judge_kind(facts, subject, module)
        verdict += self._judge_grade(facts, subject)
        return verdict

    def _judge_name(self, code: str, name: str) -> list[tuple[str, str, dict[str, object]]]:
        registers, expected = self._registers, self._registers.reference.subjects[code].name_lv
        if registers.takes_language(code):
            if registers.names_language(code, name):
                return []
            if name == expected:
                return [("SUBJECT_NAME.language", "name", {"expected": _with_language(expected)})]
        elif name == expected:
            return []
        alike = tidied(name).casefold() == expected.casefold()
        return [
            ("SUBJECT_NAME.spelling", "name", {"expected": expected})
            if alike
            else ("SUBJECT_NAME", "name", {"code": code, "expected": expected})
        ]

    def _judge_grade(self, facts: Facts, subject: dict[str, Any]) -> list[tuple[str, str, dict[str, object]]]:
        grade, text = subject.get("grade"), subject.get("grade_text")
        marks = self._registers.reference.marks
        if grade is None:
            return []
        if grade not in marks:
            outside = _WHOLE.fullmatch(grade) is not None and not 1 <= int(grade[:9]) <= 10
            return [("GRADE_RANGE" if outside else "GRADE_CODE", "grade", {})]
        verdict: list[tuple[str, str, dict[str, object]]] = []
        if facts.kind is not None and grade in _STAGES and facts.kind != _STAGED_KIND:
            verdict.append(("GRADE_SCALE", "grade", {}))
        if text is not None and text != marks[grade]:
            verdict.append(("GRADE_TEXT", "grade_text", {"expected": marks[grade]}))
        return verdict


def _with_language(name: str) -> str:
    plain, bracket, rest = name.partition(" (")
    return f"{plain} (vācu, {rest}" if bracket else f"{plain} (vācu valoda)"


def _judge_kind(
    facts: Facts, subject: dict[str, Any], module: bool
) -> list[tuple[str, str, dict[str, object]]]:
    kind, level, due = subject.get("kind"), subject.get("level"), facts.level
    verdict: list[tuple[str, str, dict[str, object]]] = []
    if due is None:
        return verdict
    vocational = facts.vocational
    if kind is not None and (
        kind not in _KINDS[due.document_type]
        or (subject.get("code") is not None and (kind == "module") != module)
        or (module and not vocational)
    ):
        verdict.append(("SUBJECT_KIND", "kind", {}))
    elif due.document_type == "ATE_VVI" and "level" in subject:
        highest = facts.registers.highest_level
        if level is None:
            verdict.append(("SUBJECT_LEVEL.missing", "level", {}))
        elif kind is not None and kind != "specialised" and (kind == "in_depth") != (level == highest):
            verdict.append(("SUBJECT_LEVEL", "level", {}))
    elif due.grade == 9 and level is not None:
        verdict.append(("SUBJECT_LEVEL", "level", {}))
    return verdict


def _check_completed(
    facts: Facts, subjects: list[dict[str, Any] | None], codes: set[str], findings: list[Finding]
) -> None:
    """Rules 1 and 2 of "completed": every core subject there, few enough marks below the pass mark, no nv, no ni."""
    reference = facts.registers.reference
    below: list[int] = []
    for n, subject in enumerate(subjects):
        grade = subject.get("grade") if subject else None
        if grade == "nv":
            findings.append(say("GRADE_NV", f"subjects[{n}].grade"))
        elif grade == "ni":
            findings.append(say("GRADE_BELOW_MIN", f"subjects[{n}].grade", allowed=0))
        elif grade in _NUMBERS:
            if facts.kind == _STAGED_KIND:
                findings.append(say("GRADE_SCALE", f"subjects[{n}].grade"))
            if int(grade) < reference.min_subject_mark:
                below.append(n)
    if facts.due_type is None:
        return
    allowed = reference.max_marks_below_min.get(facts.due_type, 0)
    if len(below) > allowed:
        findings += [say("GRADE_BELOW_MIN", f"subjects[{n}].grade", allowed=allowed) for n in below]
    if facts.year is None or facts.kind is None or facts.curriculum is None:
        return
    core = facts.registers.core_subjects(facts.due_type, facts.curriculum, facts.kind, facts.year.ends)
    if not core <= codes and None not in subjects:
        findings.append(say("SUBJECT_MISSING", "subjects", codes=", ".join(sorted(core - codes))))
