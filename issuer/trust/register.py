"""The register of institutions as data: who may award and seal what, when, with which keys, now and formerly.

    bodies = with_history(register.bodies(reference, types, authorities, mandates, awards), previous, until)
    bodies = with_keys(bodies, keys, histories, now)

The trust list is written from it (`lote_writer`) and gives it back (`lote_register`). One dict per body:

    key                      registration number, or `ministry`, `exam_body`
    kind                     `institution` or `authority`
    organization_identifier  NTRLV-…; `former_identifiers`: those before, when it changed hands
    name                     {"lv": …, "en": …}
    closed_on, successor     day and registration number, or None
    rights                   document type -> [[from, until or None], …], days in Latvia, both inclusive
    mandates                 document type -> [[registration number or "*", [from, until]], …]
    keys                     see `register_keys`
    address                  street, place, postal_code

Nothing that a list has said of the past is taken back: a document sealed under it must verify for decades.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Set
from typing import Any, TypeAlias

from issuer.catalogue.authorities import Authority
from issuer.catalogue.document_type import DocumentType
from issuer.catalogue.reference import Institution, Reference
from issuer.trust.entity import Period
from issuer.trust.rights import authority_mandates, authority_rights, institution_rights, merge

Body: TypeAlias = "dict[str, Any]"


def bodies(
    reference: Reference,
    types: Mapping[str, DocumentType],
    authorities: Mapping[str, Authority],
    mandates: Mapping[str, Set[str]],
    awards: Mapping[str, Set[str]],
) -> list[Body]:
    """All institutions and authorities as the registers have them today, without keys.

    `mandates`: authority -> document types (or "*") that it may seal besides those that name it as their sealer.
    `awards`: registration number -> document types that the institution may award by the operator's word.
    """
    institutions = [
        _institution(each, institution_rights(each, types, awards.get(each.reg_no, frozenset())))
        for each in reference.institutions.values()
    ]
    return institutions + [
        _authority(each, types, mandates.get(each.key, frozenset())) for each in authorities.values()
    ]


def with_history(today: Iterable[Body], previous: Iterable[Mapping[str, Any]], until: dt.date) -> list[Body]:
    """`today` with what the list before said up to the day `until` on which it was issued, and with its keys.

    What was said about the future then may have changed since: an accreditation can be withdrawn. A body that is
    gone from the registers stays, with its past rights only.
    """
    before = {body["key"]: body for body in previous}
    merged = [_merged(body, before.pop(body["key"], None), until) for body in today]
    return merged + [_merged({**body, "rights": {}, "mandates": {}}, body, until) for body in before.values()]


def _merged(body: Body, before: Mapping[str, Any] | None, until: dt.date) -> Body:
    if before is None:
        return body
    former = [*before.get("former_identifiers", ())]
    if before["organization_identifier"] != body["organization_identifier"]:
        former.append(before["organization_identifier"])
    former = [each for each in dict.fromkeys(former) if each != body["organization_identifier"]]
    return {
        **body,
        "rights": _past_rights(body["rights"], before["rights"], until),
        "mandates": _past_mandates(body.get("mandates", {}), before.get("mandates", {}), until),
        "keys": [dict(key) for key in before["keys"]],
        **({"former_identifiers": former} if former else {}),
    }


def _past_rights(now: Mapping[str, Any], before: Mapping[str, Any], until: dt.date) -> dict[str, Any]:
    rights = dict(now)
    for code, periods in before.items():
        both = merge([*_past(periods, until), *(Period.from_list(period) for period in rights.get(code, ()))])
        if both:
            rights[code] = [period.as_list() for period in both]
    return rights


def _past_mandates(now: Mapping[str, Any], before: Mapping[str, Any], until: dt.date) -> dict[str, Any]:
    mandates = dict(now)
    for code, entries in before.items():
        every = [*entries, *mandates.get(code, ())]
        merged = [
            [awarding, period.as_list()]
            for awarding in dict.fromkeys(awarding for awarding, _ in every)
            for period in merge(
                [
                    *_past([period for other, period in entries if other == awarding], until),
                    *(Period.from_list(p) for other, p in mandates.get(code, ()) if other == awarding),
                ]
            )
        ]
        if merged:
            mandates[code] = merged
    return mandates


def _past(periods: Iterable[Any], until: dt.date) -> list[Period]:
    """The part of the periods that had come true by the day `until`."""
    old = [Period.from_list(period) for period in periods]
    return [Period(p.start, min(p.end or until, until)) for p in old if p.start <= until]


def _institution(each: Institution, rights: Mapping[str, tuple[Period, ...]]) -> Body:
    return {
        "key": each.reg_no,
        "kind": "institution",
        "organization_identifier": each.organization_identifier,
        "name": {"lv": each.name},
        "closed_on": each.closed_on.isoformat() if each.closed_on else None,
        "successor": each.successor_reg_no,
        "rights": _rights_json(rights),
        "address": {"street": each.street, "place": each.place, "postal_code": each.postal_code},
    }


def _authority(each: Authority, types: Mapping[str, DocumentType], more: Set[str]) -> Body:
    return {
        "key": each.key,
        "kind": "authority",
        "organization_identifier": each.organization_identifier,
        "name": dict(each.legal_name),
        "rights": _rights_json(authority_rights(each.key, types)),
        "mandates": {
            code: [[awarding, period.as_list()] for awarding, period in entries]
            for code, entries in authority_mandates(each.key, types, more).items()
        },
        "address": {"street": each.street, "place": each.place, "postal_code": each.postal_code},
    }


def _rights_json(rights: Mapping[str, tuple[Period, ...]]) -> dict[str, Any]:
    return {code: [period.as_list() for period in periods] for code, periods in rights.items()}
