"""What the A4 page of a document shows (`issuer.catalogue.page_content.PageContent`), from the same facts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from issuer.catalogue.authorities import Authority
from issuer.catalogue.dates import date_text, date_text_short
from issuer.catalogue.page_content import (
    Bilingual,
    ColumnContent,
    DirectorContent,
    FactContent,
    LevelsContent,
    PageContent,
    ProgrammeContent,
    TableContent,
)
from issuer.credential.facts import Body, Facts
from issuer.credential.issuing import Issuing
from issuer.credential.organisations import mandate_statement, registration_number
from issuer.credential.plan import DocumentPlan, Link
from issuer.credential.results import ExamResult

_EMPTY: Bilingual = {"lv": "", "en": ""}
_PROOF: Bilingual = {
    "lv": "Dokuments ir apzīmogotais fails; attēls pats par sevi neko neapliecina. Īstumu pārbauda ar QR kodu.",
    "en": "The sealed file is the document; the picture alone proves nothing. Check it with the QR code. "
    "The English text is a courtesy translation.",
}


def page_of(plan: DocumentPlan, facts: Facts, issuing: Issuing) -> PageContent:
    """Every text final; see `PageContent` for the shape."""
    kind = facts.document_type
    qualification = kind.claim.specification is not None and kind.claim.specification.kind == "Qualification"
    tables = _tables(facts, issuing)
    return PageContent(
        key=plan.key,
        layout=kind.page.layout,
        heading=issuing.wording["heading"]["state"],
        title=kind.name,
        mark=facts.mark,
        series_number=facts.number,
        registration_number=facts.registration_no,
        holder={
            "given_names": facts.given_names,
            "family_name": facts.family_name,
            "original_name": facts.original_name.text if facts.original_name else "",
            "birth_date": date_text(facts.birth_date),
            "personal_code": facts.personal_code,
        },
        statement=list(facts.statement),
        institution={
            "name": _name(facts.bodies.awarding),
            "registration_number": registration_number(facts.bodies.awarding),
            "place": _alike(facts.bodies.awarding.place),
        },
        programme=_programme(facts),
        qualification=_qualification(facts) if qualification else None,
        levels=LevelsContent(lqf=str(facts.level), eqf=str(facts.level)) if facts.level else None,
        completion_date=date_text(facts.completed),
        issue_date=date_text(facts.issued),
        issue_place=_alike(facts.bodies.issuing_body.place),
        director=_director(facts),
        facts=_facts(facts, issuing),
        entitlement=_entitlement(facts),
        tables=tables,
        glossary=_glossary(facts, issuing) if tables else [],
        notes=_notes(plan, facts),
        legal_basis=facts.legal_basis,
        sealing_note=_sealing_note(facts),
        proof_note=_PROOF,
    )


def _alike(text: str) -> Bilingual:
    return {"lv": text, "en": text}


def _latvian(both: Bilingual) -> Bilingual:
    return _alike(both["lv"])


def _name(body: Body) -> Bilingual:
    return body.legal_name if isinstance(body, Authority) else _alike(body.name)


def _programme(facts: Facts) -> ProgrammeContent | None:
    return ProgrammeContent(name=facts.programme.name, code=facts.programme.code) if facts.programme else None


def _qualification(facts: Facts) -> Bilingual | None:
    """Named apart from the achievement only where it is something of its own (a professional qualification)."""
    title = facts.specification_title
    return title if title is not None and title["lv"] != facts.claim_title["lv"] else None


def _director(facts: Facts) -> DirectorContent | None:
    if facts.director is None:
        return None
    position, name = facts.director
    return DirectorContent(position=position, name=name)


def _facts(facts: Facts, issuing: Issuing) -> list[FactContent]:
    lines = []
    if facts.other_identifier is not None:
        label, value = facts.other_identifier
        lines.append(FactContent(label=label, value=_alike(value)))
    if facts.document_type.source.each == "exam":
        lines += _exam_facts(facts.exams[0], issuing)
    return lines + [FactContent(label=label, value=value) for label, value in facts.lines]


def _exam_facts(exam: ExamResult, issuing: Issuing) -> list[FactContent]:
    label = issuing.wording.label
    said = (
        ("exam", exam.name),
        ("exam_level", exam.level),
        ("cefr", _alike(exam.cefr)),
        ("result", exam.grade),
        ("status", exam.status),
    )
    return [FactContent(label=label(name), value=value) for name, value in said if value["lv"]]


def _entitlement(facts: Facts) -> Bilingual | None:
    titles = [entitlement.title for entitlement in facts.document_type.entitlements]
    if not titles:
        return None
    return {
        "lv": "; ".join(title["lv"] for title in titles),
        "en": "; ".join(title["en"] for title in titles),
    }


def _tables(facts: Facts, issuing: Issuing) -> list[TableContent]:
    tables: list[TableContent] = []
    if facts.subjects:
        tables.append(_subjects_table(facts, issuing))
    if facts.exams and facts.document_type.source.each != "exam":
        tables.append(_exams_table(facts, issuing))
    return tables


def _column(name: str, align: Literal["left", "center"], issuing: Issuing) -> ColumnContent:
    return ColumnContent(label=issuing.wording.label(name), align=align)


def _subjects_table(facts: Facts, issuing: Issuing) -> TableContent:
    levels = any(result.level["lv"] for result in facts.subjects)
    columns = [_column("subject", "left", issuing)]
    if levels:
        columns.append(_column("course_level", "left", issuing))
    columns += [_column("mark", "center", issuing), _column("mark_words", "left", issuing)]
    rows = []
    for result in facts.subjects:
        mark = result.mark if result.scale.scheme in ("ten_point", "stap") else ""
        level = [_latvian(result.level)] if levels else []
        rows.append([result.name, *level, _alike(mark), _latvian(result.words)])
    return TableContent(title=issuing.wording.label("subjects_table"), columns=columns, rows=rows)


def _exams_table(facts: Facts, issuing: Issuing) -> TableContent:
    """A column for the level only where an examination has one."""
    levels = any(exam.level["lv"] for exam in facts.exams)
    columns = [
        _column("exam", "left", issuing),
        _column("exam_type", "left", issuing),
        *([_column("level", "left", issuing)] if levels else []),
        _column("date", "center", issuing),
        _column("result", "center", issuing),
        _column("status", "left", issuing),
    ]
    rows = []
    for exam in facts.exams:
        status = exam.status["lv"] + (f": {exam.replaced_by}" if exam.replaced_by else "")
        kind = _exam_kind(exam, issuing)
        grade = _EMPTY if exam.scale.scheme == "status" else _latvian(exam.grade)
        level = [_latvian(exam.level)] if levels else []
        rows.append(
            [exam.name, _latvian(kind), *level, _latvian(date_text_short(exam.date)), grade, _alike(status)]
        )
    return TableContent(title=issuing.wording.label("exams_table"), columns=columns, rows=rows)


def _exam_kind(exam: ExamResult, issuing: Issuing) -> Bilingual:
    """ "Centralizētais eksāmens"; empty for an examination that is named as its kind."""
    kind = issuing.wording["exam_kind"].get(exam.kind, _EMPTY)
    return _EMPTY if kind["lv"] == exam.name["lv"] else kind


def _glossary(facts: Facts, issuing: Issuing) -> list[Bilingual]:
    """The English of what the tables say in Latvian alone, in the order of their columns."""
    marks = issuing.wording["marks"]
    said = [
        *(result.level for result in facts.subjects),
        *(result.words for result in facts.subjects),
        *(_exam_kind(exam, issuing) for exam in facts.exams),
        *(exam.level for exam in facts.exams),
        *(marks.get(exam.mark, _EMPTY) for exam in facts.exams),
        *(exam.status for exam in facts.exams),
    ]
    words = {both["lv"]: both for both in said if both["lv"] and both["en"]}
    return list(words.values())


def _notes(plan: DocumentPlan, facts: Facts) -> list[Bilingual]:
    notes = [facts.replaced] if facts.replaced else []
    if facts.bodies.by_mandate:
        notes.append(mandate_statement(facts.bodies))
    if facts.bodies.by_successor:
        name = facts.bodies.issuing.name
        notes.append(
            {
                "lv": f"Dokumentu izsniedz tiesību pārņēmējs: {name}.",
                "en": f"Issued by the legal successor: {name}.",
            }
        )
    notes += [
        {
            "lv": f"Kopā ar: {link.name['lv']}, {link.number}.",
            "en": f"Together with: {link.name['en']}, {link.number}.",
        }
        for link in plan.links
        if not _named(link, facts.statement)
    ]
    return notes


def _named(link: Link, statement: Sequence[Bilingual]) -> bool:
    """A supplement names the document that it belongs to in its statement."""
    return any(link.number in line["lv"] and link.name["lv"] in line["lv"] for line in statement)


def _sealing_note(facts: Facts) -> Bilingual:
    name = _name(facts.bodies.sealing)
    return {
        "lv": f"Elektroniski apzīmogojis: {name['lv']}.",
        "en": f"Sealed electronically by {name['en']}.",
    }
