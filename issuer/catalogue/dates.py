"""Dates as documents write them, in Latvian and English, and moments of the Latvian day.

date_text("2037-06-22")["lv"]        # "2037. gada 22. jūnijs"
start_of_day("2037-06-22")           # "2037-06-22T00:00:00+03:00"
"""

from __future__ import annotations

import datetime as dt
from functools import cache, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from issuer.catalogue.page_content import Bilingual
from issuer.errors import AtestatsError

_MONTHS_LV = (
    *("janvāris", "februāris", "marts", "aprīlis", "maijs", "jūnijs"),
    *("jūlijs", "augusts", "septembris", "oktobris", "novembris", "decembris"),
)
_MONTHS_EN = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_EPOCH = dt.date(1970, 1, 1).toordinal()


def parse_day(day: str) -> dt.date:
    """ "2037-06-22" -> date; ValueError on every other form (`date.fromisoformat` takes "20370622", too)."""
    if len(day) != 10 or day[4] != "-" or day[7] != "-":
        raise ValueError("a date is written YYYY-MM-DD")
    return dt.date.fromisoformat(day)


@lru_cache(maxsize=4096)
def date_text(day: str) -> Bilingual:
    """ISO 8601 date -> "2037. gada 22. jūnijs", "22 June 2037". Raises ValueError on anything else."""
    date = parse_day(day)
    lv, en = _MONTHS_LV[date.month - 1], _MONTHS_EN[date.month - 1]
    return {"lv": f"{date.year}. gada {date.day}. {lv}", "en": f"{date.day} {en} {date.year}"}


@lru_cache(maxsize=4096)
def date_text_locative(day: str) -> Bilingual:
    """As `date_text`, in the case that answers "when": "2037. gada 22. jūnijā"."""
    date, text = parse_day(day), date_text(day)
    month = _MONTHS_LV[date.month - 1]
    locative = month[:-2] + "ī" if month.endswith("is") else month[:-1] + "ā"
    return {"lv": text["lv"].removesuffix(month) + locative, "en": text["en"]}


@lru_cache(maxsize=4096)
def date_text_short(day: str) -> Bilingual:
    """ISO 8601 date -> "22.06.2037." and "22/06/2037", for table cells."""
    date = parse_day(day)
    return {"lv": f"{date:%d.%m.%Y}.", "en": f"{date:%d/%m/%Y}"}


@lru_cache(maxsize=4096)
def start_of_day(day: str) -> str:
    """Midnight in Riga as xsd:dateTime with offset; the seconds and the offset are always written."""
    date = parse_day(day)
    return dt.datetime(date.year, date.month, date.day, tzinfo=_riga()).isoformat()


@cache
def _riga() -> ZoneInfo:
    try:
        return ZoneInfo("Europe/Riga")
    except ZoneInfoNotFoundError as error:
        raise AtestatsError(
            "TIME_ZONE_DATA_MISSING",
            "Šajā datorā nav laika joslu datu (Europe/Riga).",
            "This machine has no time zone data (Europe/Riga).",
            next_lv="Uzstādiet sistēmas pakotni „tzdata” vai Python pakotni „tzdata”.",
            next_en="Install the system package `tzdata` or the Python package `tzdata`.",
        ) from error


@lru_cache(maxsize=4096)
def days_since_1970(day: str) -> int:
    """ISO 8601 date -> days since 1970-01-01; negative before."""
    return parse_day(day).toordinal() - _EPOCH
