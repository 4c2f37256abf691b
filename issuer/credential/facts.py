"""Everything a document says, worked out once: the credential, the page and the QR claims are projections of it.

What is not here is in none of them: citizenship, the reason of an exemption, code and name of a special programme, the
reason of a duplicate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from issuer.catalogue.authorities import Authority
from issuer.catalogue.dates import date_text
from issuer.catalogue.document_type import BodyKind, DocumentType, ProgrammeRule
from issuer.catalogue.page_content import Bilingual
from issuer.catalogue.programmes import isced_f_of, programme_kind, reveals_special_needs
from issuer.catalogue.reference import Institution
from issuer.catalogue.template import FieldMissingError, Tables, look_up
from issuer.credential.issuing import CompositionError, Issuing
from issuer.credential.plan import DocumentPlan, day_at, text_at
from issuer.credential.results import ExamResult, SubjectResult, exam_result, subject_result
from issuer.elm.concept_lists import LISTS

Body = Institution | Authority


@dataclass(frozen=True, slots=True)
class Bodies:
    """Who awarded, who issues the document, who seals it, and whether sealing is by mandate of the awarding body.

    `awarding` stays what history says: a closed school awarded, its legal successor issues the duplicate
    (`by_successor`).
    """

    awarding: Body
    issuing: Institution
    sealing: Body
    by_mandate: bool
    by_successor: bool

    @property
    def issuing_body(self) -> Body:
        """Who issues the document: the authority that awards, else the institution of the record."""
        return self.awarding if isinstance(self.awarding, Authority) else self.issuing


@dataclass(frozen=True, slots=True)
class Programme:
    """As much of the education programme as may be told."""

    name: Bilingual
    code: str


@dataclass(frozen=True, slots=True)
class OriginalName:
    """The name as written in the person's own language (`oriģinālforma`); `language`: BCP 47 tag."""

    text: str
    language: str


@dataclass(slots=True)
class Facts:
    """What one document says. Texts are final; dates are ISO 8601."""

    document_type: DocumentType
    number: str
    series_part: str
    number_part: str
    registration_no: str
    given_names: str
    family_name: str
    birth_date: str
    personal_code: str
    other_identifier: tuple[Bilingual, str] | None
    original_name: OriginalName | None
    bodies: Bodies
    programme: Programme | None
    languages: tuple[str, ...]
    level: int | None
    main_level: int | None
    isced_f: str
    claim_title: Bilingual
    specification_title: Bilingual | None
    legal_basis: Bilingual
    completed: str
    issued: str
    director: tuple[Bilingual, str] | None
    mark: Bilingual | None
    replaced: Bilingual | None
    lines: tuple[tuple[Bilingual, Bilingual], ...]
    statement: tuple[Bilingual, ...]
    subjects: tuple[SubjectResult, ...]
    exams: tuple[ExamResult, ...]


def facts_of(plan: DocumentPlan, issuing: Issuing) -> Facts:
    """Raises `FieldMissingError` or `CompositionError` when the record cannot bear the document."""
    kind, scope, tables = plan.document_type, plan.scope, issuing.tables
    learner = scope.get("learner") or {}
    document = scope.get("document") or {}
    numbering = kind.numbering
    specification = kind.claim.specification
    completed, issued = day_at(scope, kind.completed), day_at(scope, kind.issued)
    issue_kind = document.get("issue_kind") or "original"
    programme = scope.get("programme") or {}
    code = programme.get("code") or ""
    if not learner.get("given_names") and not learner.get("family_name"):
        raise FieldMissingError("learner.family_name")
    return Facts(
        document_type=kind,
        number=numbering.text.fill(scope, tables, "lv"),
        series_part=numbering.series.fill(scope, tables, "lv"),
        number_part=numbering.number.fill(scope, tables, "lv"),
        registration_no=numbering.registration.fill(scope, tables, "lv") if numbering.registration else "",
        given_names=learner.get("given_names") or "",
        family_name=learner.get("family_name") or "",
        birth_date=day_at(scope, "learner.birth_date"),
        personal_code=(learner.get("personal_code") or "") if kind.personal_code else "",
        other_identifier=_other_identifier(learner, issuing) if kind.personal_code else None,
        original_name=_original_name(learner),
        bodies=_bodies(kind, scope, issuing),
        programme=_programme(plan, programme, issuing),
        languages=("LAV",) if programme.get("language") in ("lv", "lv+min") else (),
        level=_level(kind, scope, code),
        main_level=_level(plan.main_type, scope, code),
        isced_f=_isced_f(plan, code),
        claim_title=kind.claim.title.fill(scope, tables),
        specification_title=specification.title.fill(scope, tables) if specification else None,
        legal_basis=kind.legal_basis.fill(scope, tables),
        completed=completed,
        issued=issued,
        director=_director(scope, issuing) if kind.director else None,
        mark=None if issue_kind == "original" else issuing.wording["issue_kind"][issue_kind],
        replaced=_replaced(scope) if document.get("replaces") else None,
        lines=_lines(kind, scope, tables) if kind.page.facts else (),
        statement=tuple([text.fill(scope, tables) for text in kind.page.statement]),
        subjects=_subjects(plan, issuing),
        exams=_exams(plan, issuing),
    )


def _lines(
    kind: DocumentType, scope: Mapping[str, Any], tables: Tables
) -> tuple[tuple[Bilingual, Bilingual], ...]:
    return tuple(
        [
            (fact.label, fact.value.fill(scope, tables))
            for fact in kind.page.facts
            if not fact.when or look_up(scope, fact.when) not in (None, "")
        ]
    )


