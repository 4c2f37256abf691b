"""Marks and examination results with the words, scales and pass marks that belong to them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.catalogue.grading_schemes import SCHEME_OF_MARK
from issuer.catalogue.page_content import Bilingual
from issuer.catalogue.reference import ExamRule
from issuer.catalogue.template import FieldMissingError
from issuer.credential.issuing import Issuing
from issuer.credential.plan import day_at

_LANGUAGE_SUBJECT = re.compile(
    r"(?P<base>[^()]+?) \((?P<language>[^,() ]+)(?: valoda)?(?:, (?P<level>[ABC][12]))?\)"
)
_NONE: Bilingual = {"lv": "", "en": ""}


@dataclass(frozen=True, slots=True)
class Scale:
    """One grading scheme with its pass mark of the year; `threshold` is "" where there is none."""

    scheme: str
    threshold: str


_STATUS_SCALE = Scale("status", "")


@dataclass(frozen=True, slots=True, eq=False)
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


@dataclass(slots=True)
class ExamResult:
    """One State examination. `grade` is the percentage, the mark, or what stands in place of them."""

    code: str
    kind: str
    title: Bilingual
    name: Bilingual
    level_code: str
    level: Bilingual
    date: str
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
    """One entry of `subjects`; the same object for the same entry, so it can stand in keys by itself."""
    try:
        key = (
            "subject",
            subject["code"],
            subject["name"],
            subject["kind"],
            subject["level"],
            subject["grade"],
        )
    except KeyError as error:
        raise FieldMissingError(f"subjects.{error.args[0]}") from None
    found: SubjectResult | None = issuing.store.get(key)
    if found is None:
        _, code, name, kind, level, mark = key
        made = _subject(code, name, kind or "", level or "", str(mark), issuing)
        found = issuing.store.kept(key, lambda: made)
    return found


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
    """English name ("" when neither register nor glossary has one) and the code for the QR code lists."""
    subject = issuing.reference.subjects.get(code)
    if subject is None:
        return issuing.wording.get("module", {}).get(name, _NONE)["en"], code
    if name == subject.name_lv:
        return subject.name_en, code
    match = _LANGUAGE_SUBJECT.fullmatch(name)
    language = issuing.wording["language"].get(match["language"]) if match else None
    if match is None or language is None:
        return "", code
    base = subject.name_en.split(" (")[0]
    level = f", {match['level']}" if match["level"] else ""
    return f"{base} ({language['en']}{level})", f"{code}/{language['lv']}"


@dataclass(frozen=True, slots=True, eq=False)
class _Sitting:
    """What all results of one examination at one level in one year share."""

    title: Bilingual
    name: Bilingual
    level: Bilingual
    status: Bilingual
    threshold: float | None
    percent_scale: Scale
    cefr: str


def exam_result(exam: Mapping[str, Any], school_year: str, main_type: str, issuing: Issuing) -> ExamResult:
    """One entry of `exams`, judged by the rules of the school year for the record's main document."""
    try:
        code, kind, status_code = exam["code"], exam["kind"], exam["status"]
    except KeyError as error:
        raise FieldMissingError(f"exams.{error.args[0]}") from None
    level_code, lv_name = exam.get("level") or "", exam.get("name") or ""
    key = ("sitting", code, lv_name, kind, level_code, status_code, school_year, main_type)
    sitting: _Sitting | None = issuing.store.get(key)
    if sitting is None:
        made = _sitting(code, lv_name, kind, level_code, status_code, school_year, main_type, issuing)
        sitting = issuing.store.kept(key, lambda: made)
    percent, mark, threshold = exam.get("percent"), exam.get("mark") or "", sitting.threshold
    tenths, passed = None, False
    if percent is not None:
        tenths = round(percent * 10)
        shown = f"{percent:g}"
        grade: Bilingual = {"lv": shown.replace(".", ",") + " %", "en": shown + " %"}
        scale = sitting.percent_scale
        passed = threshold is not None and percent >= threshold and status_code == "nokartots"
    elif mark:
        words = issuing.wording["marks"].get(mark, _NONE)
        grade = {"lv": f"{mark} ({words['lv']})", "en": f"{mark} ({words['en']})"}
        least = issuing.reference.min_subject_mark if threshold is None else threshold
        scale = Scale("ten_point", f"{least:g}")
        passed = status_code == "nokartots" and mark.isdecimal() and int(mark) >= least
    else:
        grade, scale = sitting.status, _STATUS_SCALE
    return ExamResult(
        code=code,
        kind=kind,
        title=sitting.title,
        name=sitting.name,
        level_code=level_code,
        level=sitting.level,
        date=day_at({"exams": exam}, "exams.date"),
        grade=grade,
        tenths=tenths,
        mark=mark,
        status_code=status_code,
        status=sitting.status,
        scale=scale,
        passed=passed,
        certificate_no=exam.get("certificate_no") or "",
        cefr=sitting.cefr,
        replaced_by=_replaced_by(exam.get("replaced_by")),
    )


def _replaced_by(test: Mapping[str, Any] | None) -> str:
    """ "Cambridge English, C1", or "" """
    return (
        ", ".join(str(part) for part in (test.get("institution"), test.get("cefr")) if part) if test else ""
    )


def _sitting(
    code: str,
    lv_name: str,
    kind: str,
    level_code: str,
    status_code: str,
    school_year: str,
    main_type: str,
    issuing: Issuing,
) -> _Sitting:
    wording = issuing.wording
    name = issuing.tables["exam"].get(code) or {"lv": lv_name, "en": ""}
    level = wording["level"].get(level_code, _NONE)
    threshold = _threshold(code, kind, level_code, school_year, main_type, issuing)
    cefr = wording["cefr"].get(f"{code}/{level_code}") if kind == "CE" else None
    return _Sitting(
        title=_title(kind, name, level, issuing),
        name=name,
        level=level,
        status=wording["exam_status"].get(status_code, _NONE),
        threshold=threshold,
        percent_scale=Scale("percent", "")
        if threshold is None
        else Scale("percent_threshold", f"{threshold:g}"),
        cefr=cefr["lv"] if cefr else "",
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
