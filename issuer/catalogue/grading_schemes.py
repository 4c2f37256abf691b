"""Grading schemes as data (`schemas/grading_schemes.toml`, or a table `grading_schemes` of a document type)."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from issuer.catalogue.page_content import Bilingual
from issuer.catalogue.resources import data_dir
from issuer.catalogue.toml_table import TomlTable

SCHEME_OF_MARK = {
    **{str(mark): "ten_point" for mark in range(1, 11)},
    **{"i": "pass_fail", "ni": "pass_fail", "a": "no_mark", "nv": "no_mark"},
    **{"S": "stap", "T": "stap", "A": "stap", "P": "stap"},
}
"""Which scheme a mark of a transcript belongs to."""


@dataclass(frozen=True)
class GradingScheme:
    """A scale: its description may hold `{threshold}`; `marks` are the codes whose words the description lists."""

    key: str
    title: Bilingual
    description: Bilingual
    marks: tuple[str, ...]


def load_grading_schemes(folder: Path | None = None) -> dict[str, GradingScheme]:
    """Key -> scheme; raises `CatalogueFileError`."""
    return read_grading_schemes(TomlTable.open((folder or data_dir()) / "grading_schemes.toml"))


def read_grading_schemes(table: TomlTable) -> dict[str, GradingScheme]:
    """The schemes of one table whose keys are their names."""
    schemes = {}
    for key, inner in table.items():
        schemes[key] = GradingScheme(
            key, inner.bilingual("title"), inner.bilingual("description"), inner.texts("marks", ())
        )
        inner.close()
    return schemes
