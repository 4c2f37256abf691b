"""Columns of the tables: headings in English or Latvian on one side, the fields of a record on the other.

English headings are the dotted paths (`learner.birth_date`), Latvian ones the terms of the field table; case and stray
spaces in a heading do not matter. A table with Latvian headings comes from a clerk's spreadsheet: it may hold
DD.MM.YYYY and decimal commas. Cells that do not convert are handed on as they are, for the checks to report.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from issuer.errors import AtestatsError
from issuer.findings import Finding
from issuer.records.fields import EXAMS, RECORD, SUBJECTS, Group, Leaf, leaves
from issuer.records.messages import say

_LATVIAN_DATE = re.compile(r"([0-9]{2})\.([0-9]{2})\.([0-9]{4})")
_WHOLE = re.compile(r"-?[0-9]{1,9}(?:\.0+)?")
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:[.,][0-9]{1,17})?")
# The columns that tie a row of subjects or exams to its graduate, with their Latvian headings.
TIES: Final = {"line": "Rinda", "record_id": "Ieraksta ID", "pos": "Nr.p.k."}
_SPACES = re.compile(r"\s+")
_MAX_COLUMNS: Final = 500


class DateCell(str):
    """A cell that the spreadsheet itself holds as a date; the text is ISO 8601."""

    __slots__ = ()


class Columns:
    """The plan by which one table's rows become objects."""

    def __init__(self, heading: Sequence[str], group: Group, table: str, *, tied: bool) -> None:
        """`heading`: the first row. `tied`: whether the table has the columns of `TIES` too."""
        known = {_plain(path): path for path, _ in leaves(group)}
        latvian = {_plain(leaf.lv): path for path, leaf in leaves(group)}
        ties = {_plain(name): name for name in TIES} if tied else {}
        latvian |= {_plain(lv): name for name, lv in TIES.items()} if tied else {}
        self.width = len(heading)
        places: dict[str, int] = {}
        self._unknown: list[tuple[int, str]] = []
        hits = [0, 0]
        for place, title in enumerate(heading):
            name = _plain(title)
            path = known.get(name) or ties.get(name) or latvian.get(name)
            if path is None:
                if name:
                    self._unknown.append((place, _shown(title)))
                continue
            hits[name in latvian and name not in known and name not in ties] += 1
            if path in places:
                raise _heading_error("TABLE_HEADING_TWICE", table, _shown(title))
            places[path] = place
        self.latvian = hits[1] > hits[0]
        missing = [name for name in ("line", "record_id") if tied and name not in places]
        if missing or not places or self.width > _MAX_COLUMNS:
            raise _heading_error("TABLE_HEADING_UNKNOWN", table, missing[0] if missing else "")
        self.ties = {name: places[name] for name in TIES if name in places} if tied else {}
        self._plan = self._group_plan(group, places, "")

    def value(self, cells: Sequence[str]) -> dict[str, Any] | None:
        """The row as an object; None when every known cell is empty. An object whose cells are all empty is null."""
        return _build(self._plan, cells)

    def problems(self, cells: Sequence[str], prefix: str = "") -> list[Finding]:
        """What is wrong with the row as a row: cells under unknown headings, texts turned into dates."""
        found = [
            say("EXTRA_FIELD.column", prefix.rstrip("."), column=title)
            for place, title in self._unknown
            if place < len(cells) and cells[place].strip()
        ]
        if any(type(cell) is DateCell for cell in cells):
            found += [
                say("CELL_DATE", prefix + path)
                for path, place, dated in _places(self._plan, "")
                if not dated and place < len(cells) and type(cells[place]) is DateCell
            ]
        return found

    def _group_plan(self, group: Group, places: dict[str, int], prefix: str) -> _Plan:
        plan: _Plan = []
        for member in group.members:
            if isinstance(member, Leaf):
                plan.append((member.name, places.get(prefix + member.name, -1), self._reader(member)))
            elif isinstance(member, Group):
                plan.append((member.name, -1, self._group_plan(member, places, f"{prefix}{member.name}.")))
        return plan

    def _reader(self, leaf: Leaf) -> _Reader | None:
        if leaf.kind == "integer":
            return _integer
        if leaf.kind == "number":
            return _latvian_number if self.latvian else _number
        if leaf.kind == "date":
            return _latvian_date if self.latvian else _date
        return None


_Reader = Callable[[str], Any]
_Plan = list[tuple[str, int, "_Reader | _Plan | None"]]


def _build(plan: _Plan, cells: Sequence[str]) -> dict[str, Any] | None:
    value: dict[str, Any] = {}
    empty = True
    for name, place, how in plan:
        if type(how) is list:
            inner = _build(how, cells)
            value[name] = inner
            empty = empty and inner is None
            continue
        cell = cells[place] if 0 <= place < len(cells) else ""
        if cell == "":
            value[name] = None
        else:
            value[name] = str(cell) if how is None else how(cell)  # type: ignore[operator]
            empty = False
    return None if empty else value


def _places(plan: _Plan, prefix: str) -> list[tuple[str, int, bool]]:
    found: list[tuple[str, int, bool]] = []
    for name, place, how in plan:
        if type(how) is list:
            found += _places(how, f"{prefix}{name}.")
        elif place >= 0:
            found.append((prefix + name, place, how in (_date, _latvian_date)))
    return found


def _integer(cell: str) -> int | str:
    return int(float(cell)) if _WHOLE.fullmatch(cell) else cell


def _number(cell: str) -> float | str:
    return float(cell) if _NUMBER.fullmatch(cell) and "," not in cell else cell


def _latvian_number(cell: str) -> float | str:
    return float(cell.replace(",", ".")) if _NUMBER.fullmatch(cell) else cell


def _date(cell: str) -> str:
    return str(cell)


def _latvian_date(cell: str) -> str:
    match = _LATVIAN_DATE.fullmatch(cell)
    return f"{match[3]}-{match[2]}-{match[1]}" if match else str(cell)


def _plain(title: str) -> str:
    return _SPACES.sub(" ", title.replace("\u00a0", " ").replace("\ufeff", "")).strip().casefold()


def _shown(title: str) -> str:
    return "".join(c for c in title if c.isprintable())[:40]


def _heading_error(code: str, table: str, column: str) -> AtestatsError:
    if code == "TABLE_HEADING_TWICE":
        return AtestatsError(
            code,
            f"Tabulā „{table}” kolonna „{column}” ir divreiz.",
            f"The table “{table}” has the column “{column}” twice.",
            next_lv="Atstājiet vienu no abām kolonnām.",
            next_en="Keep one of the two columns.",
        )
    return AtestatsError(
        code,
        f"Tabulas „{table}” virsraksta rinda nav atpazīta" + (f": trūkst „{column}”." if column else "."),
        f"The heading of the table “{table}” is not recognised"
        + (f": “{column}” is missing." if column else "."),
        next_lv="Pirmajā rindā jābūt kolonnu nosaukumiem no eksporta apraksta, latviski vai angliski.",
        next_en="The first row must hold the column names of the export description, in Latvian or English.",
    )


GRADUATES: Final = ("graduates", RECORD)
DETAILS: Final = (("subjects", SUBJECTS.item), ("exams", EXAMS.item))
