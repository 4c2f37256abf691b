"""What the record of a document type holds beside institution, learner and document, where it is no school record.

The six types of the Education Law come in the record of a graduate (`issuer.records.fields`). A type of another origin
(a language test, say) declares its own fields, as `[[record]]` in its TOML file; intake keeps no others.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, cast, get_args

from issuer.catalogue.template import disclosable
from issuer.catalogue.toml_table import TomlTable

FieldKind = Literal["text", "choice", "date", "integer", "number"]

_PATH = re.compile(r"[a-z][a-z_]{0,39}\.[a-z][a-z_]{0,39}")
_TAKEN = frozenset(
    {"institution", "learner", "document", "programme", "completion", "exam", "subjects", "exams"}
)
_MOST = 1_000_000


@dataclass(frozen=True)
class RecordField:
    """One field: `group.name`. `choices` of a `choice`; `least` to `most` of a number."""

    path: str
    kind: FieldKind
    optional: bool
    choices: frozenset[str]
    least: int
    most: int


def read_record_form(table: TomlTable) -> tuple[RecordField, ...]:
    """The `[[record]]` tables of a document type; () for the types of the school record."""
    fields = tuple(_field(inner) for inner in table.tables("record"))
    if len({field.path for field in fields}) != len(fields):
        raise table.wrong("record", "lauks ir divreiz", "a field is there twice")
    return fields


def _field(table: TomlTable) -> RecordField:
    path = table.text("path")
    if not _PATH.fullmatch(path) or path.partition(".")[0] in _TAKEN or not disclosable(path):
        raise table.wrong(
            "path",
            "jābūt jaunas grupas laukam, piemēram, „test.date”",
            'a field of a new group, as "test.date"',
        )
    kind = table.choice("kind", get_args(FieldKind))
    numeric = kind in ("integer", "number")
    field = RecordField(
        path,
        cast(FieldKind, kind),
        table.boolean("optional", default=False),
        frozenset(table.texts("choices")) if kind == "choice" else frozenset(),
        table.integer("least", 0) if numeric else 0,
        table.integer("most", _MOST) if numeric else _MOST,
    )
    if field.least > field.most or (kind == "choice" and not field.choices):
        raise table.wrong("path", "neviena vērtība neder", "no value would do")
    table.close()
    return field
