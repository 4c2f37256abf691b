"""Marks and examination results as ELM nodes, each with its grading scheme described as data."""

from __future__ import annotations

from functools import partial

from issuer.catalogue.dates import start_of_day
from issuer.catalogue.document_type import AssessmentRule, DocumentType
from issuer.catalogue.template import look_up
from issuer.credential.facts import Facts
from issuer.credential.issuing import Issuing, Node
from issuer.credential.nodes import (
    CONTINUOUS,
    PASS,
    SUPERVISED,
    WRITTEN,
    identifier,
    note,
    own_texts,
    texts,
    topic,
)
from issuer.credential.plan import DocumentPlan
from issuer.credential.results import ExamResult, Scale, SubjectResult
from issuer.elm.concepts import concept
from issuer.elm.entries import Moment, Text
from issuer.elm.piece import Piece, write

_EXAMS_FROM = 101  # numbers of assessments: marks 1…, examinations 101…, results written from texts 201…
_TEXTS_FROM = 201


def mark_parts(facts: Facts, award: Piece, issuing: Issuing) -> list[Piece]:
    """One `LearningAchievement` per subject, proven by its mark; `award` is the stub of the awarding process."""
    parts, seen, store, kind = [], set[str](), issuing.store, facts.document_type
    for n, result in enumerate(facts.subjects, 1):
        first = result.scale.scheme not in seen
        seen.add(result.scale.scheme)
        key = ("mark", n, first, kind.code, result)
        row = store.get(key) or store.frame(key, partial(_row, n, result, first, kind, award, issuing))
        parts.append(row.around(award, award))
    return parts


def _row(
    n: int, result: SubjectResult, first: bool, kind: DocumentType, award: Piece, issuing: Issuing
) -> Node:
    title, final = texts(result.name), issuing.wording.label("final_mark")
    assessment: Node = {
        "id": f"urn:epass:learningAssessment:{n}",
        "type": "LearningAssessment",
        "title": final,
        "awardedBy": award,
        "grade": note(f"grade-{n}", result.grade),  # type: ignore[arg-type]
        "specifiedBy": _mark_rules(result.scale, first, kind, issuing),
    }
    if result.passed:
        assessment["gradeStatus"] = PASS
    return {
        "id": f"urn:epass:learningAchievement:{n + 1}",
        "type": "LearningAchievement",
        "title": title,
        "awardedBy": award,
        "specifiedBy": _subject(n, result, title, issuing),
        "provenBy": assessment,
    }


def _subject(n: int, result: SubjectResult, title: dict[str, str], issuing: Issuing) -> Node:
    level = issuing.wording.label("course_level")
    categories: dict[str, list[str]] = {"lv": [], "en": []}
    if result.kind["lv"]:
        categories["lv"].append(result.kind["lv"])
        categories["en"].append(result.kind["en"])
    if result.level["lv"]:
        categories["lv"].append(f"{level['lv']}: {result.level['lv']}")
        categories["en"].append(f"{level['en']}: {result.level['en']}")
    specification: Node = {
        "id": f"urn:epass:learningAchievementSpecification:{n + 1}",
        "type": "LearningAchievementSpecification",
        "title": title,
        "identifier": identifier(10 + n, "subject", issuing.wording.label("subject_code")["lv"], result.code),
    }
    if categories["lv"]:
        specification["category"] = categories
    return specification


def _mark_rules(scale: Scale, first: bool, kind: DocumentType, issuing: Issuing) -> Node:
    """How marks are given: in full with the first mark on a scale, as a stub with the others."""
    full = grading_scheme(scale, kind, issuing)
    rules: Node = {
        "id": f"urn:epass:learningAssessmentSpecification:{scale.scheme.replace('_', '-')}",
        "type": "LearningAssessmentSpecification",
        "title": issuing.wording.label("final_mark"),
        "gradingScheme": full if first else {member: full[member] for member in ("id", "type", "title")},
    }
    if first:
        rules["dcType"] = CONTINUOUS
    return rules


def grading_scheme(scale: Scale, kind: DocumentType, issuing: Issuing) -> Node:
    """The scale in words: range, pass mark of the year, and what every mark of it means."""
    return issuing.store.kept(("scale", kind.code, scale), lambda: _grading_scheme(scale, kind, issuing))


def _grading_scheme(scale: Scale, kind: DocumentType, issuing: Issuing) -> Node:
    scheme, words = kind.grading_schemes[scale.scheme], issuing.wording["marks"]
    name = scale.scheme.replace("_", "-") + (f"-{scale.threshold}" if scale.threshold else "")
    description = {}
    for language, text, threshold in (
        ("lv", scheme.description["lv"], scale.threshold.replace(".", ",")),
        ("en", scheme.description["en"], scale.threshold),
    ):
        meanings = "; ".join(
            f"{mark} – {words[mark]['lv' if language == 'lv' else 'en']}" for mark in scheme.marks
        )
        description[language] = f"{text.replace('{threshold}', threshold)} {meanings}".strip()
    return {
        "id": f"urn:epass:gradingScheme:{name}",
        "type": "GradingScheme",
        "title": scheme.title,
        "description": description,
    }


