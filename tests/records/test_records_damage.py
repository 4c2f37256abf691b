"""Damage in a file is a finding on its row and not an end; a file that is no export is refused with what to do."""

from __future__ import annotations

import datetime as dt

import pytest
from export_samples import codes, jsonl, judged, line, records, same
from export_writers import element, sheet_xml, tables, write_csv, write_openpyxl, write_plain_xlsx, xml_text
from graduates_2037 import AS_OF, REFERENCE, basic, secondary, vocational

from issuer.errors import AtestatsError
from issuer.records import Checker, SourceRow, content_hash, read

# ── damaged lines ────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("bad", "code"),
    [
        ("{'a': 1}\n", "PARSE"),
        ('{"record_id": \n', "PARSE"),
        ("[]\n", "PARSE"),
        ('"text"\n', "PARSE"),
        ("null\n", "PARSE"),
        ('{"a": NaN}\n', "PARSE"),
        ('{"a": -Infinity}\n', "PARSE"),
        ('{"a": 1e999}\n', "PARSE"),
        ('{"a": "\\ud800"}\n', "PARSE"),
        ('{"a": 1} {"b": 2}\n', "PARSE"),
        ('{"a":' + "[" * 100_000 + "\n", "PARSE"),
        ('{"a": "' + "x" * 300_000 + '"}\n', "PARSE"),
        (b'{"a": "\xff\xfe"}\n', "ENCODING"),
        (line(basic())[:-200] + "\n", "PARSE"),
    ],
)
def test_a_damaged_json_line_is_a_finding_on_that_line_and_reading_goes_on(tmp_path, bad, code):
    rows = jsonl(tmp_path, [line(basic()), bad, "\n", line(secondary())])

    assert [(row.line, codes(row)) for row in rows] == [(1, []), (2, [code]), (4, [])]
    assert judged(rows) == ["issue", "reject", "issue"]


def test_a_member_given_twice_is_found_wherever_it_is(tmp_path):
    text = line(basic()).replace('"birth_date":', '"birth_date": "2021-05-04", "birth_date":')
    text = text.replace('"percent": 70.9', '"percent": 70.9, "percent": 90.9')

    (row,) = jsonl(tmp_path, [text])

    assert [(f.code, f.path) for f in row.findings] == [
        ("DUP_KEY", "learner.birth_date"),
        ("DUP_KEY", "exams[1].percent"),
    ]
    assert judged([row]) == ["reject"]


def test_a_json_file_with_bom_crlf_and_no_last_line_end_is_fine(tmp_path):
    rows = jsonl(
        tmp_path, [b"\xef\xbb\xbf", line(basic()).replace("\n", "\r\n"), line(secondary()).rstrip("\n")]
    )

    assert judged(rows) == ["issue", "issue"]


def test_a_truncated_json_file_says_so(tmp_path):
    *_, row = jsonl(tmp_path, [line(basic()), line(secondary())[:1000]])

    assert "truncated" not in row.findings[0].code
    assert row.findings[0].message_en.startswith("The record is cut off")


def _csv(tmp_path, change):
    write_csv(tmp_path, tables(records()))
    change(tmp_path)
    return list(read(tmp_path))


def _edit(name, number, how):
    def change(folder):
        lines = (folder / name).read_bytes().split(b"\n")
        lines[number] = how(lines[number])
        (folder / name).write_bytes(b"\n".join(lines))

    return change


@pytest.mark.parametrize(
    ("how", "code"),
    [
        (lambda text: text + b",", "PARSE"),
        (lambda text: text.rsplit(b",", 3)[0], "PARSE"),
        (lambda text: text.replace(b"VIIS,", b'"VIIS,', 1), "PARSE"),
        (lambda text: text.replace(b",LV,", b",\xff\xfe,", 1), "ENCODING"),
        (lambda text: b"x" * 100_000, "PARSE"),
    ],
    ids=["column more", "columns fewer", "open quote", "not UTF-8", "too long"],
)
def test_a_damaged_csv_row_is_a_finding_on_that_row_and_reading_goes_on(tmp_path, how, code):
    rows = _csv(tmp_path, _edit("graduates.csv", 3, how))

    assert [codes(row) for row in rows] == [[], [], [code], *[[]] * 7]
    assert [row.line for row in rows] == list(range(1, 11))


