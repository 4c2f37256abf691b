"""Slots are given once and for ever; states follow one another as the law allows; nothing is forgotten."""

from __future__ import annotations

import datetime as dt
import sqlite3
import subprocess
import sys
from collections import Counter

import pytest
from status_samples import NOW

from issuer.credential_id import StatusRef, year_and_shard
from issuer.status.status_error import StatusError
from issuer.status.store import FILE, StatusStore

HOUR = dt.timedelta(hours=1)


def test_a_document_keeps_its_slot(store, tmp_path):
    keys = [f"urn:{number}" for number in range(1500)]
    refs = store.allocate(keys, 2037)
    assert len(set(refs)) == 1500
    assert store.allocate(list(reversed(keys)), 2037) == list(reversed(refs))
    assert store.allocate(keys[:2], 2038) == refs[:2]  # also in the next year
    assert StatusStore(tmp_path / "status").allocate(keys, 2037) == refs  # and for the next process
    assert store.allocate(["urn:1", "urn:1"], 2037) == [refs[1], refs[1]]
    assert store.allocate([], 2037) == []


def test_the_forms_of_a_document_have_slots_of_their_own(store):
    document, qr, shared = store.allocate(["urn:a", "urn:a#qr", "urn:a#shared-1"], 2037)
    assert len({document, qr, shared}) == 3
    store.set_state(qr, "suspended", reason="investigation", at=NOW)
    assert store.states(9472) == dict.fromkeys((document.slot, qr.slot, shared.slot), "suspended")


def test_slots_tell_neither_order_nor_number(store):
    slots = [ref.slot for ref in store.allocate([f"urn:{number}" for number in range(2000)], 2037)]
    assert slots != sorted(slots)
    # Spread over the whole list: each of 16 parts gets 125 on the average (standard deviation 11).
    parts = Counter(slot * 16 // 131072 for slot in slots)
    assert len(parts) == 16
    assert 50 < min(parts.values()) <= max(parts.values()) < 220


def test_two_stores_do_not_draw_alike(tmp_path):
    one, other = StatusStore(tmp_path / "one"), StatusStore(tmp_path / "other")
    keys = [f"urn:{number}" for number in range(50)]
    assert one.allocate(keys, 2037) != other.allocate(keys, 2037)
    assert one.store_id != other.store_id


def test_a_list_closes_when_four_fifths_are_taken(tmp_path):
    store = StatusStore(tmp_path / "small", slots=100)
    refs = store.allocate([f"urn:{number}" for number in range(200)], 2037)
    assert Counter(ref.list_number for ref in refs) == {9472: 80, 9473: 80, 9474: 40}
    assert len(set(refs)) == 200
    assert [(each.number, each.taken) for each in store.lists()] == [(9472, 80), (9473, 80), (9474, 40)]
    assert year_and_shard(store.allocate(["urn:next"], 2038)[0].list_number) == (2038, 0)


@pytest.mark.parametrize("year", [2000, 2256, -1])
def test_a_year_without_lists_is_refused_in_words(store, year):
    with pytest.raises(StatusError, match="STATUS_YEAR"):
        store.allocate(["urn:a"], year)


def test_processes_at_once_never_give_a_slot_twice(tmp_path):
    """Four processes take slots for overlapping documents from one small list."""
    code = (
        "import sys; from pathlib import Path; from issuer.status.store import StatusStore\n"
        "store = StatusStore(Path(sys.argv[1]), slots=2048)\n"
        "first = int(sys.argv[2])\n"
        "for n in range(first, first + 200): print(n, *store.allocate([f'urn:{n}'], 2037)[0])"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "store"), str(100 * part)],
            stdout=subprocess.PIPE,
            text=True,
        )
        for part in range(4)
    ]
    given: dict[str, set[tuple[str, ...]]] = {}
    for process in processes:
        out, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        for line in out.splitlines():
            number, *ref = line.split()
            given.setdefault(number, set()).add(tuple(ref))
    assert len(given) == 500
    assert all(len(refs) == 1 for refs in given.values())
    assert len(set.union(*given.values())) == 500


