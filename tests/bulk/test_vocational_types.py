"""The vocational documents that the example set has not: checked, sealed and verified by the commands, as any other.

The reference file gets the three types and a programme for each; the records are made from the example's diploma.
"""

from __future__ import annotations

import copy
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from issuer.catalogue.document_types import load_document_types
from tests.bulk.conftest import EXAMPLES, SEALED_AT

TYPES = load_document_types()
# type -> (programme code, LQF level, ISCED-P, series)
PROGRAMMES = {
    "APL_PPI": ("22723011", 2, "254", "PP"),
    "ATE_ARO": ("32723011", 3, "353", "AA"),
    "APL_PKV": ("30723011", 3, "453", "PK"),
}


def diploma() -> dict[str, Any]:
    """The eighth record of the example set, which has no fault."""
    record: dict[str, Any] = json.loads(
        (EXAMPLES / "records.jsonl").read_text(encoding="utf-8").splitlines()[7]
    )
    assert record["document"]["type"] == "DIP_PVI"
    return record


def record_of(code: str) -> dict[str, Any]:
    programme, lqf, isced, series = PROGRAMMES[code]
    record = copy.deepcopy(diploma())
    record["record_id"] = f"VIIS-2037-{9000000 + list(PROGRAMMES).index(code)}"
    record["programme"] |= {"code": programme, "lqf_level": lqf, "isced_p": isced}
    record["programme"]["qualification"] |= {"level": lqf, "lqf_level": lqf}
    record["document"] |= {"type": code, "name": TYPES[code].name["lv"], "series": series}
    record["document"]["registration_no"] = f"{record['document']['registration_no']}-{code}"
    qualification = [exam for exam in record["exams"] if exam["kind"] == "KVE"]
    assert qualification, "the example's diploma has no qualification examination"
    record["exams"] = qualification
    return record


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    raw = json.loads((EXAMPLES / "reference.json").read_text(encoding="utf-8"))
    for code, (programme, lqf, isced, series) in PROGRAMMES.items():
        names = TYPES[code].name
        raw["document_types"][code] = {
            "name_lv": names["lv"], "name_en": names["en"], "series": series, "isced_a": TYPES[code].isced_level or None
        }  # fmt: skip
        for institution in raw["institutions"]:
            if institution["reg_no"] == diploma()["institution"]["reg_no"]:
                like = next(each for each in institution["programmes"] if each["code"] == "33723011")
                institution["programmes"].append(
                    like | {"code": programme, "lqf_level": lqf, "isced_p": isced}
                )
    path = tmp_path_factory.mktemp("vocational") / "reference.json"
    path.write_text(json.dumps(raw), encoding="utf-8")
    return path


def atestats(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "issuer.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def report_of(records: list[dict[str, Any]], reference: Path, folder: Path) -> list[dict[str, Any]]:
    source = folder / "records.jsonl"
    source.write_text("".join(json.dumps(each) + "\n" for each in records), encoding="utf-8")
    atestats(
        "records",
        "check",
        source,
        "--reference",
        reference,
        "--as-of",
        "2037-07-31",
        "--report",
        folder / "r",
    )
    return [json.loads(line) for line in (folder / "r").read_text().splitlines()]


def test_each_is_issued_end_to_end_with_its_qualification_examination(reference, keys, tmp_path):
    records = [record_of(code) for code in PROGRAMMES]
    report = report_of(records, reference, tmp_path)
    assert [(row["decision"], row["findings"]) for row in report] == [("issue", [])] * 3

    out, key_file = tmp_path / "out", keys.parent / "key-file"
    sealed = atestats(
        "seal", tmp_path / "records.jsonl", "--reference", reference, "--as-of", "2037-07-31", "--keys", keys,
        "--key-file", key_file, "--out", out, "--at", SEALED_AT,
    )  # fmt: skip
    assert sealed.returncode == 0, sealed.stdout + sealed.stderr
    rows = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    made = Counter(row["document_type"] for row in rows if row["outcome"] == "sealed")
    assert set(PROGRAMMES) <= made.keys()
    for row in rows:
        if (
            row["document_type"] == "APL_PKV"
        ):  # the mark of the qualification examination stands on the document
            payload = json.loads(json.loads((out / row["path"]).read_text())["payload"])
            assert "provenBy" in json.dumps(payload)

    bundle = tmp_path / "bundle.json"
    done = atestats(
        "bundle", "--keys", keys, "--key-file", key_file, "--reference", reference, "--out", bundle, "--at",
        "2037-08-02T00:00:00Z",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    files = [out / row[name] for row in rows for name in ("path", "qr_path")]
    verified = atestats(
        "verify", *files, "--bundle", bundle, "--anchor", keys / "operator.crt", "--at", "2037-08-02T10:00:00Z",
        "--json", "--state", tmp_path / "seen",
    )  # fmt: skip
    verdicts = Counter(json.loads(line)["verdict"] for line in verified.stdout.splitlines())
    assert verdicts == Counter(passed=len(files)), verified.stdout[:2000] + verified.stderr


@pytest.mark.parametrize("code", PROGRAMMES)
@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda record: record["programme"].update(qualification=None), "QUALIFICATION"),
        (
            lambda record: record["document"].update(type="DIP_PVI", name=TYPES["DIP_PVI"].name["lv"]),
            "DOC_PROG",
        ),
        (lambda record: record["programme"]["qualification"].update(lqf_level=4), "QUALIFICATION"),
    ],
)
def test_what_does_not_fit_the_programme_is_found_at_intake(code, change, expected, reference, tmp_path):
    record = record_of(code)
    change(record)
    [row] = report_of([record], reference, tmp_path)
    assert expected in {finding["code"] for finding in row["findings"]}
    assert row["decision"] == "reject"