def _original_name(learner: Mapping[str, Any]) -> OriginalName | None:
    original = learner.get("original_name")
    if not original:
        return None
    text = " ".join(part for part in (original.get("given_names"), original.get("family_name")) if part)
    return OriginalName(text, original.get("language") or "und") if text else None


def _other_identifier(learner: Mapping[str, Any], issuing: Issuing) -> tuple[Bilingual, str] | None:
    """For people without a personal code. The country of a passport would tell the citizenship: left out."""
    other = learner.get("alt_id")
    if not other or learner.get("personal_code"):
        return None
    label = issuing.wording["identity"].get(other.get("type"))
    if label is None or not other.get("value"):
        raise FieldMissingError("learner.alt_id.type")
    return label, other["value"]


def _bodies(kind: DocumentType, scope: Mapping[str, Any], issuing: Issuing) -> Bodies:
    reg_no = text_at(scope, "institution.reg_no")
    original_reg_no = look_up(scope, "document.replaces.institution_reg_no") or reg_no
    key = ("bodies", kind.code, reg_no, original_reg_no)
    return issuing.store.kept(key, lambda: _find_bodies(kind, reg_no, original_reg_no, issuing))


def _find_bodies(kind: DocumentType, reg_no: str, original_reg_no: str, issuing: Issuing) -> Bodies:
    school = issuing.institution(reg_no)
    awarded_in = school if original_reg_no == school.reg_no else issuing.institution(original_reg_no)
    sealer = issuing.sealed_by(kind)
    by_mandate = sealer not in kind.awarded_by

    def body(which: BodyKind, institution: Institution) -> Body:
        return institution if which == "institution" else issuing.authorities[which]

    awarder = kind.awarded_by[0] if by_mandate else sealer
    by_successor = awarder == "institution" and awarded_in is not school
    return Bodies(body(awarder, awarded_in), school, body(sealer, school), by_mandate, by_successor)


def _programme(plan: DocumentPlan, programme: Mapping[str, Any], issuing: Issuing) -> Programme | None:
    rule = plan.document_type.programme
    if rule is not None and rule.disclosure == "as_main":
        rule = plan.main_type.programme
    code, name = programme.get("code") or "", programme.get("name") or ""
    if rule is None or not code:
        return None
    key = ("programme", plan.main_type.code, plan.document_type.code, code, name)
    return issuing.store.kept(key, lambda: _told(rule, code, name, issuing))


def _told(rule: ProgrammeRule, code: str, name: str, issuing: Issuing) -> Programme:
    hide = rule.disclosure == "generalised" or (
        rule.disclosure == "full_unless_special" and reveals_special_needs(code, name)
    )
    if hide and rule.general_name is not None:
        return Programme(rule.general_name, code[: rule.general_digits])
    known = issuing.wording.get("programme", {}).get(name)
    return Programme({"lv": name, "en": known["en"] if known else ""}, code)


def _level(kind: DocumentType, scope: Mapping[str, Any], programme_code: str) -> int | None:
    rule = kind.level
    if rule is None:
        return None
    if rule.rule == "fixed":
        return rule.lqf
    if rule.rule == "programme_kind":
        return rule.by_kind.get(programme_kind(programme_code) or "", rule.lqf)
    level = look_up(scope, rule.path)
    if type(level) is not int or not 1 <= level <= 8:
        raise FieldMissingError(rule.path)
    return level


def _isced_f(plan: DocumentPlan, programme_code: str) -> str:
    rule = plan.document_type.field
    if rule is not None and rule.rule == "as_main":
        rule = plan.main_type.field
    if rule is None:
        return ""
    if rule.rule == "fixed":
        return rule.isced_f
    field = isced_f_of(programme_code, rule.unclear)
    return field if field in LISTS["isced-f"].members() else ""  # codes of an older classification: 525, 815


def _director(scope: Mapping[str, Any], issuing: Issuing) -> tuple[Bilingual, str]:
    director = look_up(scope, "institution.director") or {}
    name = " ".join(part for part in (director.get("given_names"), director.get("family_name")) if part)
    position = director.get("position")
    if not name or not position:
        raise FieldMissingError("institution.director")
    return issuing.wording["director"].get(position) or {"lv": position, "en": "head"}, name


def _replaced(scope: Mapping[str, Any]) -> Bilingual:
    """The document that a duplicate or correction stands for; why it was needed is nobody's business."""
    replaces = scope["document"]["replaces"]
    number = f"{replaces.get('series') or ''} {text_at(scope, 'document.replaces.number')}".strip()
    day = date_text(day_at(scope, "document.replaces.issue_date"))
    return {
        "lv": f"Aizstāj dokumentu {number}, kura izsniegšanas datums ir {day['lv']}.",
        "en": f"Replaces the document {number}, issued on {day['en']}.",
    }


def _subjects(plan: DocumentPlan, issuing: Issuing) -> tuple[SubjectResult, ...]:
    if not plan.document_type.claim.subjects:
        return ()
    return tuple([subject_result(subject, issuing) for subject in plan.scope.get("subjects") or ()])


def _exams(plan: DocumentPlan, issuing: Issuing) -> tuple[ExamResult, ...]:
    year = look_up(plan.scope, "completion.school_year") or ""
    main, kinds = plan.main_type.code, plan.document_type.claim.exam_kinds
    if plan.document_type.source.each == "exam":
        return (exam_result(plan.scope["exam"], year, main, issuing),)
    return tuple(
        [exam_result(e, year, main, issuing) for e in plan.scope.get("exams") or () if e["kind"] in kinds]
        if kinds
        else ()
    )


__all__ = ["Bodies", "CompositionError", "Facts", "OriginalName", "Programme", "facts_of"]