def test_a_damaged_detail_row_is_a_finding_on_its_graduate(tmp_path):
    rows = _csv(tmp_path, _edit("subjects.csv", 20, lambda text: text + b",,"))

    assert [(row.line, codes(row)) for row in rows if row.findings] == [(2, ["PARSE", "DETAIL_POSITION"])]
    assert judged(rows)[1] == "reject"


def test_a_lost_detail_row_is_noticed_even_when_the_subject_was_optional(tmp_path):
    rows = _csv(tmp_path, _edit("subjects.csv", 5, lambda text: b""))

    assert "DETAIL_POSITION" in codes(rows[0])


def test_tables_sorted_apart_are_noticed(tmp_path):
    def swap(folder):
        text = (folder / "graduates.csv").read_bytes().split(b"\n")
        text[1], text[2] = text[2], text[1]
        (folder / "graduates.csv").write_bytes(b"\n".join(text))

    rows = _csv(tmp_path, swap)

    assert "DETAIL_RECORD" in codes(rows[0])
    assert "DETAIL_RECORD" in codes(rows[1])
    assert codes(rows[2]) == []


def test_details_of_nobody_come_last_as_rows_of_their_own(tmp_path):
    rows = _csv(tmp_path, _edit("exams.csv", 2, lambda text: text.replace(b"1,", b"99,", 1)))
    nameless = _csv(tmp_path, _edit("subjects.csv", 2, lambda text: text.replace(b"1,", b"?,", 1)))

    assert (rows[-1].line, rows[-1].record, codes(rows[-1])) == (99, None, ["DETAIL_ORPHAN"])
    assert "DETAIL_POSITION" in codes(rows[0])
    assert [row.line for row in nameless if codes(row) == ["DETAIL_ORPHAN"]] == [0]


def test_an_unknown_column_is_dropped_and_mentioned_on_rows_that_fill_it(tmp_path):
    made = tables(records())
    made["graduates"] = [
        [*row, cell] for row, cell in zip(made["graduates"], ["Piezīmes", "slims", *[""] * 9], strict=True)
    ]

    rows = list(read(write_csv(tmp_path, made)))

    assert [codes(row) for row in rows] == [["EXTRA_FIELD"], *[[]] * 9]
    assert "slims" not in str(rows)
    assert judged(rows)[0] == "review"


def test_an_english_table_holds_iso_dates_and_points_only(tmp_path):
    made = tables(records()[:1])
    place = made["graduates"][0].index("learner.birth_date")
    made["graduates"][1][place] = "04.05.2021"

    rows = list(read(write_csv(tmp_path, made)))

    assert judged(rows) == ["reject"]


def test_quoted_cells_may_hold_separators_quotes_and_line_ends(tmp_path):
    record = vocational()
    record["subjects"][8]["name"] = 'Modulis "A", otrā daļa'

    same(list(read(write_csv(tmp_path, tables([record])))), [record])


# ── spreadsheets that changed what was typed ─────────────────────────────────────────────────────────────────────────


def _changed_cell(tmp_path, column: str, value: object):
    made: dict = tables([basic()])
    made["graduates"][1][made["graduates"][0].index(column)] = value
    (row,) = read(write_openpyxl(tmp_path / "graduates.xlsx", made))
    return Checker(REFERENCE, AS_OF).check(row)


