"""Records written as exports of every format, the way other programmes write them; independent of the readers."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from issuer.records.columns import TIES
from issuer.records.fields import EXAMS, RECORD, SUBJECTS, leaves

Rows = list[list[str]]
Record = dict[str, Any]


def tables(records: list[Record], *, latvian: bool = False) -> dict[str, Rows]:
    """The three tables as text; with Latvian headings also DD.MM.YYYY and decimal commas."""
    main = dict(leaves(RECORD))
    made = {"graduates": [[leaf.lv if latvian else path for path, leaf in main.items()]]}
    made["graduates"] += [[_cell(_dig(r, path), latvian) for path in main] for r in records]
    for name, group in (("subjects", SUBJECTS.item), ("exams", EXAMS.item)):
        columns = dict(leaves(group))
        ties = list(TIES.values()) if latvian else list(TIES)
        made[name] = [ties + [leaf.lv if latvian else path for path, leaf in columns.items()]]
        for line, record in enumerate(records, 1):
            for pos, item in enumerate(record[name], 1):
                cells = [_cell(_dig(item, path), latvian) for path in columns]
                made[name].append([str(line), record["record_id"], str(pos), *cells])
    return made


def _dig(value: Any, path: str) -> Any:
    for step in path.split("."):
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _cell(value: Any, latvian: bool) -> str:
    if value is None:
        return ""
    text = str(value)
    if latvian and isinstance(value, float):
        return text.replace(".", ",")
    if latvian and len(text) == 10 and text[4] == text[7] == "-":
        return f"{text[8:]}.{text[5:7]}.{text[:4]}"
    return text


def write_csv(folder: Path, made: dict[str, Rows], *, latvian: bool = False) -> Path:
    """Three CSV files in `folder`; returns it."""
    for name, rows in made.items():
        with (folder / f"{name}.csv").open(
            "w", encoding="utf-8-sig" if latvian else "utf-8", newline=""
        ) as file:
            writer = csv.writer(
                file, delimiter=";" if latvian else ",", lineterminator="\r\n" if latvian else "\n"
            )
            writer.writerows(rows)
    return folder


def write_openpyxl(path: Path, made: dict[str, list[list[Any]]]) -> Path:
    """A workbook by openpyxl: shared strings, typed numbers, real dates. Cells may be any Python values."""
    import openpyxl

    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for name, rows in made.items():
        sheet = workbook.create_sheet(name)
        for row in rows:
            sheet.append([None if cell == "" else cell for cell in row])
    workbook.save(path)
    return path


def write_plain_xlsx(path: Path, sheets: dict[str, str], *, extra: dict[str, str] | None = None) -> Path:
    """A minimal workbook around given sheet XML, to make damaged and hostile ones."""
    names = list(sheets)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml",
            '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" '
            'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>'
            + "".join(f'<sheet name="{n}" sheetId="{i}" r:id="rId{i}"/>' for i, n in enumerate(names, 1))
            + "</sheets></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
            + "".join(
                f'<Relationship Id="rId{i}" Type="x" Target="worksheets/sheet{i}.xml"/>'
                for i in range(1, len(names) + 1)
            )
            + "</Relationships>",
        )
        for i, name in enumerate(names, 1):
            archive.writestr(f"xl/worksheets/sheet{i}.xml", sheets[name])
        for name, text in (extra or {}).items():
            archive.writestr(name, text)
    return path


def sheet_xml(rows: Rows) -> str:
    """A sheet with inline strings."""
    out = io.StringIO()
    out.write('<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>')
    for number, row in enumerate(rows, 1):
        out.write(f'<row r="{number}">')
        for place, cell in enumerate(row):
            if cell:
                column = (chr(64 + place // 26) if place >= 26 else "") + chr(65 + place % 26)
                text = f'<is><t xml:space="preserve">{escape(cell)}</t></is>'
                out.write(f'<c r="{column}{number}" t="inlineStr">{text}</c>')
        out.write("</row>")
    out.write("</sheetData></worksheet>")
    return out.getvalue()


def xml_text(records: list[Record]) -> str:
    """The XML export."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<viisExport schemaVersion="1.0">\n'
        + "".join(element("record", record) for record in records)
        + "</viisExport>\n"
    )


def element(name: str, value: Any) -> str:
    """One value as an element, indented like an export."""
    if value is None:
        return f'<{name} nil="true"/>\n'
    if isinstance(value, dict):
        return f"<{name}>\n{''.join(element(k, v) for k, v in value.items())}</{name}>\n"
    if isinstance(value, list):
        return f"<{name}>\n{''.join(element(name[:-1], item) for item in value)}</{name}>\n"
    return f"<{name}>{escape(str(value))}</{name}>\n"
