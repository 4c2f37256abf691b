"""Numbers of the QR seal for codes of the register: document types, subjects, marks, examinations.

    lists = CodeLists.load(load_document_types())
    lists.subject_number("MAT1")         # int, or None for a code that has no number (module MOD1)

Numbers are for ever: `schemas/code_lists.toml` and `qr_number` of the document types are append-only.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

from issuer.catalogue.document_type import DocumentType
from issuer.catalogue.resources import data_dir
from issuer.catalogue.toml_table import CatalogueFileError, TomlTable


class CodeLists:
    """Four tables and the version that a verifier's copy is compared by; immutable."""

    def __init__(self, version: int, tables: Mapping[str, Mapping[str, int]]) -> None:
        self.version = version
        self._numbers = {name: MappingProxyType(dict(table)) for name, table in tables.items()}
        for name, table in tables.items():
            if len(set(table.values())) != len(table):
                raise CatalogueFileError(
                    "CODE_LIST_NUMBER_REUSED",
                    f"Kodu sarakstā „{name}” viens numurs dots diviem kodiem.",
                    f'In the code list "{name}" two codes share one number.',
                    next_lv="Dodiet jaunajam kodam nākamo brīvo numuru.",
                    next_en="Give the new code the next free number.",
                )

    @classmethod
    def load(cls, document_types: Mapping[str, DocumentType], folder: Path | None = None) -> CodeLists:
        """Read `code_lists.toml`; numbers of document types come from the types themselves."""
        root = TomlTable.open((folder or data_dir()) / "code_lists.toml")
        version = root.integer("version")
        tables = {name: _numbers(root.table(name)) for name in ("subjects", "marks", "exams")}
        root.close()
        tables["document_types"] = {each.code: each.qr_number for each in _sorted(document_types.values())}
        return cls(version, tables)

    def document_type_number(self, code: str) -> int | None:
        """Number of a document type (`APL_VPI`), or None."""
        return self._numbers["document_types"].get(code)

    def subject_number(self, code: str) -> int | None:
        """Number of a subject (`MAT1`, `SV2/vācu`) or of an examination without a percentage (`exam/ENG`)."""
        return self._numbers["subjects"].get(code)

    def mark_number(self, code: str) -> int | None:
        """Number of a mark (`8`, `a`, `S`) or of an examination's status (`aizstats`), or None."""
        return self._numbers["marks"].get(code)

    def exam_number(self, code: str) -> int | None:
        """Number of an examination at a level (`MAT`, `MAT/optimalais`), or None."""
        return self._numbers["exams"].get(code)

    def as_dict(self) -> dict[str, object]:
        """JSON for the bundle: `{"version": 1, "subjects": {"LAT": 1, …}, …}`."""
        return {"version": self.version} | {
            name: dict(table) for name, table in sorted(self._numbers.items())
        }


def _numbers(table: TomlTable) -> dict[str, int]:
    numbers = {code: table.integer(code) for code in table.names()}
    for code, number in numbers.items():
        if number < 0:
            raise table.wrong(code, "numurs ir negatīvs", "the number is negative")
    return numbers


def _sorted(document_types: Iterable[DocumentType]) -> list[DocumentType]:
    return sorted(document_types, key=lambda each: each.qr_number)
