"""`atestats records check` as a person and a script see it."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner
from graduates_2037 import EXAMPLES, basic, secondary

from issuer.commands.records import command
from issuer.errors import AtestatsError


def run(source, report, *options, **settings):
    arguments = [
        "check",
        str(source),
        "--reference",
        str(EXAMPLES / "reference.json"),
        "--report",
        str(report),
    ]
    return CliRunner().invoke(
        command, [*arguments, "--as-of", "2037-07-31", *options], standalone_mode=False, **settings
    )


def test_rejected_rows_give_status_one_and_a_line_each_in_the_report(tmp_path):
    result = run(EXAMPLES / "records.jsonl", tmp_path / "report.jsonl")
    report = [
        json.loads(line) for line in (tmp_path / "report.jsonl").read_text(encoding="utf-8").splitlines()
    ]

    assert result.return_value == 1
    assert "noraidīti / rejected" in result.output
    assert [row["line"] for row in report] == list(range(1, 13))
    assert [row["line"] for row in report if row["decision"] == "reject"] == [2, 11]
    assert set(report[0]) == {"line", "record_id", "decision", "findings"}
    assert set(report[1]["findings"][0]) == {"code", "severity", "path", "message_lv", "message_en"}


def test_records_in_order_give_status_zero(tmp_path):
    source = tmp_path / "graduates.jsonl"
    source.write_text(
        "".join(json.dumps(record) + "\n" for record in (basic(), secondary())), encoding="utf-8"
    )

    result = run(tmp_path, tmp_path / "out" / "report.jsonl")

    assert result.return_value == 0
    assert (tmp_path / "out" / "report.jsonl").exists()


def test_an_unreadable_source_leaves_no_report_behind(tmp_path):
    (tmp_path / "graduates.xml").write_text("<nothing/>")

    result = run(tmp_path, tmp_path / "report.jsonl")

    assert isinstance(result.exception, AtestatsError)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["graduates.xml"]


def test_an_earlier_report_is_replaced_only_by_a_whole_one(tmp_path):
    report = tmp_path / "report.jsonl"
    report.write_text("earlier\n")
    (tmp_path / "graduates.xml").write_text("<nothing/>")

    run(tmp_path, report)

    assert report.read_text() == "earlier\n"


@pytest.mark.parametrize("options", [("--format", "pdf"), ("--as-of", "31.07.2037")])
def test_wrong_usage_is_told(tmp_path, options):
    assert run(EXAMPLES / "records.jsonl", tmp_path / "r", *options).exception is not None
