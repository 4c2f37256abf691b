"""Versions of source records: found again by the hash of their content, compared with the one before.

A version is stored with where its fields come from: all of them from the source that brought the first version, and
each path that is newer from the source that brought it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import insert, select
from sqlmodel import Session

from issuer.register.packing import Packing
from issuer.register.tables import source_record

_NOTHING = object()


@dataclass(frozen=True, slots=True)
class Version:
    """One stored version of a record."""

    id: int
    record_id: str
    content_hash: str
    content: bytes | None
    provenance: dict[str, Any]


@dataclass(frozen=True, slots=True)
class NewVersion:
    """One to store. `source`: what brought it, when it was exported there, when it came: texts."""

    reg_no: str
    record_id: str
    content_hash: str
    record: Mapping[str, Any]
    person_id: str | None
    source: tuple[str, str, str]


def latest(session: Session, reg_no: str, record_ids: Sequence[str]) -> dict[str, Version]:
    """The newest version of each of these records of an institution."""
    found: dict[str, Version] = {}
    for start in range(0, len(record_ids), 500):
        rows = session.execute(
            select(
                source_record.c.id,
                source_record.c.record_id,
                source_record.c.content_hash,
                source_record.c.content,
                source_record.c.provenance,
            )
            .where(
                source_record.c.reg_no == reg_no,
                source_record.c.record_id.in_(record_ids[start : start + 500]),
            )
            .order_by(source_record.c.id)
        )
        found |= {row.record_id: Version(*row) for row in rows}
    return found


def store(
    session: Session,
    packing: Packing,
    versions: Sequence[NewVersion],
    before: Mapping[str, Version],
    at: dt.datetime,
) -> dict[str, int]:
    """Store new versions; returns their numbers by record id. `before`: the newest stored ones, as `latest` gives."""
    if not versions:
        return {}
    rows = session.execute(
        insert(source_record).returning(source_record.c.id, source_record.c.record_id),
        [
            {
                "reg_no": each.reg_no,
                "record_id": each.record_id,
                "content_hash": each.content_hash,
                "person_id": each.person_id,
                "content": packing.pack(orjson.dumps(each.record)),
                "provenance": _provenance(each, before.get(each.record_id), packing),
                "received_at": at,
            }
            for each in versions
        ],
    )
    return {row.record_id: row.id for row in rows}


def read(packing: Packing, content: bytes) -> dict[str, Any]:
    """The record of a stored version."""
    record: dict[str, Any] = orjson.loads(packing.unpack(content))
    return record


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Dotted paths whose values differ, list places as `[n]`; a list of another length differs as a whole."""
    return list(_paths(before, after, ""))


def _paths(before: Any, after: Any, path: str) -> Iterator[str]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys((*before, *after)):
            under = f"{path}.{name}" if path else str(name)
            yield from _paths(before.get(name, _NOTHING), after.get(name, _NOTHING), under)
    elif isinstance(before, list) and isinstance(after, list) and len(before) == len(after):
        for place, (old, new) in enumerate(zip(before, after, strict=True)):
            yield from _paths(old, new, f"{path}[{place}]")
    elif before != after:
        yield path


def _provenance(new: NewVersion, before: Version | None, packing: Packing) -> dict[str, Any]:
    source = list(new.source)
    if before is None or before.content is None:
        return {"": source}
    changed = differences(read(packing, before.content), new.record)
    return {**before.provenance, **dict.fromkeys(changed, source)}