@pytest.mark.parametrize(
    ("column", "value", "code", "hint"),
    [
        ("document.number", 1234, "DOC_NUMBER_FORMAT", "leading zeros"),
        ("learner.personal_code", 4052129307, "PK_FORMAT", "leading zero"),
        ("learner.personal_code", 24052129307, "PK_FORMAT", "hyphen"),
        ("institution.reg_no", 993790000, "INST_UNKNOWN", "leading zero"),
        ("learner.birth_date", 44320, "DATE_INVALID", "serial number"),
        ("completion.order_no", dt.date(2037, 1, 9), "CELL_DATE", "into a date"),
        ("learner.family_name", "=NA()", "NAME_MISSING", ""),
    ],
)
def test_what_a_spreadsheet_did_to_a_cell_is_explained_and_never_mended_silently(
    tmp_path, column, value, code, hint
):
    findings = {finding.code: finding for finding in _changed_cell(tmp_path, column, value)}

    assert code in findings
    assert hint in findings[code].message_en


def test_a_number_typed_as_a_float_is_the_same_number(tmp_path):
    assert _changed_cell(tmp_path, "programme.code", 21011111.0) == []
    assert _changed_cell(tmp_path, "completion.grade", 9.0) == []


def test_a_cell_with_a_spreadsheet_error_is_a_finding(tmp_path):
    xml = sheet_xml(tables([basic()])["graduates"]).replace(
        't="inlineStr"><is><t xml:space="preserve">V-2864</t></is>', 't="e"><v>#N/A</v>'
    )
    made = tables([basic()])
    sheets = {"graduates": xml, "subjects": sheet_xml(made["subjects"]), "exams": sheet_xml(made["exams"])}

    (row,) = read(write_plain_xlsx(tmp_path / "graduates.xlsx", sheets))

    assert codes(row) == ["CELL_ERROR"]


def test_a_damaged_workbook_row_is_a_finding_and_reading_goes_on(tmp_path):
    made = tables(records())
    sheets = {name: sheet_xml(rows) for name, rows in made.items()}
    sheets["graduates"] = sheets["graduates"].replace('<row r="3"><c ', '<row r="3"><c <', 1)

    rows = list(read(write_plain_xlsx(tmp_path / "graduates.xlsx", sheets)))

    assert [codes(row) for row in rows] == [[], ["PARSE"], *[[]] * 8]


def test_a_workbook_cut_off_in_the_middle_says_where(tmp_path):
    made = tables(records())
    sheets = {name: sheet_xml(rows) for name, rows in made.items()}
    sheets["graduates"] = sheets["graduates"][: sheets["graduates"].index('<row r="4">') + 100]

    rows = list(read(write_plain_xlsx(tmp_path / "graduates.xlsx", sheets)))

    assert [codes(row) for row in rows][:3] == [[], [], ["PARSE"]]


# ── XML ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def _xml(tmp_path, text) -> list[SourceRow]:
    (tmp_path / "graduates.xml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read(tmp_path))


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("<learner>", "<learner", "PARSE"),
        ("</programme>", "", "PARSE"),
        ("<birth_date>", "<birth_date>&x;", "PARSE"),
        ("<birth_date>", "<birth_date>&#0;", "PARSE"),
        ("<learner>", "<learner>text", "PARSE"),
        ("<subjects>", "<subjects><other/>", "PARSE"),
        ("</record>", "", "PARSE"),
        ("<record>", "<recor>", "PARSE"),
        ("<citizenship>", "<citizenship>LV</citizenship><citizenship>", "DUP_KEY"),
        ("<citizenship>", '<citizenship lang="lv">', "EXTRA_FIELD"),
    ],
)
def test_a_broken_record_in_xml_is_a_finding_and_reading_goes_on(tmp_path, old, new, code):
    others = records()[1:]
    text = xml_text(records()).replace(old, new, 1)

    rows = _xml(tmp_path, text)

    assert code in codes(rows[0])
    assert judged(rows)[0] == "reject"
    assert [content_hash(row.record) for row in rows[1:]] == [content_hash(record) for record in others]


def test_an_unknown_element_is_reported_and_not_handed_on(tmp_path):
    (row,) = _xml(tmp_path, xml_text([basic()]).replace("<learner>", "<learner><phone>2<b>0</b></phone>"))

    assert [f.code for f in Checker(REFERENCE, AS_OF).check(row)] == ["EXTRA_FIELD"]


