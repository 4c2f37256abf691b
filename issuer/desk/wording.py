"""What the pages say, in Latvian and English: `texts/*.toml`, and how days, times and numbers are written.

    t = Wording.load().in_language("lv")
    t(key, n=21)                     # "21 dokuments": a list in the catalogue is [one, many]

A text may hold `{name}` places and nothing else; it is escaped by the template like any other value.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal
from zoneinfo import ZoneInfo

Language = Literal["lv", "en"]
LANGUAGES: Final[tuple[Language, ...]] = ("lv", "en")
RIGA: Final = ZoneInfo("Europe/Riga")
_FOLDER: Final = Path(__file__).parent / "texts"
_MONTHS_LV: Final = (
    "janvāris", "februāris", "marts", "aprīlis", "maijs", "jūnijs",
    "jūlijs", "augusts", "septembris", "oktobris", "novembris", "decembris",
)  # fmt: skip
_MONTHS_EN: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Texts:
    """The catalogue in one language."""

    language: Language
    entries: Mapping[str, Any]

    def __call__(self, key: str, **values: object) -> str:
        """The text of a key; raises KeyError for one that is not in the catalogue."""
        text = self.entries[key][self.language]
        if isinstance(text, list):
            text = text[0 if _is_one(self.language, int(str(values["n"]))) else 1]
        if "n" in values and isinstance(values["n"], int):
            values = values | {"n": self.number(values["n"])}
        return str(text).format(**values) if values else str(text)

    def has(self, key: str) -> bool:
        """Whether the catalogue knows the key."""
        return key in self.entries

    def number(self, value: int) -> str:
        """A whole number with thin spaces between thousands."""
        return f"{value:,}".replace(",", "\u202f")

    def day(self, value: dt.date | dt.datetime | None) -> str:
        """`20.06.2037.` or `20 June 2037`; a moment counts as its day in Riga."""
        if value is None:
            return "–"
        if isinstance(value, dt.datetime):
            value = value.astimezone(RIGA).date()
        if self.language == "lv":
            return f"{value:%d.%m.%Y.}"
        return f"{value.day} {_MONTHS_EN[value.month - 1]} {value.year}"

    def moment(self, value: dt.datetime | None) -> str:
        """Day and time in Riga."""
        return "–" if value is None else f"{self.day(value)} {value.astimezone(RIGA):%H:%M}"

    def month(self, number: int) -> str:
        """The name of a month, 1 to 12."""
        return (_MONTHS_LV if self.language == "lv" else _MONTHS_EN)[number - 1]


@dataclass(frozen=True, slots=True)
class Wording:
    """The whole catalogue: key → {lv, en}."""

    entries: Mapping[str, Any]

    @classmethod
    @cache
    def load(cls) -> Wording:
        """Read `texts/*.toml`; a key is `table.name`, and stands in one file only."""
        entries: dict[str, Any] = {}
        for path in sorted(_FOLDER.glob("*.toml")):
            for table, names in tomllib.loads(path.read_text(encoding="utf-8")).items():
                for name, text in names.items():
                    if entries.setdefault(f"{table}.{name}", text) is not text:
                        raise ValueError(f"twice in the texts: {table}.{name}")
        return cls(entries)

    def in_language(self, language: Language) -> Texts:
        """The texts of one language."""
        return Texts(language, self.entries)


def _is_one(language: Language, n: int) -> bool:
    """Latvian: 1, 21, 31 … but not 11; English: 1 (Unicode CLDR plural rules)."""
    return n % 10 == 1 and n % 100 != 11 if language == "lv" else n == 1