def exam_assessments(facts: Facts, award: Piece, issuing: Issuing) -> list[Node]:
    """One `LearningAssessment` per examination, in the order of the record."""
    kind = facts.document_type
    return [_exam(n, result, kind, award, issuing) for n, result in enumerate(facts.exams, _EXAMS_FROM)]


def _exam(n: int, result: ExamResult, kind: DocumentType, award: Piece, issuing: Issuing) -> Node:
    key = ("exam rules", n, kind.code, result.title["lv"], result.scale.scheme, result.scale.threshold)
    rules = issuing.store.piece(key, partial(_exam_rules, n, result, kind, issuing))
    node: Node = {
        "id": f"urn:epass:learningAssessment:{n}",
        "type": "LearningAssessment",
        "title": texts(result.title),
        "awardedBy": award,
        "dateIssued": Moment(start_of_day(result.date)),
        "grade": note(f"grade-{n}", own_texts(result.grade)),
        "specifiedBy": rules,
    }
    if result.passed:
        node["gradeStatus"] = PASS
    if result.kind == "CE" and result.tenths is not None:
        node["idVerification"] = SUPERVISED
    if result.certificate_no:
        scheme_name = issuing.wording.label("certificate_number")["lv"]
        node["identifier"] = identifier(n, "exam-certificate", scheme_name, Text(result.certificate_no))
    notes = None if result.passed and not result.cefr else _exam_notes(n, result, issuing)
    if notes:
        node["additionalNote"] = notes
    return node


def _exam_rules(n: int, result: ExamResult, kind: DocumentType, issuing: Issuing) -> Node:
    rules: Node = {
        "id": f"urn:epass:learningAssessmentSpecification:{n}",
        "type": "LearningAssessmentSpecification",
        "title": texts(result.title),
        "dcType": WRITTEN if result.kind != "KVE" else concept("assessment", "practical-assessment"),
        "gradingScheme": grading_scheme(result.scale, kind, issuing),
    }
    if result.level["lv"]:
        rules["category"] = texts(result.level)
    return rules


def _exam_notes(n: int, result: ExamResult, issuing: Issuing) -> list[Piece]:
    """What the grade does not tell: a status other than a plain pass, CEFR level of the examination, replacement."""
    key = ("exam notes", n, "" if result.passed else result.status_code, result.cefr, result.replaced_by)
    return issuing.store.kept(key, lambda: [write(each) for each in _make_exam_notes(n, result, issuing)])


def _make_exam_notes(n: int, result: ExamResult, issuing: Issuing) -> list[Node]:
    label, cefr, test = issuing.wording.label, result.cefr, result.replaced_by
    notes = []
    if not result.passed:
        notes.append(note(f"status-{n}", texts(result.status), topic("status", label("status"))))
    if cefr:
        notes.append(note(f"cefr-{n}", {"lv": cefr, "en": cefr}, topic("cefr", label("cefr"))))
    if test:
        about = topic("replaced-by", label("replaced_by"))
        notes.append(note(f"replaced-by-{n}", {"lv": test, "en": test}, about))
    return notes


def text_assessments(plan: DocumentPlan, award: Piece, issuing: Issuing) -> list[Node]:
    """The results that a document type writes from texts (`claim.assessments`)."""
    return [
        _text_assessment(n, rule, plan, award, issuing)
        for n, rule in enumerate(plan.document_type.claim.assessments, _TEXTS_FROM)
    ]


def _text_assessment(
    n: int, rule: AssessmentRule, plan: DocumentPlan, award: Piece, issuing: Issuing
) -> Node:
    title = texts(rule.title.fill(plan.scope, issuing.tables))
    node: Node = {
        "id": f"urn:epass:learningAssessment:{n}",
        "type": "LearningAssessment",
        "title": title,
        "awardedBy": award,
        "grade": note(f"grade-{n}", texts(rule.grade.fill(plan.scope, issuing.tables))),
        "specifiedBy": {
            "id": f"urn:epass:learningAssessmentSpecification:{n}",
            "type": "LearningAssessmentSpecification",
            "title": title,
            "dcType": concept("assessment", rule.kind),
            "gradingScheme": grading_scheme(Scale(rule.scheme, ""), plan.document_type, issuing),
        },
    }
    date = look_up(plan.scope, rule.date) if rule.date else None
    if date:
        node["dateIssued"] = start_of_day(date)
    if rule.passed:
        node["gradeStatus"] = PASS
    return node
