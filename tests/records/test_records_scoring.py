"""The bar: on fresh synthetic data every faulty row is caught, no clean row is flagged, every fault has its code.

The generator and the scorer are outside this repository; they know nothing of how the checks work.
"""

from __future__ import annotations

import json
import subprocess
import sys

import orjson
import pytest

from issuer.catalogue.reference import Reference
from issuer.records import Batch, Checker, read

RUNS = [
    (2023, 1, 1, "en", ("jsonl", "csv")),
    (2024, 2, 2, "lv", ("jsonl", "xlsx")),
    (2025, 3, 1, "en", ("jsonl", "xml")),
    (2026, 4, 2, "lv", ("jsonl", "csv", "xlsx", "xml")),
    (2026, 5, 1, "en", ("jsonl", "csv", "xlsx", "xml")),
    (2037, 6, 2, "en", ("jsonl", "xlsx")),
]


@pytest.mark.parametrize(
    ("year", "seed", "per_row", "headers", "formats"), RUNS, ids=lambda value: str(value)
)
def test_every_faulty_row_is_caught_and_no_clean_row_flagged(
    shared, viis_year, tmp_path, year, seed, per_row, headers, formats
):
    folder = viis_year(
        "--graduates", 300, "--schools", 20, "--seed", seed, "--year", year, "--faults", 0.15, "--vocational", 0.15,
        "--max-faults-per-row", per_row, "--headers", headers, "--formats", ",".join(formats),
    )  # fmt: skip
    reference = Reference.load(folder / "reference.json")
    for source_format in formats:
        report = tmp_path / source_format
        with report.open("wb") as out, Batch(Checker(reference, reference.as_of)) as batch:
            for row in read(folder, source_format):
                out.write(orjson.dumps(batch.judge(row).as_report()) + b"\n")
        flat = "jsonl" if source_format == "jsonl" else "csv"
        scored = subprocess.run(
            [
                sys.executable,
                str(shared / "viis" / "score.py"),
                str(folder),
                str(report),
                "--json",
                "--format",
                flat,
            ],
            check=True,
            capture_output=True,
        )
        score = json.loads(scored.stdout)
        assert score["recall"] == 1.0
        assert score["false_alarms"] == 0
        assert score["clean_rows_right"] == score["clean_rows"]
        assert score["code_hits"] == score["faults"] > 0
        assert score["path_hits"] == score["faults"]


@pytest.mark.parametrize("sample", ["clean-20", "clean-20-lv", "faulty-300"])
def test_the_published_samples(shared, sample):
    folder = shared / "viis" / "samples" / sample
    reference = Reference.load(folder / "reference.json")
    for source_format in ("jsonl", "csv", "xlsx", "xml"):
        if (folder / f"graduates.{source_format}").exists():
            with Batch(Checker(reference, reference.as_of)) as batch:
                decisions = [batch.judge(row).decision for row in read(folder, source_format)]
            assert ("reject" in decisions) == (sample == "faulty-300")
            assert "review" not in decisions