def test_states_and_their_history(store):
    [ref] = store.allocate(["urn:a"], 2037)
    assert store.history(ref) == []
    steps = [
        ("suspended", "investigation"),
        ("valid", "cleared"),
        ("replaced", "name_change"),
        ("revoked", "fraud"),
    ]
    for number, (state, reason) in enumerate(steps):
        store.set_state(ref, state, reason=reason, at=NOW + number * HOUR)
    assert [(e.state, e.reason, e.at) for e in store.history(ref)] == [
        (state, reason, NOW + number * HOUR) for number, (state, reason) in enumerate(steps)
    ]
    assert store.states(9472) == {ref.slot: "revoked"}


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (("revoked", "fraud"), "valid", "cleared"),
        (("revoked", "fraud"), "suspended", "investigation"),
        (("revoked", "fraud"), "replaced", "correction"),
        (("replaced", "correction"), "valid", "cleared"),
        (("replaced", "correction"), "suspended", "investigation"),
    ],
)
def test_what_is_final_stays(store, before, after, reason):
    [ref] = store.allocate(["urn:a"], 2037)
    store.set_state(ref, before[0], reason=before[1], at=NOW)
    with pytest.raises(StatusError, match="STATUS_CHANGE"):
        store.set_state(ref, after, reason=reason, at=NOW + HOUR)
    assert store.states(9472) == {ref.slot: before[0]}


def test_setting_the_same_state_again_changes_nothing(store):
    [ref] = store.allocate(["urn:a"], 2037)
    for hours in range(3):
        store.set_state(ref, "revoked", reason="fraud", at=NOW + hours * HOUR)
    assert len(store.history(ref)) == 1


def test_refusals(store):
    [ref] = store.allocate(["urn:a"], 2037)
    store.set_state(ref, "suspended", reason="investigation", at=NOW)
    with pytest.raises(StatusError, match="STATUS_TIME"):
        store.set_state(ref, "revoked", reason="fraud", at=NOW - HOUR)
    with pytest.raises(StatusError, match="STATUS_REASON"):
        store.set_state(ref, "revoked", reason="correction", at=NOW)
    with pytest.raises(StatusError, match="STATUS_REASON"):
        store.set_state(ref, "revoked", reason="Jānis Bērziņš", at=NOW)
    with pytest.raises(StatusError, match="STATUS_SLOT_UNKNOWN"):
        store.set_state(
            StatusRef(ref.list_number, (ref.slot + 1) % 131072), "revoked", reason="fraud", at=NOW
        )


def test_history_cannot_be_rewritten_even_by_hand(store, tmp_path):
    [ref] = store.allocate(["urn:a"], 2037)
    store.set_state(ref, "revoked", reason="fraud", at=NOW)
    database = sqlite3.connect(tmp_path / "status" / FILE)
    for statement in (
        "DELETE FROM event",
        "UPDATE event SET state = 'valid'",
        "DELETE FROM slot",
        "UPDATE slot SET slot = 1",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            database.execute(statement)


def test_a_change_that_fails_half_way_leaves_nothing(store, tmp_path):
    store.allocate(["urn:a"], 2037)
    database = sqlite3.connect(tmp_path / "status" / FILE)
    database.execute(
        "CREATE TRIGGER full BEFORE UPDATE ON list BEGIN SELECT RAISE(ABORT, 'disk is full'); END"
    )
    database.commit()
    with pytest.raises(StatusError, match="STATUS_STORE_UNUSABLE"):
        store.allocate(["urn:b", "urn:c"], 2037)
    assert database.execute("SELECT document FROM slot").fetchall() == [("urn:a",)]
    database.execute("DROP TRIGGER full")
    database.commit()
    assert len(set(store.allocate(["urn:a", "urn:b", "urn:c"], 2037))) == 3


def test_a_store_that_cannot_be_used_is_said_in_words(tmp_path):
    with pytest.raises(StatusError, match="STATUS_STORE_MISSING"):
        StatusStore.existing(tmp_path / "nowhere")
    (tmp_path / "file").write_text("")
    with pytest.raises(StatusError, match="STATUS_STORE_UNUSABLE"):
        StatusStore(tmp_path / "file")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / FILE).write_bytes(b"not a database at all" * 100)
    with pytest.raises(StatusError, match="STATUS_STORE_UNUSABLE"):
        StatusStore(tmp_path / "broken")
