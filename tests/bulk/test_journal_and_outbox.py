"""What a killed run leaves behind, and what the next run makes of it."""

from __future__ import annotations

import fcntl

import pytest

from issuer.bulk.journal import Journal
from issuer.bulk.outbox import Outbox, SealedFiles, document_path, lock_run, lock_worker
from issuer.errors import AtestatsError


def test_an_intent_is_known_to_the_next_process_before_anything_is_sealed(tmp_path):
    journal = Journal(tmp_path / "journal.sqlite")
    journal.intend([("urn:credential:a", "hash-a"), ("urn:credential:b", "hash-b")])

    again = Journal(tmp_path / "journal.sqlite")  # without closing the first: it was killed
    assert again.look_up(["urn:credential:a", "urn:credential:b", "urn:credential:c"]) == {
        "urn:credential:a": "hash-a",
        "urn:credential:b": "hash-b",
    }


def test_a_new_intent_for_the_same_document_takes_the_place_of_the_first(tmp_path):
    journal = Journal(tmp_path / "journal.sqlite")
    journal.intend([("urn:credential:a", "first")])
    journal.intend([("urn:credential:a", "second")])
    assert journal.look_up(["urn:credential:a"]) == {"urn:credential:a": "second"}


def test_a_range_that_fails_half_way_writes_no_intent(tmp_path):
    journal = Journal(tmp_path / "journal.sqlite")

    def documents():
        yield ("urn:credential:a", "hash")
        raise RuntimeError("power")

    with pytest.raises(RuntimeError):
        journal.intend(documents())
    assert journal.look_up(["urn:credential:a"]) == {}


def test_files_appear_whole_and_the_qr_is_there_whenever_the_credential_is(tmp_path, monkeypatch):
    from pathlib import Path

    outbox = Outbox(tmp_path)
    path = document_path("APL_VPI", "urn:credential:00000000-0000-8000-8000-0000000000ff")
    assert path == "documents/APL_VPI/ff/00000000-0000-8000-8000-0000000000ff.jsonld"
    renamed: list[str] = []
    rename = Path.rename

    def dying_rename(self, target):
        if len(renamed) == 1:
            raise KeyboardInterrupt  # killed between the two renames of one document
        renamed.append(Path(target).name)
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", dying_rename)
    with pytest.raises(KeyboardInterrupt):
        outbox.put([SealedFiles(path, path.replace(".jsonld", ".qr.png"), b"{}", b"PNG")])
    assert renamed[0].endswith(".qr.png")
    assert not outbox.has(path)

    monkeypatch.undo()
    outbox.clear_aside()
    outbox.put([SealedFiles(path, path.replace(".jsonld", ".qr.png"), b"{}", b"PNG")])
    assert outbox.has(path)
    assert (tmp_path / path).read_bytes() == b"{}"


def test_two_runs_into_one_folder_are_refused(tmp_path):
    with lock_run(tmp_path), pytest.raises(AtestatsError) as refused, lock_run(tmp_path):
        pass
    assert refused.value.code == "RUN_ACTIVE"


def test_a_new_run_waits_for_the_orphans_of_a_killed_one(tmp_path, monkeypatch):
    monkeypatch.setattr("issuer.bulk.outbox._WAIT_FOR_WORKERS_SECONDS", 0.0)
    with lock_worker(tmp_path):
        with pytest.raises(AtestatsError) as refused, lock_run(tmp_path):
            pass
        assert refused.value.code == "WORKERS_ACTIVE"
    with lock_run(tmp_path):
        pass


def test_a_worker_can_start_while_its_own_run_holds_the_folder(tmp_path):
    with lock_run(tmp_path), lock_worker(tmp_path), (tmp_path / ".workers").open("w") as other:
        lock = fcntl.LOCK_EX | fcntl.LOCK_NB
        with pytest.raises(OSError, match="unavailable"):
            fcntl.flock(other, lock)
