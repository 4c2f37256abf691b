"""People behind documents: found by a code, known by an identifier of our own.

A code belongs to one person for ever, also after it was changed; so a document issued under the old code is found by
the new one. Foreigners come without a personal code at first: when it comes later, `merge` joins the two entries.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlmodel import Session

from issuer.register import audit
from issuer.register.actor import Actor
from issuer.register.register_error import RegisterError, not_found
from issuer.register.tables import person, person_code

Key = tuple[str, str]
"""(kind, value) of a code: `("personal_code", "32…")`, `("pase/UKR", "…")`."""


def key_of(record: Mapping[str, Any]) -> Key | None:
    """What identifies the learner of a record; None when the record says nothing that does."""
    learner = record.get("learner") or {}
    if code := learner.get("personal_code"):
        return "personal_code", str(code).replace("-", "")
    other = learner.get("alt_id") or {}
    if not other.get("value"):
        return None
    domain = other.get("issuer_country") or (record.get("institution") or {}).get("reg_no") or ""
    return f"{other.get('type')}/{domain}", str(other["value"])


def find_or_make(session: Session, keys: Sequence[Key], source: str, at: dt.datetime) -> dict[Key, str]:
    """The person of each key; those unknown are made."""
    wanted = list(dict.fromkeys(keys))
    found: dict[Key, str] = {}
    for start in range(0, len(wanted), 500):
        some = wanted[start : start + 500]
        rows = session.execute(
            select(person_code.c.kind, person_code.c.value, person.c.id, person.c.merged_into)
            .join(person, person.c.id == person_code.c.person_id)
            .where(person_code.c.value.in_([value for _, value in some]))
        )
        found |= {(row.kind, row.value): row.merged_into or row.id for row in rows}
    missing = [key for key in wanted if key not in found]
    if missing:
        made = {key: str(uuid.uuid4()) for key in missing}
        session.execute(insert(person), [{"id": id_, "made_at": at} for id_ in made.values()])
        session.execute(
            insert(person_code),
            [
                {"person_id": id_, "kind": kind, "value": value, "since": at, "source": source}
                for (kind, value), id_ in made.items()
            ],
        )
        found |= made
    return {key: found[key] for key in wanted}


def change_code(
    session: Session, actor: Actor, person_id: str, key: Key, at: dt.datetime, reason: str
) -> None:
    """The person has another code from now on; the old one stays theirs. Raises `RegisterError` CODE_TAKEN."""
    holder = _holder(session, key)
    if holder == person_id:
        return
    if holder is not None:
        raise RegisterError(
            "CODE_TAKEN",
            "Šis kods pieder citai personai reģistrā.",
            "This code belongs to another person in the register.",
            next_lv="Ja tā ir tā pati persona, apvienojiet ierakstus.",
            next_en="If it is the same person, merge the entries.",
        )
    session.execute(
        update(person_code)
        .where(
            person_code.c.person_id == person_id, person_code.c.kind == key[0], person_code.c.ended.is_(None)
        )
        .values(ended=at)
    )
    session.execute(
        insert(person_code).values(
            person_id=person_id, kind=key[0], value=key[1], since=at, source=actor.subject
        )
    )
    audit.append(session, actor, "person.change_code", person_id, reason=reason, at=at)


def merge(session: Session, actor: Actor, from_id: str, into_id: str, at: dt.datetime, reason: str) -> None:
    """Two entries turn out to be one person: documents are found by the codes of both."""
    known = set(session.execute(select(person.c.id).where(person.c.id.in_([from_id, into_id]))).scalars())
    if known != {from_id, into_id} or from_id == into_id:
        raise not_found("Persona", "The person")
    session.execute(update(person).where(person.c.merged_into == from_id).values(merged_into=into_id))
    session.execute(update(person).where(person.c.id == from_id).values(merged_into=into_id))
    audit.append(session, actor, "person.merge", into_id, reason=reason, detail={"from": from_id}, at=at)


def all_ids(session: Session, person_id: str) -> list[str]:
    """The entries that are this person: the one that counts and those merged into it."""
    root = session.execute(select(person.c.merged_into).where(person.c.id == person_id)).scalar() or person_id
    merged = session.execute(select(person.c.id).where(person.c.merged_into == root)).scalars()
    return [root, *merged]


def _holder(session: Session, key: Key) -> str | None:
    found = session.execute(
        select(person_code.c.person_id).where(person_code.c.kind == key[0], person_code.c.value == key[1])
    ).scalar_one_or_none()
    return str(found) if found else None
