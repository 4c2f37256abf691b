"""Which documents one record yields: its certificate, the transcript beside it, a certificate per passed examination.

    for plan in documents_of(record, issuing):
        plan.document_type.code, plan.credential_id, plan.key

A plan is known before anything is composed, and it is the same at every run: `credential_id` and `key` follow from the
institution's number, the type, the record's id and the examination, and tell nothing about the person. Where documents
have slots in status lists, `with_slots` puts them into the identifiers (see `issuer.credential_id`).
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from issuer.catalogue.dates import parse_day, start_of_day
from issuer.catalogue.document_type import DocumentType
from issuer.catalogue.page_content import Bilingual
from issuer.catalogue.template import FieldMissingError, look_up
from issuer.credential.issuing import CompositionError, Issuing
from issuer.credential_id import StatusRef, derive, with_slot

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]")
_LONGEST_KEY = 120


@dataclass(frozen=True, slots=True)
class Link:
    """Another document of the same record: the certificate of a transcript, or the transcript of a certificate."""

    document_type: str
    name: Bilingual
    number: str
    credential_id: str


@dataclass(frozen=True, slots=True)
class DocumentPlan:
    """One document to be made. `scope` is the record, widened by `exam` where the document is about one.

    `qr_status` is the slot of its QR code, another one than the document's own: two forms must not be linkable.
    """

    document_type: DocumentType
    main_type: DocumentType
    scope: Mapping[str, Any] = field(repr=False)
    credential_id: str
    key: str
    links: tuple[Link, ...] = ()
    qr_status: StatusRef | None = None


def documents_of(record: Mapping[str, Any], issuing: Issuing) -> list[DocumentPlan]:
    """The plans of one record, the main document first; [] when it gets none (not completed, a school report).

    Raises `CompositionError` DOCUMENT_TYPE_NOT_IN_FORCE when the type may not bear the issue date.
    """
    main = issuing.document_types.get(look_up(record, "document.type") or "")
    if main is None or main.source.each != "document":
        return []
    if look_up(record, "completion.result") not in (None, "completed"):
        return []
    issue_kind = look_up(record, "document.issue_kind") or "original"
    plans = []
    if issue_kind in main.source.issue_kinds:
        plans.append(_plan(main, main, record, record))
    for each in issuing.companions[main.code]:
        if issue_kind not in each.source.issue_kinds:
            continue
        if each.source.each == "exam":
            plans += _exam_plans(each, main, record)
        elif record.get("subjects") or not each.claim.subjects:
            plans.append(_plan(each, main, record, record))
    return [_linked(plan, plans, issuing) for plan in plans]


def with_slots(
    plan: DocumentPlan, slots: Mapping[str, StatusRef], qr_status: StatusRef | None = None
) -> DocumentPlan:
    """The plan with its status slots, also those of the documents it names; `slots` by identifier without slot."""
    links = tuple(
        replace(link, credential_id=with_slot(link.credential_id, slots[link.credential_id]))
        for link in plan.links
    )
    identifier = with_slot(plan.credential_id, slots[plan.credential_id])
    return replace(plan, credential_id=identifier, links=links, qr_status=qr_status)


def text_at(scope: Mapping[str, Any], path: str) -> str:
    """The text at a path of the record; raises `FieldMissingError`."""
    value = look_up(scope, path)
    if not isinstance(value, str) or not value:
        raise FieldMissingError(path)
    return value


def day_at(scope: Mapping[str, Any], path: str) -> str:
    """The ISO 8601 date at a path; raises `FieldMissingError` or `CompositionError` DATE_INVALID."""
    day = text_at(scope, path)
    try:
        start_of_day(day)
    except ValueError:
        raise CompositionError(
            "DATE_INVALID",
            f"Lauks „{path}” nav datums formā GGGG-MM-DD.",
            f'The field "{path}" is not a date in the form YYYY-MM-DD.',
            next_lv="Izlabojiet datus avota sistēmā.",
            next_en="Correct the data in the source system.",
        ) from None
    return day


def _exam_plans(each: DocumentType, main: DocumentType, record: Mapping[str, Any]) -> list[DocumentPlan]:
    plans = []
    for exam in record.get("exams") or ():
        if exam.get("kind") == each.source.exam_kind and exam.get("status") == each.source.exam_status:
            scope = {**record, "exam": exam}
            try:
                number = each.numbering.text.fill(scope, {}, "lv")
            except FieldMissingError:
                continue  # no certificate was made for this examination
            plans.append(_plan(each, main, record, scope, f"{exam.get('code')}|{number}", number))
    return plans


def _plan(
    each: DocumentType,
    main: DocumentType,
    record: Mapping[str, Any],
    scope: Mapping[str, Any],
    item: str = "",
    stem: str = "",
) -> DocumentPlan:
    issued = day_at(scope, each.issued)
    if not each.in_force(parse_day(issued)):
        raise CompositionError(
            "DOCUMENT_TYPE_NOT_IN_FORCE",
            f"Dokumenta veids {each.code} izsniegšanas datumā ({issued}) nav spēkā.",
            f"The document type {each.code} is not in force on the issue date ({issued}).",
        )
    record_id = str(record.get("record_id") or "")
    if not record_id:
        raise FieldMissingError("record_id")
    reg_no = look_up(record, "institution.reg_no")
    return DocumentPlan(
        each,
        main,
        scope,
        derive(f"{reg_no}|{each.code}|{record_id}|{item}"),
        _key(f"{record_id}-{each.code}" + (f"-{stem}" if stem else "")),
    )


def _linked(plan: DocumentPlan, plans: list[DocumentPlan], issuing: Issuing) -> DocumentPlan:
    codes = plan.document_type.links
    others = [other for other in plans if other is not plan and other.document_type.code in codes]
    if not others:
        return plan
    links = tuple(
        Link(
            other.document_type.code,
            other.document_type.name,
            other.document_type.numbering.text.fill(other.scope, issuing.tables, "lv"),
            other.credential_id,
        )
        for other in others
    )
    return DocumentPlan(plan.document_type, plan.main_type, plan.scope, plan.credential_id, plan.key, links)


def _key(stem: str) -> str:
    """A file-name stem: what is not safe becomes "_", and a digest keeps two such stems apart."""
    safe = _UNSAFE.sub("_", stem)[:_LONGEST_KEY]
    return safe if safe == stem else f"{safe}-{hashlib.sha256(stem.encode()).hexdigest()[:12]}"
