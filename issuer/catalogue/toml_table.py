"""A closed-world reading of one TOML file: what is not asked for is an error, and every error names file and key.

    table = TomlTable.open(path)
    code = table.text("code")
    name = table.bilingual("name")
    table.close()                       # refuses keys that nobody asked for

A catalogue that silently ignores a misspelt key issues wrong documents; so a key is either read or refused.
"""

from __future__ import annotations

import datetime as dt
import difflib
import tomllib
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any, TypeVar

from issuer.catalogue.page_content import Bilingual
from issuer.errors import AtestatsError

_T = TypeVar("_T")

_TYPE_NAMES: dict[type, tuple[str, str]] = {
    str: ("tekstam", "text"),
    int: ("veselam skaitlim", "a whole number"),
    bool: ("true vai false", "true or false"),
    dt.date: ("datumam (GGGG-MM-DD)", "a date (YYYY-MM-DD)"),
    dict: ("tabulai", "a table"),
    list: ("sarakstam", "a list"),
}


class CatalogueFileError(AtestatsError):
    """A catalogue file is unreadable or says something that the catalogue does not know; names file and key."""


class TomlTable:
    """One table of a TOML file with the name of the file and the dotted path of the table in it."""

    def __init__(self, file: str, raw: dict[str, Any], path: str = "") -> None:
        self.file = file
        self._raw = raw
        self._path = path
        self._asked: set[str] = set()

    @classmethod
    def open(cls, path: Path) -> TomlTable:
        """Read `path`; raises `CatalogueFileError` CATALOGUE_UNREADABLE or CATALOGUE_NOT_TOML."""
        try:
            return cls(path.name, tomllib.loads(path.read_text(encoding="utf-8")))
        except OSError as error:
            raise CatalogueFileError(
                "CATALOGUE_UNREADABLE",
                f"Kataloga datni nevar nolasīt: {path.name}.",
                f"The catalogue file cannot be read: {path.name} ({error.strerror}).",
            ) from error
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CatalogueFileError(
                "CATALOGUE_NOT_TOML",
                f"{path.name}: nav derīgs TOML ({error}).",
                f"{path.name}: not valid TOML ({error}).",
                next_lv="Izlabojiet norādīto rindu.",
                next_en="Correct the line that is named.",
            ) from error

    def has(self, key: str) -> bool:
        """Whether the key is there; asking does not count as reading it."""
        return key in self._raw

    def text(self, key: str, default: str | None = None) -> str:
        """A non-empty string; missing is an error unless `default` is given."""
        value = self._take(key, str, default)
        if not value and default is None:
            raise self.wrong(key, "teksts ir tukšs", "the text is empty")
        return value

    def choice(self, key: str, allowed: Collection[str], default: str | None = None) -> str:
        """A string out of `allowed`."""
        value = self.text(key, default)
        if value not in allowed:
            options = ", ".join(sorted(allowed))
            raise self.wrong(key, f"„{value}” nav no: {options}", f'"{value}" is none of: {options}')
        return value

    def integer(self, key: str, default: int | None = None) -> int:
        """A whole number."""
        return self._take(key, int, default)

    def boolean(self, key: str, default: bool | None = None) -> bool:
        """true or false."""
        return self._take(key, bool, default)

    def date(self, key: str) -> dt.date:
        """A TOML local date."""
        return self._take(key, dt.date, None)

    def optional_date(self, key: str) -> dt.date | None:
        """A TOML local date, or None when the key is absent."""
        return self.date(key) if self.has(key) else None

    def texts(self, key: str, default: tuple[str, ...] | None = None) -> tuple[str, ...]:
        """A list of non-empty strings."""
        values = self._take(key, list, None if default is None else list(default))
        if not all(isinstance(value, str) and value for value in values):
            raise self.wrong(key, "jābūt sarakstam ar tekstiem", "must be a list of texts")
        return tuple(values)

    def bilingual(self, key: str) -> Bilingual:
        """A table of exactly `lv` and `en`, both non-empty."""
        inner = self.table(key)
        value = Bilingual(lv=inner.text("lv"), en=inner.text("en"))
        inner.close()
        return value

    def table(self, key: str) -> TomlTable:
        """A table within this one."""
        return TomlTable(self.file, self._take(key, dict, None), self._at(key))

    def optional_table(self, key: str) -> TomlTable | None:
        """A table within this one, or None when the key is absent."""
        return self.table(key) if self.has(key) else None

    def tables(self, key: str) -> list[TomlTable]:
        """An array of tables; [] when the key is absent."""
        values = self._take(key, list, [])
        if not all(isinstance(value, dict) for value in values):
            raise self.wrong(key, "jābūt tabulu sarakstam", "must be a list of tables")
        return [TomlTable(self.file, value, f"{self._at(key)}[{n}]") for n, value in enumerate(values)]

    def items(self) -> Iterator[tuple[str, TomlTable]]:
        """Every key with the table under it, for tables whose keys are data."""
        for key in self._raw:
            yield key, self.table(key)

    def names(self) -> tuple[str, ...]:
        """Every key, for tables whose keys are data."""
        return tuple(self._raw)

    def close(self) -> None:
        """Refuse the keys that were never asked for, with the likely spelling."""
        for key in self._raw:
            if key not in self._asked:
                near = difflib.get_close_matches(key, self._asked, 1)
                raise CatalogueFileError(
                    "CATALOGUE_KEY_UNKNOWN",
                    f"{self.file}: nezināma atslēga „{self._at(key)}”.",
                    f'{self.file}: unknown key "{self._at(key)}".',
                    next_lv=f"Vai domāts „{near[0]}”?" if near else "Izdzēsiet to.",
                    next_en=f'Did you mean "{near[0]}"?' if near else "Remove it.",
                )

    def wrong(self, key: str, lv: str, en: str) -> CatalogueFileError:
        """The error CATALOGUE_VALUE for a key whose value is of the right type and still wrong."""
        where = self._at(key)
        return CatalogueFileError(
            "CATALOGUE_VALUE", f"{self.file}: „{where}”: {lv}.", f'{self.file}: "{where}": {en}.'
        )

    def _take(self, key: str, kind: type[_T], default: _T | None) -> _T:
        self._asked.add(key)
        where = self._at(key)
        if key not in self._raw:
            if default is not None:
                return default
            raise CatalogueFileError(
                "CATALOGUE_KEY_MISSING",
                f"{self.file}: trūkst atslēgas „{where}”.",
                f'{self.file}: the key "{where}" is missing.',
            )
        value = self._raw[key]
        if type(value) is not kind:  # bool is an int, datetime is a date: neither will do
            lv, en = _TYPE_NAMES[kind]
            raise CatalogueFileError(
                "CATALOGUE_TYPE",
                f"{self.file}: „{where}” jābūt: {lv}.",
                f'{self.file}: "{where}" must be {en}.',
            )
        return value

    def _at(self, key: str) -> str:
        return f"{self._path}.{key}" if self._path else key
