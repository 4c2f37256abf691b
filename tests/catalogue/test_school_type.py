"""A second added type, awarded by schools: it names the head, and only the operator can say who may award it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from issuer.catalogue import Reference, load_document_types
from issuer.trust.rights import institution_rights

HERE = Path(__file__).resolve().parent
EXAMPLES = HERE.parents[1] / "examples"
ADDED = HERE / "school_types"
REFERENCE = Reference.load(EXAMPLES / "reference.json")
SCHOOL = next(each for each in REFERENCE.institutions.values() if each.closed_on is None)
OTHER = next(
    each for each in REFERENCE.institutions.values() if each.closed_on is None and each is not SCHOOL
)
HEAD = next(each for each in SCHOOL.directors if each.to_date is None)
RECORD: dict[str, Any] = {
    "schema_version": "1.0",
    "record_id": "SPO-2037-000001",
    "source_system": "SPORTS",
    "exported_at": "2037-07-02T08:00:00+03:00",
    "institution": {
        "reg_no": SCHOOL.reg_no,
        "name": SCHOOL.name,
        "director": {
            "given_names": HEAD.given_names,
            "family_name": HEAD.family_name,
            "position": HEAD.position,
        },
    },
    "learner": {
        "personal_code": "340000-00018",
        "given_names": "Aoifa",
        "family_name": "Niha Dala",
        "birth_date": "2001-02-28",
    },
    "document": {
        "type": "SPO_TRE",
        "name": "Sporta trenera sertifikāts",
        "series": "ST",
        "number": "000123",
        "registration_no": "7-1",
        "issue_date": "2037-07-01",
        "issue_kind": "original",
        "language": "lv",
    },
    "course": {
        "started": "2037-01-02",
        "ended": "2037-06-20",
        "hours": 300,
        "category": "B",
        "sport": "Volejbols",
    },
}


def atestats(*words: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "issuer.cli", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_no_programme_gives_the_right_to_a_type_without_a_level_of_education() -> None:
    types = load_document_types(more=ADDED)
    assert not any("SPO_TRE" in institution_rights(each, types) for each in REFERENCE.institutions.values())
    assert "SPO_TRE" in institution_rights(SCHOOL, types, {"SPO_TRE"})


def test_the_operator_names_the_schools_and_nobody_else_passes(tmp_path: Path) -> None:
    source, keys, secret, out = (tmp_path / name for name in ("r.jsonl", "keys", "key-file", "out"))
    source.write_text(json.dumps(RECORD) + "\n", encoding="utf-8")
    reference, added = ("--reference", EXAMPLES / "reference.json"), ("--document-types", ADDED)
    store = ("--keys", keys, "--key-file", secret)
    assert (
        atestats(
            "keys", "dev", *reference, "--out", keys, "--key-file", secret, "--at", "2037-07-01"
        ).returncode
        == 0
    )
    sealed = atestats(
        "seal",
        source,
        *reference,
        "--as-of",
        "2037-07-31",
        *store,
        "--out",
        out,
        "--at",
        "2037-08-01T09:00:00Z",
        *added,
    )
    [row] = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    assert row["outcome"] == "sealed", sealed.stdout + str(row["findings"])

    assert [finding["code"] for finding in row["findings"]] == [
        "RIGHT_UNKNOWN"
    ]  # said at once, not at the employer's

    def verdict(*awards: str) -> tuple[str, str]:
        bundle = tmp_path / "bundle.json"
        words = [word for award in awards for word in ("--award", award)]
        made = atestats("bundle", *store, *reference, "--out", bundle, "--at", "2037-08-02", *added, *words)
        assert made.returncode == 0, made.stderr
        judged = atestats(
            "verify", out / row["path"], "--bundle", bundle, "--anchor", keys / "operator.crt",
            "--at", "2037-08-02T10:00:00Z", "--state", tmp_path / "seen", "--json",
        )  # fmt: skip
        told = json.loads(judged.stdout)
        authority = next(check for check in told["checks"] if check["check"] == "authority")
        return told["verdict"], authority["detail"]["code"]

    assert verdict() == ("failed", "AUTHORITY_NO_RIGHT")
    assert verdict(f"{OTHER.reg_no}=SPO_TRE") == ("failed", "AUTHORITY_NO_RIGHT")
    assert verdict(f"{SCHOOL.reg_no}=SPO_TRE") == ("passed", "AUTHORITY_OWN")


@pytest.mark.parametrize("award", ["9900000000=SPO_TRE", f"{SCHOOL.reg_no}=SER_VVI", f"{SCHOOL.reg_no}=XXX"])
def test_a_right_that_cannot_be_is_refused(award: str, tmp_path: Path) -> None:
    keys, secret = tmp_path / "keys", tmp_path / "key-file"
    reference = ("--reference", EXAMPLES / "reference.json")
    atestats("keys", "dev", *reference, "--out", keys, "--key-file", secret, "--at", "2037-07-01")
    made = atestats(
        "bundle", "--keys", keys, "--key-file", secret, *reference, "--out", tmp_path / "b", "--at", "2037-08-02",
        "--document-types", ADDED, "--award", award,
    )  # fmt: skip
    assert made.returncode == 2
    assert "AWARD_UNKNOWN" in made.stderr
