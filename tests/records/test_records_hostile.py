"""Whatever the bytes are, reading ends in rows, findings or a refusal; never in an accident."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from export_writers import sheet_xml, tables, write_csv, write_plain_xlsx, xml_text
from graduates_2037 import AS_OF, REFERENCE, basic, secondary
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from issuer.errors import AtestatsError
from issuer.records import Batch, Checker, read
from issuer.records.shared_strings import character, string_of

RECORDS = [basic(), secondary()]
SHEETS = {name: sheet_xml(rows) for name, rows in tables(RECORDS).items()}
CHECKER = Checker(REFERENCE, AS_OF)
TRICKS = [
    b"\x00", b"\xff", b"<", b">", b"]]>", b"<![CDATA[", b"<!--", b"&#0;", b"&#x110000;", b"_xD800_", b"\"", b"\n", b",",
    b"</row>", b"</record>", b"<record>", b'<row r="99999999999">', b'<c r="ZZZ1"/>', b't="s"><v>9</v>',
]  # fmt: skip


def outcome(path: Path) -> None:
    """Read and judge everything; only an AtestatsError may come out."""
    try:
        with Batch(CHECKER) as batch:
            for row in read(path):
                judged = batch.judge(row)
                judged.as_report()
                assert judged.decision != "issue" or judged.findings == []
    except AtestatsError as error:
        refusal = error
    else:
        return
    assert refusal.message_lv
    assert refusal.message_en


edits = st.lists(
    st.tuples(st.floats(0, 1), st.sampled_from(TRICKS), st.integers(0, 40)), min_size=1, max_size=4
)


def damaged(data: bytes, changes: list[tuple[float, bytes, int]]) -> bytes:
    for place, trick, removed in changes:
        at = int(place * len(data))
        data = data[:at] + trick + data[at + removed :]
    return data


relaxed = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@relaxed
@given(edits)
def test_damaged_json_lines(tmp_path, changes):
    import json

    data = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in RECORDS).encode()
    (tmp_path / "graduates.jsonl").write_bytes(damaged(data, changes))
    outcome(tmp_path)


@relaxed
@given(edits, st.sampled_from(["graduates", "subjects", "exams"]))
def test_damaged_csv(tmp_path, changes, table):
    write_csv(tmp_path, tables(RECORDS))
    file = tmp_path / f"{table}.csv"
    file.write_bytes(damaged(file.read_bytes(), changes))
    outcome(tmp_path)


@relaxed
@given(edits)
def test_damaged_xml(tmp_path, changes):
    (tmp_path / "graduates.xml").write_bytes(damaged(xml_text(RECORDS).encode(), changes))
    outcome(tmp_path)


@relaxed
@given(edits, st.sampled_from(["graduates", "subjects", "exams"]))
def test_damaged_sheets(tmp_path, changes, table):
    sheets = SHEETS | {table: damaged(SHEETS[table].encode(), changes)}
    outcome(write_plain_xlsx(tmp_path / "graduates.xlsx", sheets))


@relaxed
@given(edits)
@example([(0.9765625, b'<c r="ZZZ1"/>', 13)])  # the archive's directory no longer lists a sheet
def test_damaged_archives(tmp_path, changes):
    path = write_plain_xlsx(tmp_path / "graduates.xlsx", SHEETS)
    path.write_bytes(damaged(path.read_bytes(), changes))
    outcome(path)


@pytest.mark.parametrize("part", ["xl/styles.xml", "xl/sharedStrings.xml"])
@pytest.mark.parametrize(
    "text", ["", "<", "<a/>", "<!DOCTYPE a><a/>", "<sst><si>", "<styleSheet><cellXfs><xf numFmtId='x'/>"]
)
def test_odd_parts_of_a_workbook(tmp_path, part, text):
    outcome(write_plain_xlsx(tmp_path / "graduates.xlsx", SHEETS, extra={part: text}))


def test_an_archive_with_a_part_twice_is_refused(tmp_path):
    path = write_plain_xlsx(tmp_path / "graduates.xlsx", SHEETS)
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
        archive.writestr("xl/worksheets/sheet1.xml", "<worksheet/>")

    with pytest.raises(AtestatsError) as refusal:
        list(read(path))

    assert refusal.value.code == "XLSX_LIMITS"


def test_one_endless_line_or_element_does_not_fill_the_memory(tmp_path):
    for name, start in (("graduates.jsonl", b'{"a":"'), ("graduates.xml", b"<viisExport><record><a>")):
        with (tmp_path / name).open("wb") as file:
            file.write(start)
            for _ in range(40):
                file.write(b"x" * 1024 * 1024)
        rows = list(read(tmp_path / name))
        assert [finding.code for row in rows for finding in row.findings] == ["PARSE"]


def test_escaped_characters_that_xml_does_not_have_become_replacement_characters():
    assert string_of("a_x000D_b_x0000_c_xD800_d_x0041_") == "a\rb\ufffdc\ufffddA"
    assert character(0x110000) == "\ufffd"
