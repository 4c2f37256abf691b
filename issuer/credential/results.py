"""Marks and examination results with the words, scales and pass marks that belong to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.catalogue.dates import date_text_short
from issuer.catalogue.grading_schemes import SCHEME_OF_MARK
from issuer.catalogue.page_content import Bilingual
from issuer.catalogue.reference import ExamRule
from issuer.catalogue.template import FieldMissingError
from issuer.credential.issuing import Issuing

_LANGUAGE_SUBJECT = re.compile(
    r"(?P<base>[^()]+?) \((?P<language>[^,() ]+)(?: valoda)?(?:, (?P<level>[ABC][12]))?\)"
)
_NONE: Bilingual = {"lv": "", "en": ""}


@dataclass(frozen=True, slots=True)
class Scale:
    """One grading scheme with its pass mark of the year; `threshold` is "" where there is none."""

    scheme: str
    threshold: str


@dataclass(frozen=True, slots=True)
class SubjectResult:
    """One line of a transcript. `list_code` is the code that the QR code lists know the subject by."""

    code: str
    list_code: str
    name: Bilingual
    kind: Bilingual
    level: Bilingual
    mark: str
    words: Bilingual
    grade: Bilingual
    scale: Scale
    passed: bool


@dataclass(frozen=True, slots=True)
class ExamResult:
    """One State examination. `grade` is the percentage, the mark, or what stands in place of them."""

    code: str
    kind: str
    title: Bilingual
    name: Bilingual
    level_code: str
    level: Bilingual
    date: str
    date_text: Bilingual
    grade: Bilingual
    tenths: int | None
    mark: str
    status_code: str
    status: Bilingual
    scale: Scale
    passed: bool
    certificate_no: str
    cefr: str
    replaced_by: str


def subject_result(subject: Mapping[str, Any], issuing: Issuing) -> SubjectResult:
    """One entry of `subjects`; the same object for the same entry."""
    code, name, kind = subject["code"], subject["name"], subject.get("kind")
    level, mark = subject.get("level"), subject["grade"]
    key = ("subject", code, name, kind, level, mark)
    return issuing.store.piece(key, lambda: _subject(code, name, kind or "", level or "", str(mark), issuing))


def _subject(code: str, name: str, kind: str, level: str, mark: str, issuing: Issuing) -> SubjectResult:
    words = issuing.wording["marks"].get(mark)
    scheme = SCHEME_OF_MARK.get(mark)
    if words is None or scheme is None:
        raise FieldMissingError("subjects.grade")
    points = int(mark) if scheme == "ten_point" else None
    least = issuing.reference.min_subject_mark
    grade = words if points is None else _both(f"{mark} ({words['lv']})", f"{mark} ({words['en']})")
    english, list_code = _english(code, name, issuing)
    return SubjectResult(
        code=code,
        list_code=list_code,
        name={"lv": name, "en": english},
        kind=issuing.wording["subject_kind"].get(kind, _NONE),
        level=issuing.wording["level"].get(level, _NONE),
        mark=mark,
        words=words,
        grade=grade,
        scale=Scale(scheme, str(least) if points is not None else ""),
        passed=mark == "i" or (points is not None and points >= least),
    )


def _english(code: str, name: str, issuing: Issuing) -> tuple[str, str]:
    """English name ("" when the register has none, as for modules) and the code for the QR code lists."""
    subject = issuing.reference.subjects.get(code)
    if subject is None:
        return "", code
    if name == subject.name_lv:
        return subject.name_en, code
    match = _LANGUAGE_SUBJECT.fullmatch(name)
    language = issuing.wording["language"].get(match["language"]) if match else None
    if match is None or language is None:
        return "", code
    base = subject.name_en.split(" (")[0]
    level = f", {match['level']}" if match["level"] else ""
    return f"{base} ({language['en']}{level})", f"{code}/{language['lv']}"


def exam_result(exam: Mapping[str, Any], school_year: str, main_type: str, issuing: Issuing) -> ExamResult:
    """One entry of `exams`, judged by the rules of the school year for the record's main document."""
    wording, level_code = issuing.wording, exam.get("level") or ""
    code, kind, status_code = exam["code"], exam["kind"], exam["status"]
    level = wording["level"].get(level_code, _NONE)
    name = issuing.tables["exam"].get(code) or _both(exam["name"], "")
    status = wording["exam_status"].get(status_code, _NONE)
    percent, mark = exam.get("percent"), exam.get("mark") or ""
    threshold = _threshold(code, kind, level_code, school_year, main_type, issuing)
    if percent is not None:
        shown = f"{percent:g}"
        grade = _both(shown.replace(".", ",") + " %", shown + " %")
        scale = Scale("percent_threshold" if threshold else "percent", f"{threshold:g}" if threshold else "")
        passed = bool(threshold) and percent >= threshold and status_code == "nokartots"
    elif mark:
        words = wording["marks"].get(mark, _NONE)
        grade = _both(f"{mark} ({words['lv']})", f"{mark} ({words['en']})")
        scale = Scale("ten_point", f"{threshold or issuing.reference.min_subject_mark:g}")
        passed = status_code == "nokartots" and mark.isdecimal() and int(mark) >= float(scale.threshold)
    else:
        grade, scale, passed = status, Scale("status", ""), False
    replaced = exam.get("replaced_by") or {}
    replaced_by = ", ".join(str(part) for part in (replaced.get("institution"), replaced.get("cefr")) if part)
    at_level = wording["cefr"].get(f"{code}/{level_code}") if kind == "CE" else None
    return ExamResult(
        code=code,
        kind=kind,
        title=issuing.store.piece(
            ("exam", code, kind, level_code, name["lv"]), lambda: _title(kind, name, level, issuing)
        ),
        name=name,
        level_code=level_code,
        level=level,
        date=exam["date"],
        date_text=date_text_short(exam["date"]),
        grade=grade,
        tenths=None if percent is None else round(percent * 10),
        mark=mark,
        status_code=status_code,
        status=status,
        scale=scale,
        passed=passed,
        certificate_no=exam.get("certificate_no") or "",
        cefr=at_level["lv"] if at_level else "",
        replaced_by=replaced_by,
    )


