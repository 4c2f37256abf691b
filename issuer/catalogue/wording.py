"""Words for the codes of the source record, Latvian and English (`schemas/wording.toml`).

wording = Wording.load()
wording["level"]["optimalais"]       # {"lv": "optimālais", "en": "optimal"}
wording.label("mark")
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType

from issuer.catalogue.page_content import Bilingual
from issuer.catalogue.resources import data_dir
from issuer.catalogue.toml_table import TomlTable


class Wording(Mapping[str, Mapping[str, Bilingual]]):
    """Table name -> code -> words; immutable."""

    def __init__(self, tables: Mapping[str, Mapping[str, Bilingual]]) -> None:
        self._tables = MappingProxyType(
            {name: MappingProxyType(dict(words)) for name, words in tables.items()}
        )

    @classmethod
    def load(cls, folder: Path | None = None) -> Wording:
        """Read `wording.toml` in `folder` (default: the product's own); raises `CatalogueFileError`."""
        root = TomlTable.open((folder or data_dir()) / "wording.toml")
        return cls(
            {name: {code: table.bilingual(code) for code in table.names()} for name, table in root.items()}
        )

    def label(self, name: str) -> Bilingual:
        """The label of a field; the product's own files always have it."""
        return self._tables["label"][name]

    def __getitem__(self, name: str) -> Mapping[str, Bilingual]:
        return self._tables[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)
