"""`atestats seal --status` and `atestats status`: a document can be taken back, and a verifier's list says so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from issuer.commands.status import command as status_command
from issuer.credential_id import StatusRef, slot_of, year_and_shard
from issuer.render import read_qr
from issuer.seal import ec1
from issuer.status.reader import StatusLists
from tests.bulk.conftest import EXAMPLES

AT = "2037-08-02T00:00:00Z"


def sealed(out: Path) -> list[dict[str, Any]]:
    rows = [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]
    return [row for row in rows if row["outcome"] == "sealed"]


def qr_slot(out: Path, row: dict[str, Any]) -> StatusRef:
    status = ec1.parse(ec1.from_text(read_qr((out / row["qr_path"]).read_bytes()))).claims.status
    assert status is not None
    return StatusRef(status.list_number, status.index)


def run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


@pytest.fixture(scope="module")
def country(keys, tmp_path_factory):
    """The example's records, sealed once with a status store. The store is beside the output folder."""
    home = tmp_path_factory.mktemp("status")
    command = [
        sys.executable, "-m", "issuer.cli", "seal", str(EXAMPLES / "records.jsonl"), "--reference",
        str(EXAMPLES / "reference.json"), "--as-of", "2037-07-31", "--keys", str(keys), "--key-file",
        str(keys.parent / "key-file"), "--at", "2037-08-01T09:00:00Z", "--status", str(home / "store"),
    ]  # fmt: skip
    assert run([*command, "--out", str(home / "out")]).returncode == 1  # two rows are rejected
    return home, command


def call(*words: object) -> Any:
    return CliRunner().invoke(status_command, [str(word) for word in words], standalone_mode=False)


def test_every_document_and_every_code_has_a_slot_of_its_own(country):
    home, _ = country
    rows = sealed(home / "out")
    slots = [slot_of(row["credential_id"]) for row in rows] + [qr_slot(home / "out", row) for row in rows]
    assert None not in slots
    assert len(set(slots)) == 2 * len(rows)
    assert {year_and_shard(slot.list_number) for slot in slots} == {(2037, 0)}


def test_documents_name_one_another_by_their_final_identifiers(country):
    home, _ = country
    rows = sealed(home / "out")
    known = {row["credential_id"] for row in rows}
    named = set()
    for row in rows:
        payload = json.loads((home / "out" / row["path"]).read_bytes())["payload"]
        assert json.loads(payload)["id"] == row["credential_id"]
        named |= set(re.findall(r"urn:credential:[0-9a-f-]{36}", payload))
    assert named == known


def test_the_same_store_gives_the_same_identifiers_and_another_does_not(country, tmp_path):
    home, command = country
    before = [row["credential_id"] for row in sealed(home / "out")]
    run([*command, "--out", str(tmp_path / "again"), "--workers", "2"])
    assert [row["credential_id"] for row in sealed(tmp_path / "again")] == before
    run([*command[:-1], str(tmp_path / "store"), "--out", str(tmp_path / "other")])
    assert not set(before) & {row["credential_id"] for row in sealed(tmp_path / "other")}


def test_sealing_some_types_first_changes_no_identifier(country, tmp_path):
    home, command = country
    run([*command, "--out", str(tmp_path / "out"), "--types", "SEK_IZR"])
    transcripts = [r["credential_id"] for r in sealed(home / "out") if r["document_type"] == "SEK_IZR"]
    assert [row["credential_id"] for row in sealed(tmp_path / "out")] == transcripts


@pytest.mark.parametrize("other", [["--status", "another"], []])
def test_a_folder_keeps_to_its_store(country, tmp_path, other):
    home, command = country
    words = [str(tmp_path / word) if word == "another" else word for word in other]
    again = run([*command[:-2], *words, "--out", str(home / "out")])
    assert again.returncode == 2
    assert "STATUS_STORE_DIFFERS" in again.stderr


def test_a_document_is_revoked_and_the_published_lists_say_so(country, keys, tmp_path):
    home, _ = country
    row, other = sealed(home / "out")[:2]
    done = call(
        "set",
        "--store",
        home / "store",
        "revoked",
        home / "out" / row["path"],
        "--reason",
        "fraud",
        "--at",
        AT,
    )
    assert done.exception is None, done.output
    done = call("publish", "--store", home / "store", "--keys", keys, "--key-file", keys.parent / "key-file",
                "--out", tmp_path / "lists", "--base-url", "https://s.example/", "--at", AT)  # fmt: skip
    assert done.exception is None, done.output
    assert sorted(path.name for path in (tmp_path / "lists").iterdir()) == [
        "9472.cwt",
        "9472.jwt",
        "9472.vc.json",
    ]

    operator = x509.load_pem_x509_certificate((keys / "operator.crt").read_bytes())
    lists = StatusLists(
        [(tmp_path / "lists" / "9472.cwt").read_bytes()], [operator.public_bytes(Encoding.DER)]
    )
    at = operator.not_valid_before_utc.replace(year=2037, month=8, day=2, hour=1)
    for which, state in ((row, "revoked"), (other, "valid")):
        assert lists.status_of(slot_of(which["credential_id"]), at).state == state
        assert lists.status_of(qr_slot(home / "out", which), at).state == state

    shown = json.loads(call("show", "--store", home / "store", row["credential_id"], "--json").output)
    assert shown["state"] == "revoked"
    assert shown["history"] == [{"state": "revoked", "reason": "fraud", "at": "2037-08-02T00:00:00+00:00"}]
    [facts] = json.loads(call("show", "--store", home / "store", "--json").output)["lists"]
    assert (facts["year"], facts["slots"], facts["states"]) == (2037, 131072, {"revoked": 2})
    assert "obtained by fraud" in call("show", "--store", home / "store", row["credential_id"]).output
    assert "2037/0" in call("show", "--store", home / "store").output


def test_what_cannot_be_done_is_said_in_words(country, tmp_path):
    home, _ = country
    row = sealed(home / "out")[0]
    store = home / "store"
    refusals = {
        "STATUS_REASON": ("set", "--store", store, "revoked", row["credential_id"], "--reason", "because"),
        "STATUS_NO_SLOT": ("set", "--store", store, "revoked", "urn:credential:1", "--reason", "fraud"),
        "STATUS_STORE_MISSING": ("show", "--store", tmp_path / "none"),
        "STATUS_SLOT_UNKNOWN": (
            "show",
            "--store",
            store,
            "urn:credential:26000001-0063-8832-b7c5-da05d4473476",
        ),
    }
    for code, words in refusals.items():
        error = call(*words).exception
        assert getattr(error, "code", None) == code
        assert error.message_lv
        assert error.message_en


def test_all_documents_are_read_before_the_first_is_changed(country):
    home, _ = country
    row = sealed(home / "out")[-1]
    done = call("set", "--store", home / "store", "suspended", row["credential_id"], "urn:credential:x",
                "--reason", "investigation")  # fmt: skip
    assert done.exception.code == "STATUS_NO_SLOT"
    assert "derīgs / valid" in call("show", "--store", home / "store", row["credential_id"]).output
