"""The published JSON Schema (2020-12) of the source record, made from the field table.

`python -m issuer.records PATH` writes it; `schemas/source-record.schema.json` is its output, kept up to date
by a test. The schema is closed: a member that it does not name is refused. What fields must say together is beyond
a schema.
"""

from __future__ import annotations

import json
from typing import Any, Final

from issuer.records.fields import FREE_TEXT, LATVIAN_NAME, ORIGINAL_TEXT, RECORD, Group, Leaf, Listing

_CHARACTERS: Final = {"text": FREE_TEXT, "name": LATVIAN_NAME, "original": ORIGINAL_TEXT}


def record_schema() -> dict[str, Any]:
    """The JSON Schema as plain data."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:atestats:schema:source-record:1.0",
        "title": "Source record of one graduate, version 1.0",
        "description": "One line of graduates.jsonl. The rules between fields are beyond this schema.",
        **_group(RECORD),
    }


def _group(group: Group) -> dict[str, Any]:
    return {
        "type": ["object", "null"] if group.nullable else "object",
        "properties": {member.name: _member(member) for member in group.members},
        "required": [
            member.name for member in group.members if isinstance(member, Listing) or not member.nullable
        ],
        "additionalProperties": False,
    }


def _member(member: Leaf | Group | Listing) -> dict[str, Any]:
    if isinstance(member, Group):
        return _group(member)
    if isinstance(member, Listing):
        return {"type": "array", "maxItems": member.max_items, "items": _group(member.item)}
    return {"title": member.lv, **_leaf(member)}


def _leaf(leaf: Leaf) -> dict[str, Any]:
    if leaf.kind in ("integer", "number"):
        bounds = {"minimum": leaf.least, "maximum": leaf.most}
        return {
            "type": [leaf.kind, "null"] if leaf.nullable else leaf.kind,
            **{key: bound for key, bound in bounds.items() if bound is not None},
        }
    if leaf.allowed is not None:
        values: list[str | None] = [*sorted(leaf.allowed)]
        return {"enum": [*values, None] if leaf.nullable else values}
    pattern = leaf.pattern or _CHARACTERS[leaf.kind]
    return {
        "type": ["string", "null"] if leaf.nullable else "string",
        "pattern": f"^(?:{pattern})$",
        "maxLength": leaf.max_length,
        **({"format": "date"} if leaf.kind == "date" else {}),
        **({"format": "date-time"} if leaf.kind == "timestamp" else {}),
    }


def schema_text() -> str:
    """The file's exact content."""
    return json.dumps(record_schema(), ensure_ascii=True, indent=2) + "\n"
