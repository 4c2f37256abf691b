"""The same records in every format are the same records."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from export_samples import jsonl, line, records, same
from export_writers import sheet_xml, tables, write_csv, write_openpyxl, write_plain_xlsx, xml_text
from graduates_2037 import basic

from issuer.records import read


def test_json_lines(tmp_path):
    same(jsonl(tmp_path, [line(record) for record in records()]))


@pytest.mark.parametrize("latvian", [False, True], ids=["english", "latvian"])
def test_three_csv_files(tmp_path, latvian):
    same(list(read(write_csv(tmp_path, tables(records(), latvian=latvian), latvian=latvian))))


def test_csv_by_the_name_of_its_main_file(tmp_path):
    write_csv(tmp_path, tables(records()))
    for name in ("graduates", "subjects", "exams"):
        (tmp_path / f"{name}.csv").rename(tmp_path / f"{name}-2037.csv")

    same(list(read(tmp_path / "graduates-2037.csv")))


def test_csv_columns_in_any_order_and_detail_rows_in_any_order(tmp_path):
    made = {name: [list(reversed(row)) for row in rows] for name, rows in tables(records()).items()}
    for name in ("subjects", "exams"):
        made[name][1:] = sorted(made[name][1:], key=lambda row: row[3])

    same(list(read(write_csv(tmp_path, made))))


@pytest.mark.parametrize("latvian", [False, True], ids=["english", "latvian"])
def test_xlsx_with_inline_strings(tmp_path, latvian):
    sheets = {name: sheet_xml(rows) for name, rows in tables(records(), latvian=latvian).items()}

    same(list(read(write_plain_xlsx(tmp_path / "graduates.xlsx", sheets))))


def test_xlsx_as_a_spreadsheet_programme_saves_it(tmp_path):
    """Shared strings, numbers as numbers, dates as serial numbers with a date format."""

    def typed(cell: str) -> object:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", cell):
            return dt.date.fromisoformat(cell)
        if re.fullmatch(r"[1-9]\d{0,9}", cell) or re.fullmatch(r"\d+\.\d+", cell):
            return cell if cell == "1.0" else float(cell) if "." in cell else int(cell)
        return cell

    made = {name: [[typed(cell) for cell in row] for row in rows] for name, rows in tables(records()).items()}

    same(list(read(write_openpyxl(tmp_path / "graduates.xlsx", made))))


def test_xlsx_with_a_namespace_prefix_rich_text_and_formulas(tmp_path):
    made = tables(records())
    sheets = {name: sheet_xml(rows) for name, rows in made.items()}
    prefixed = re.sub(r"<(/?)(?=[a-z])", r"<\1x:", sheets["graduates"]).replace("xmlns=", "xmlns:x=")
    rich = re.sub(
        r'<is><t xml:space="preserve">(.)([^<]*)</t></is>',
        r"<is><r><rPr><b/></rPr><t>\1</t></r><r><t>\2</t></r></is>",
        sheets["subjects"],
    )
    formula = re.sub(
        r't="inlineStr"><is><t xml:space="preserve">(nokartots)</t></is>',
        r't="str"><f>A1</f><v>\1</v>',
        sheets["exams"],
    )
    path = write_plain_xlsx(
        tmp_path / "graduates.xlsx", {"Graduates": prefixed, "Priekšmeti": rich, "Eksāmeni": formula}
    )

    same(list(read(path)))


def test_xml(tmp_path):
    (tmp_path / "graduates.xml").write_text(xml_text(records()), encoding="utf-8")

    same(list(read(tmp_path)))


def test_a_folder_with_several_formats_is_read_in_a_fixed_order(tmp_path):
    (tmp_path / "graduates.xml").write_text(xml_text(records()[:2]), encoding="utf-8")
    (tmp_path / "graduates.jsonl").write_text(line(basic()), encoding="utf-8")

    assert len(list(read(tmp_path))) == 1
    assert len(list(read(tmp_path, "xml"))) == 2
