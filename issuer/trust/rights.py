"""Rights to award, worked out of the reference file: institution × document type -> periods.

An institution may award a type on a day when a programme that leads to it was accredited there and the
institution was open. Which programmes lead to a type follows from the international classification (ISCED
2011) that both carry: the programme its level and orientation (`isced_p`), the type the same
(`isced_level`). What a legal successor writes out again stays awarded by the closed institution; `verify`
walks the successors. A type that belongs to no level of education follows from no programme: the operator names
its institutions.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Set

from issuer.catalogue.document_type import DocumentType
from issuer.catalogue.reference import Institution, Programme
from issuer.trust.entity import EVERY_INSTITUTION, Period

# ISCED 2011, 2nd digit: orientation. 4 general, 5 vocational.
_VOCATIONAL = "5"
# An authority awards by law, not by accreditation: no day is too early. Which documents may exist at all is
# said by the period in force of each type.
_ALWAYS = Period(dt.date.min, None)

Rights = dict[str, tuple[Period, ...]]
Mandates = dict[str, tuple[tuple[str, Period], ...]]


def institution_rights(
    institution: Institution, types: Mapping[str, DocumentType], awards: Set[str] = frozenset()
) -> Rights:
    """Document type -> periods, touching ones merged; types without a period are left out.

    `awards`: types that the institution may award because the operator says so: no programme leads to them.
    """
    found = {code: merge(_periods(institution, each, types, awards)) for code, each in types.items()}
    return {code: periods for code, periods in found.items() if periods}


def authority_rights(key: str, types: Mapping[str, DocumentType]) -> Rights:
    """What the ministry or the exam body awards itself."""
    return {code: (_ALWAYS,) for code, each in types.items() if key in each.awarded_by}


def authority_mandates(key: str, types: Mapping[str, DocumentType], more: Set[str] = frozenset()) -> Mandates:
    """What an authority may seal for institutions: the types that name it as sealer and those in `more` ("*": all).

    The ministry has every type: it keeps the register in which documents arise, and seals where a school cannot.
    """
    return {
        code: ((EVERY_INSTITUTION, Period(each.valid_from, each.valid_to)),)
        for code, each in types.items()
        if each.seal == key or key == "ministry" or more & {code, "*"}
    }


def merge(periods: Iterable[Period]) -> tuple[Period, ...]:
    """The same days in as few periods as possible, in order."""
    merged: list[Period] = []
    for period in sorted(periods, key=lambda p: p.start):
        last = merged[-1] if merged else None
        if last is not None and (last.end is None or period.start <= last.end + dt.timedelta(days=1)):
            end = None if last.end is None or period.end is None else max(last.end, period.end)
            merged[-1] = Period(last.start, end)
        else:
            merged.append(period)
    return tuple(merged)


def _periods(
    institution: Institution, document_type: DocumentType, types: Mapping[str, DocumentType], awards: Set[str]
) -> list[Period]:
    if (
        "institution" not in document_type.awarded_by
    ):  # as examination certificates, which an authority awards
        return []
    # Transcripts follow the documents that they accompany.
    main = [types[code] for code in document_type.source.of] or [document_type]
    closed_on = institution.closed_on or dt.date.max
    if document_type.code in awards:
        end = min(document_type.valid_to or dt.date.max, closed_on)
        return [Period(document_type.valid_from, None if end == dt.date.max else end)]
    return [
        Period(programme.accredited_from, min(programme.accredited_to, closed_on))
        for programme in institution.programmes.values()
        if programme.accredited_from <= closed_on and any(_leads_to(programme, each) for each in main)
    ]


def _leads_to(programme: Programme, document_type: DocumentType) -> bool:
    if document_type.isced_level:
        return programme.isced_p == document_type.isced_level
    level = document_type.level
    if level is not None and level.path.startswith("programme.qualification"):
        return programme.isced_p[1:2] == _VOCATIONAL
    return False  # nothing tells which programmes lead to it: the operator names the institutions