def test_an_xml_file_cut_off_is_noticed(tmp_path):
    text = xml_text(records())

    inside = _xml(tmp_path, text[: text.rindex("</exams>")])
    between = _xml(tmp_path, text[: text.rindex("</viisExport>")])

    assert codes(inside[-1]) == ["PARSE"]
    assert [codes(row) for row in between] == [[]] * 10 + [["PARSE"]]


@pytest.mark.parametrize(
    "head",
    [
        '<!DOCTYPE viisExport [<!ENTITY x "y">]>',
        '<?xml version="1.0" encoding="UTF-16"?>',
        '<?xml version="1.0" encoding="windows-1257"?>',
    ],
)
def test_declarations_and_other_encodings_are_refused(tmp_path, head):
    with pytest.raises(AtestatsError) as refusal:
        _xml(tmp_path, f"{head}<viisExport>{element('record', basic())}</viisExport>")

    assert refusal.value.code == "XML_NOT_AN_EXPORT"


# ── files that are nothing of the kind ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("graduates.csv", b"\xff\xfea\x00", "TABLE_NOT_UTF8"),
        ("graduates.csv", "Vārds;Uzvārds\n".encode("cp1257"), "TABLE_NOT_UTF8"),
        ("graduates.csv", b"a,b,c\n", "TABLE_HEADING_UNKNOWN"),
        ("graduates.csv", b"", "TABLE_HEADING_UNKNOWN"),
        ("graduates.csv", b"record_id,record_id\n", "TABLE_HEADING_TWICE"),
        ("graduates.xlsx", b"PK\x03\x04 broken", "XLSX_UNREADABLE"),
        ("graduates.xlsx", b"", "XLSX_UNREADABLE"),
        ("graduates.xml", b"<html></html>", "XML_NOT_AN_EXPORT"),
        ("graduates.xml", b"", "XML_NOT_AN_EXPORT"),
        ("graduates.xml", b"\x00" * 1000, "XML_NOT_AN_EXPORT"),
    ],
)
def test_a_file_that_is_no_export_is_refused_with_what_to_do(tmp_path, name, content, code):
    for other in ("subjects.csv", "exams.csv"):
        (tmp_path / other).write_bytes(b"line,record_id,pos,code\n")
    (tmp_path / name).write_bytes(content)

    with pytest.raises(AtestatsError) as refusal:
        list(read(tmp_path / name))

    assert refusal.value.code == code
    assert refusal.value.next_lv
    assert refusal.value.next_en


def test_missing_files_are_named(tmp_path):
    for path, code in ((tmp_path, "SOURCE_EMPTY"), (tmp_path / "x.jsonl", "SOURCE_UNREADABLE")):
        with pytest.raises(AtestatsError) as refusal:
            list(read(path))
        assert refusal.value.code == code
    (tmp_path / "graduates.csv").write_text("record_id\n")
    with pytest.raises(AtestatsError) as refusal:
        list(read(tmp_path))
    assert refusal.value.code == "SOURCE_TABLE_MISSING"


def test_a_workbook_that_unpacks_to_too_much_is_refused_unread(tmp_path):
    sheets = dict.fromkeys(("graduates", "subjects", "exams"), "<worksheet><sheetData>" + " " * 20_000_000)

    with pytest.raises(AtestatsError) as refusal:
        list(read(write_plain_xlsx(tmp_path / "graduates.xlsx", sheets)))

    assert refusal.value.code == "XLSX_LIMITS"


def test_entities_in_a_workbook_are_refused(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet><sheetData><row r="1"><c r="A1"><v>&a;</v></c></row>'
    sheets = dict.fromkeys(("graduates", "subjects", "exams"), bomb)

    with pytest.raises(AtestatsError) as refusal:
        list(read(write_plain_xlsx(tmp_path / "graduates.xlsx", sheets)))

    assert refusal.value.code == "XLSX_UNREADABLE"