def _title(kind: str, name: Bilingual, level: Bilingual, issuing: Issuing) -> Bilingual:
    """ "Centralizētais eksāmens: Matemātika (optimālais līmenis)"; an examination named as its kind once."""
    what = issuing.wording["exam_kind"].get(kind, _NONE)
    lv = name["lv"] if what["lv"] in ("", name["lv"]) else f"{what['lv']}: {name['lv']}"
    en = name["en"] if what["en"] in ("", name["en"]) else f"{what['en']}: {name['en']}"
    if level["lv"]:
        lv, en = f"{lv} ({level['lv']} līmenis)", f"{en} ({level['en']} level)"
    return {"lv": lv, "en": en}


def _threshold(
    code: str, kind: str, level: str, school_year: str, main_type: str, issuing: Issuing
) -> float | None:
    key = ("threshold", code, kind, level, school_year, main_type)
    found: tuple[float | None] = issuing.store.piece(
        key, lambda: (_look_up_threshold(code, kind, level, school_year, main_type, issuing),)
    )
    return found[0]


def _look_up_threshold(
    code: str, kind: str, level: str, school_year: str, main_type: str, issuing: Issuing
) -> float | None:
    """Least passing result by the exam rules of the year: per cent, or points of a qualification examination."""
    year = school_year[-4:]
    rule = issuing.reference.exam_rule(int(year), main_type) if year.isdecimal() else None
    if rule is None:
        return None
    for need in rule.required:
        if code in need.any_of and kind in need.kinds:
            return need.min_mark if need.min_percent is None else need.min_percent
    if kind == "CE":
        return rule.higher_level_min_percent if level == "augstakais" else _common_percent(rule)
    return None


def _common_percent(rule: ExamRule) -> float | None:
    """The threshold of an examination that nobody requires: the one of all centralised examinations, if it is one."""
    values = {need.min_percent for need in rule.required if "CE" in need.kinds}
    return values.pop() if len(values) == 1 else None


def _both(lv: str, en: str) -> Bilingual:
    return {"lv": lv, "en": en}
