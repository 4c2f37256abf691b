"""An installation adds a document type: one TOML file, and its records are checked, sealed, bundled and verified.

The State language certificate (`valsts valodas prasmes apliecība`) is no document of a school: its record has a test
instead of a programme, and the examination body awards it. No code knows it.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from issuer.catalogue import Reference, load_document_types
from issuer.records import Batch, Checker, SourceRow

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parents[1] / "examples"
ADDED = HERE / "added_types"
REFERENCE = Reference.load(EXAMPLES / "reference.json")
SCHOOL = next(each for each in REFERENCE.institutions.values() if each.closed_on is None)
RECORD: dict[str, Any] = {
    "schema_version": "1.0",
    "record_id": "VVP-2037-000001",
    "source_system": "VPIS",
    "exported_at": "2037-03-02T08:00:00+02:00",
    "institution": {"reg_no": SCHOOL.reg_no, "name": SCHOOL.name},
    "learner": {
        "personal_code": "340000-00018",
        "given_names": "Aoifa",
        "family_name": "Niha Dala",
        "birth_date": "2001-02-28",
    },
    "document": {
        "type": "APL_VVP",
        "name": "Valsts valodas prasmes apliecība",
        "series": "VV",
        "number": "000123",
        "issue_date": "2037-03-01",
        "issue_kind": "original",
        "language": "lv",
    },
    "test": {"date": "2037-02-12", "level": "B2", "points": 61.5},
}


def changed(path: str, value: object, **more: object) -> dict[str, Any]:
    record = copy.deepcopy(RECORD) | more
    *groups, name = path.split(".")
    place = record
    for group in groups:
        place = place[group]
    place[name] = value
    return record


@pytest.fixture(scope="module")
def checker() -> Checker:
    return Checker(REFERENCE, dt.date(2037, 7, 31), load_document_types(more=ADDED))


def test_its_record_is_checked_by_the_form_that_the_file_declares(checker):
    with Batch(checker) as batch:
        judged = batch.judge(SourceRow(1, copy.deepcopy(RECORD)))
    assert judged.findings == []
    assert judged.decision == "issue"
    assert judged.record is not None
    assert judged.record["test"] == {"date": "2037-02-12", "level": "B2", "points": 61.5}


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("test.level", "B7", "VALUE_NOT_ALLOWED"),
        ("test.level", None, "REQUIRED"),
        ("test.date", "2037-02-30", "DATE_INVALID"),
        ("test.date", "2037-03-02", "DATE_ORDER"),
        ("test.date", "2000-03-02", "DATE_ORDER"),
        ("test.date", "2037-08-02", "DATE_FUTURE"),
        ("test.points", 101, "NUMBER_RANGE"),
        ("test.points", "61,5", "TYPE"),
        ("test.religion", "x", "EXTRA_FIELD"),
        ("test", None, "REQUIRED"),
        ("learner.citizenship", "LV", "EXTRA_FIELD"),
        ("learner.personal_code", "340000-0001", "PK_FORMAT"),
        ("learner.personal_code", None, "ID_MISSING"),
        ("institution.reg_no", "9900000000", "INST_UNKNOWN"),
        ("document.name", "Apliecība", "DOC_NAME"),
        ("document.number", None, "DOC_NUMBER_FORMAT"),
        ("document.issue_date", "2037-08-01", "DATE_FUTURE"),
        ("document.issue_kind", "duplicate", "REPLACES_MISSING"),
        ("record_id", "../../etc", "RECORD_ID_FORMAT"),
        ("source_system", "no such", "VALUE_NOT_ALLOWED"),
    ],
)
def test_what_is_wrong_in_it_is_found(path, value, code, checker):
    findings = checker.check(SourceRow(1, changed(path, value)))
    assert code in {finding.code for finding in findings}, findings
    elsewhere = code in (
        "DATE_ORDER",
        "DATE_FUTURE",
        "REPLACES_MISSING",
    )  # the other date, or a field beside it
    for finding in findings:
        assert elsewhere or finding.path.startswith(path), finding


def test_without_the_file_nobody_knows_the_type():
    findings = Checker(REFERENCE, dt.date(2037, 7, 31)).check(SourceRow(1, copy.deepcopy(RECORD)))
    assert "DOC_TYPE" in {finding.code for finding in findings}


def test_a_file_cannot_take_the_place_of_a_type_of_the_product(tmp_path):
    from issuer.catalogue import CatalogueFileError, data_dir

    (tmp_path / "ATE_VVI.toml").write_text(
        (data_dir() / "document_types" / "ATE_VVI.toml").read_text(encoding="utf-8"), encoding="utf-8"
    )
    with pytest.raises(CatalogueFileError, match=r"ATE_VVI\.toml.*code"):
        load_document_types(more=tmp_path)


def atestats(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "issuer.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_from_the_file_alone_to_a_sealed_document_that_a_stranger_verifies(tmp_path):
    """Two certificates and a faulty one, in one batch with the graduates of the example."""
    graduates = (EXAMPLES / "records.jsonl").read_text(encoding="utf-8")
    count = len(graduates.splitlines())
    others = [
        RECORD,
        changed(
            "document.number",
            "000124",
            record_id="VVP-2037-000002",
            test={"date": "2037-02-12", "level": "C1"},
        ),
        changed("test.level", "B7", record_id="VVP-2037-000003"),
    ]
    source = tmp_path / "records.jsonl"
    source.write_text(graduates + "".join(json.dumps(each) + "\n" for each in others), encoding="utf-8")
    keys, secret, out = tmp_path / "keys", tmp_path / "key-file", tmp_path / "out"
    reference = ("--reference", EXAMPLES / "reference.json")
    added = ("--document-types", ADDED)
    store = ("--keys", keys, "--key-file", secret)
    now = "2037-08-01T09:00:00Z"

    report = tmp_path / "report.jsonl"
    words = ("records", "check", source, *reference, "--as-of", "2037-07-31", "--report", report, *added)
    assert atestats(*words).returncode == 1  # the faulty rows
    decisions = [json.loads(line)["decision"] for line in report.read_text().splitlines()]
    assert decisions[count:] == ["issue", "issue", "reject"]

    assert (
        atestats(
            "keys", "dev", *reference, "--out", keys, "--key-file", secret, "--at", "2037-07-01"
        ).returncode
        == 0
    )
    seal = ("seal", source, *reference, "--as-of", "2037-07-31", *store, "--out", out, "--at", now, *added)
    sealed = atestats(*seal, "--workers", 2)
    assert sealed.returncode == 1, sealed.stderr
    results = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    mine = [each for each in results if each["document_type"] == "APL_VVP"]
    assert [each["outcome"] for each in mine] == ["sealed", "sealed", "rejected"]
    assert sum(each["outcome"] == "sealed" for each in results) > 40  # the graduates are not disturbed

    bundle = tmp_path / "bundle.json"
    made = atestats("bundle", *store, *reference, "--out", bundle, "--at", now, *added)
    assert made.returncode == 0, made.stderr
    files = [out / each[name] for each in mine[:2] for name in ("path", "qr_path")]
    verify = (
        "--bundle",
        bundle,
        "--anchor",
        keys / "operator.crt",
        "--at",
        now,
        "--state",
        tmp_path / "seen",
    )
    judged = atestats("verify", *files, *verify, "--json")
    verdicts = [json.loads(line) for line in judged.stdout.splitlines()]
    assert [each["verdict"] for each in verdicts] == ["passed"] * 4, judged.stdout
    assert {each["kind"] for each in verdicts} == {"edc", "qr"}
    assert all(
        "Certificate of State Language Proficiency" in json.dumps(each["document"]) for each in verdicts
    )
    validated = atestats("validate", files[0])
    assert validated.returncode == 0, validated.stdout

    # Again, with another level in one record: nothing is sealed twice, and nothing behind anybody's back.
    before = {file: file.read_bytes() for file in files}
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace('"level": "C1"', '"level": "C2"'), encoding="utf-8")
    atestats(*seal)
    again = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    outcomes = [
        (each["outcome"], [finding["code"] for finding in each["findings"]])
        for each in again
        if each["document_type"] == "APL_VVP"
    ]
    assert outcomes[:2] == [("sealed", []), ("rejected", ["RECORD_CHANGED"])]
    assert {file: file.read_bytes() for file in files} == before
