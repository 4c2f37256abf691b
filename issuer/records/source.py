"""Where records come from: one file or a folder, in any of the four formats.

for row in read(Path("export")):
    row.line, row.record, row.findings
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from issuer.errors import AtestatsError
from issuer.records.row import SourceRow

FORMATS: Final = ("jsonl", "csv", "xlsx", "xml")
_SUFFIXES: Final = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".xlsx": "xlsx", ".xml": "xml"}


def read(path: Path, format: str | None = None) -> Iterator[SourceRow]:
    """The rows of the export at `path`, one by one; memory does not grow with their number.

    `path` is a file or a folder with `graduates.jsonl`, `.csv` (with `subjects.csv` and `exams.csv`), `.xlsx` or
    `.xml`; where there are several, the first in this order. `format` decides otherwise. Raises AtestatsError when
    there is nothing readable; damage inside the file comes as findings.
    """
    file, kind = locate(path, format)
    try:
        yield from _READERS[kind](file)
    except OSError as error:
        raise _unreadable(file, error.strerror or "I/O") from error


def locate(path: Path, format: str | None = None) -> tuple[Path, str]:
    """The main file of the export at `path` and its format."""
    if format is not None and format not in FORMATS:
        raise _unreadable(path, "format")
    if path.is_dir():
        for kind in (format,) if format else FORMATS:
            if (path / f"graduates.{kind}").is_file():
                return path / f"graduates.{kind}", kind
        raise AtestatsError(
            "SOURCE_EMPTY",
            f"Mapē {path} nav datnes graduates.jsonl, .csv, .xlsx vai .xml.",
            f"The folder {path} holds no graduates.jsonl, .csv, .xlsx or .xml.",
            next_lv="Norādiet eksporta datni vai mapi.",
            next_en="Name the export file or its folder.",
        )
    if not path.is_file():
        raise _unreadable(path, "no such file")
    found = format or _SUFFIXES.get(path.suffix.lower())
    if found is None:
        raise AtestatsError(
            "SOURCE_FORMAT",
            f"Pēc nosaukuma {path.name} nevar noteikt formātu.",
            f"The name {path.name} does not tell the format.",
            next_lv="Norādiet --format jsonl, csv, xlsx vai xml.",
            next_en="Give --format jsonl, csv, xlsx or xml.",
        )
    return path, found


def _unreadable(path: Path, reason: str) -> AtestatsError:
    return AtestatsError(
        "SOURCE_UNREADABLE",
        f"Datni nevar nolasīt: {path}.",
        f"The file cannot be read: {path} ({reason}).",
        next_lv="Pārbaudiet ceļu un piekļuves tiesības.",
        next_en="Check the path and the access rights.",
    )


def _read_jsonl(path: Path) -> Iterator[SourceRow]:
    from issuer.records.jsonl import read_jsonl

    return read_jsonl(path)


def _read_xml(path: Path) -> Iterator[SourceRow]:
    from issuer.records.xml_export import read_xml

    return read_xml(path)


def _read_csv(path: Path) -> Iterator[SourceRow]:
    from issuer.records.delimited import DelimitedSheet
    from issuer.records.tables import read_tables

    files = {"graduates": path, "subjects": _sibling(path, "subjects"), "exams": _sibling(path, "exams")}
    return read_tables({name: DelimitedSheet(file) for name, file in files.items()})


def _sibling(path: Path, table: str) -> Path:
    """`graduates-2037.csv` goes with `subjects-2037.csv`; any other name with `subjects.csv` beside it."""
    name = path.name.replace("graduates", table) if "graduates" in path.name else f"{table}.csv"
    if not path.with_name(name).is_file():
        raise AtestatsError(
            "SOURCE_TABLE_MISSING",
            f"Blakus datnei {path.name} nav datnes {name}.",
            f"The file {name} is missing beside {path.name}.",
            next_lv="CSV eksportam vajag trīs datnes: graduates, subjects, exams.",
            next_en="A CSV export has three files: graduates, subjects, exams.",
        )
    return path.with_name(name)


def _read_xlsx(path: Path) -> Iterator[SourceRow]:
    from issuer.records.tables import read_tables
    from issuer.records.workbook import Workbook

    with Workbook(path) as workbook:
        sheets = workbook.sheets()
        if len(sheets) < 3:
            raise AtestatsError(
                "XLSX_SHEET_MISSING",
                f"Darbgrāmatā {path.name} jābūt lapām graduates, subjects un exams.",
                f"The workbook {path.name} must have the sheets graduates, subjects and exams.",
                next_lv="Pārbaudiet lapu nosaukumus.",
                next_en="Check the names of the sheets.",
            )
        yield from read_tables(dict(sheets))


_READERS: Final[dict[str, Callable[[Path], Iterator[SourceRow]]]] = {
    "jsonl": _read_jsonl,
    "csv": _read_csv,
    "xlsx": _read_xlsx,
    "xml": _read_xml,
}
