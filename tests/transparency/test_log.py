"""A log from its first entry on: appended to, cut off and taken up again, published as tiles, audited by a stranger."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import shutil

import orjson
import pytest
from log_world import ORIGIN
from test_merkle import slow_head

from issuer.errors import AtestatsError
from issuer.transparency import audit, checkpoint, durable, log_writer, note, tiles
from issuer.transparency.entry import Entry, EntryError
from issuer.transparency.log_keys import LogKeyError, LogKeys
from issuer.transparency.note import VerifierKey

NOW = dt.datetime(2037, 6, 23, 8, tzinfo=dt.UTC)


def entries(start: int, end: int) -> list[Entry]:
    return [
        Entry.of_document(
            "issued",
            ORIGIN,
            NOW,
            document=hashlib.sha256(b"%d" % number).digest(),
            key=hashlib.sha256(b"key").digest(),
            document_type="ATE_VVI",
            commitment=bytes(32),
        )
        for number in range(start, end)
    ]


def code(call, *arguments, **named) -> str:
    with pytest.raises(AtestatsError) as error:
        call(*arguments, **named)
    return error.value.code


@pytest.mark.parametrize("sizes", [[1], [3, 4], [256], [255, 257], [300, 300, 1], [600, 69_400]])
def test_heads_tiles_and_bundles_are_those_of_the_standard(world, tmp_path, sizes: list[int]) -> None:
    with world.writer(tmp_path) as log:
        end = 0
        for size in sizes:
            head = log.append(entries(end, end + size))
            end += size
    assert (head.origin, head.size) == (ORIGIN, end)
    data = [each.data for each in entries(0, end)]
    assert list(tiles.TileTree(tmp_path, end).entries()) == data
    if end < 2000:
        assert head.head == slow_head(data)
    published = {
        str(each.relative_to(tmp_path / "tile")) for each in (tmp_path / "tile").rglob("*") if each.is_file()
    }
    if end == 70_000:  # the example of C2SP tlog-tiles, "Partial Tiles"
        level0 = {each for each in published if each.startswith("0/") and "600" not in each}
        assert len([each for each in level0 if ".p/" not in each]) == 273
        assert "0/273.p/112" in published
        assert {"1/000", "1/001.p/17", "2/000.p/1"} <= published
    if end == 256:
        assert {"0/000", "1/000.p/1", "entries/000"} == published
    report = audit.audit(tmp_path, world.checkpoint_signer.public, ORIGIN)
    assert (report.head.size, report.checkpoints) == (end, len(sizes))


def test_nothing_is_logged_twice(world, tmp_path) -> None:
    with world.writer(tmp_path) as log:
        first = log.append(entries(0, 5))
        assert log.append(entries(0, 5)) == first
        second = log.append([*entries(3, 7), *entries(3, 7)])
        assert second.size == 7
        assert log.find([each.identity for each in entries(0, 7)]) == {
            each.identity: place for place, each in enumerate(entries(0, 7))
        }


class PowerCutError(Exception):
    pass


@pytest.mark.parametrize("writes", range(1, 14))
def test_a_run_that_is_cut_off_anywhere_is_finished_by_the_next(
    world, tmp_path, monkeypatch, writes: int
) -> None:
    with world.writer(tmp_path) as log:
        log.append(entries(0, 250))
    done = 0

    def put(path, data, **named):
        nonlocal done
        done += 1
        if done == writes:
            raise PowerCutError
        durable.put(path, data, **named)

    monkeypatch.setattr(log_writer, "put", put)
    survived = False
    try:
        with world.writer(tmp_path) as log:
            log.append(entries(250, 520))
            survived = True
    except PowerCutError:
        pass
    monkeypatch.undo()
    assert survived == (writes > done)
    with world.writer(tmp_path) as log:
        head = log.append(entries(250, 520))
    assert head.size == 520
    assert head.head == slow_head([each.data for each in entries(0, 520)])
    assert not (tmp_path / "pending").exists()
    audit.audit(tmp_path, world.checkpoint_signer.public, ORIGIN)


def test_the_index_can_be_made_anew(world, tmp_path) -> None:
    with world.writer(tmp_path) as log:
        log.append(entries(0, 300))
    for each in tmp_path.glob("index.sqlite*"):
        each.unlink()
    with world.writer(tmp_path) as log:
        assert log.find([entries(299, 300)[0].identity]) == {entries(299, 300)[0].identity: 299}
        assert log.append(entries(0, 300)).size == 300


def test_one_writer_at_a_time(world, tmp_path) -> None:
    with world.writer(tmp_path):

        def second() -> None:
            with world.writer(tmp_path):
                pass

        assert code(second) == "LOG_BUSY"


@pytest.mark.parametrize("name", ["0/001.p/44", "1/000.p/1"])
def test_a_head_that_does_not_follow_from_the_last_one_is_not_signed(world, tmp_path, name: str) -> None:
    with world.writer(tmp_path) as log:
        log.append(entries(0, 300))
    tile = tmp_path / "tile" / name
    tile.write_bytes(bytes(32) + tile.read_bytes()[32:])
    signed = (tmp_path / "checkpoint").read_bytes()
    with world.writer(tmp_path) as log:
        assert code(log.append, entries(300, 301)) == "LOG_INCONSISTENT"
    assert (tmp_path / "checkpoint").read_bytes() == signed


def test_a_stranger_finds_every_change(world, tmp_path) -> None:
    """Entry, tile, checkpoint, time stamp, an old head: whatever is touched, the audit says so."""
    keys = world.checkpoint_signer.public
    with world.writer(tmp_path / "log") as log:
        log.append(entries(0, 300))
        log.append(entries(300, 310))
        log.stamp(world.stamp)
    report = audit.audit(tmp_path / "log", keys, ORIGIN)
    assert (report.checkpoints, report.stamps) == (2, 1)
    changed = {
        "tile/entries/000": "LOG_TREE",
        "tile/0/000": "LOG_TREE",
        "tile/0/001.p/54": "LOG_TREE",
        "tile/1/000.p/1": "LOG_TREE",
        "checkpoint": "LOG_NOTE_SIGNATURE",
        "checkpoints/300.note": "LOG_NOTE_SIGNATURE",
        "checkpoints/310.tst": "TSP_",
    }
    for name, expected in changed.items():
        shutil.copytree(tmp_path / "log", tmp_path / "copy")
        path = tmp_path / "copy" / name
        data = bytearray(path.read_bytes())
        place = data.index(b"TE_VVI") if "entries" in name else len(data) - 30
        data[place] = ord("B") if data[place] == ord("A") else ord("A")
        path.write_bytes(bytes(data))
        assert code(audit.audit, tmp_path / "copy", keys, ORIGIN).startswith(expected), name
        shutil.rmtree(tmp_path / "copy")
    (tmp_path / "log" / "tile" / "0" / "000").unlink()
    assert code(audit.audit, tmp_path / "log", keys, ORIGIN) == "LOG_TILE"


def test_a_rewritten_log_is_found_out_by_whoever_remembers_a_checkpoint(world, tmp_path) -> None:
    """Even the operator cannot take an entry back: all its signatures are genuine here."""
    keys = world.checkpoint_signer.public
    with world.writer(tmp_path / "one") as log:
        seen = log.append(entries(0, 40))
    with world.writer(tmp_path / "other") as log:
        log.append([*entries(0, 20), *entries(21, 60)])
    audit.audit(tmp_path / "other", keys, ORIGIN)
    assert code(audit.audit, tmp_path / "other", keys, ORIGIN, known=seen) == "LOG_REWRITTEN"
    with world.writer(tmp_path / "shorter") as log:
        log.append(entries(0, 39))
    assert code(audit.audit, tmp_path / "shorter", keys, ORIGIN, known=seen) == "LOG_REWRITTEN"


def test_a_checkpoint_needs_every_kind_of_signature(world) -> None:
    signer = world.checkpoint_signer
    data = signer.sign(checkpoint.text_of(ORIGIN, 1, bytes(32)))
    assert checkpoint.trusted(data, signer.public, ORIGIN).size == 1
    *text, ecdsa, ed25519, mldsa, end = data.split(b"\n")
    for kept in ([ecdsa, ed25519], [ecdsa, mldsa], [ed25519, mldsa]):
        part = b"\n".join([*text, *kept, end])
        assert code(checkpoint.trusted, part, signer.public, ORIGIN) == "LOG_NOTE_UNSIGNED"
    assert code(checkpoint.trusted, data, signer.public, "another.log") == "LOG_OTHER"
    assert code(checkpoint.trusted, data, (), ORIGIN) == "LOG_NOTE_UNSIGNED"
    assert (
        code(checkpoint.trusted, data.replace(b"\n1\n", b"\n2\n", 1), signer.public, ORIGIN)
        == "LOG_NOTE_SIGNATURE"
    )


def test_keys_are_told_by_text_and_any_change_is_refused(world) -> None:
    for key in world.checkpoint_signer.public:
        text = str(key)
        assert VerifierKey.parse(text) == key
        for bad in (text[:-4], text.replace("+", "-", 1), " " + text, text + "A"):
            assert code(VerifierKey.parse, bad) == "LOG_NOTE_FORM"


def test_the_example_of_the_specification_is_read() -> None:
    """C2SP signed-note: the note and the vkey are Go's own (golang.org/x/mod/sumdb/note, PeterNeumann)."""
    key = VerifierKey.parse("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    text = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
    )
    line = (
        "— PeterNeumann "
        "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
        "\n"
    )
    assert note.verified(note.parse(f"{text}\n{line}".encode()), [key]) == {"Ed25519"}


def test_entries_have_one_spelling() -> None:
    [entry] = entries(0, 1)
    assert Entry.parse(entry.data) == entry
    member = orjson.loads(entry.data)
    wrong = [
        orjson.dumps(member),  # the same but not sorted, when the order differs
        entry.data + b" ",
        orjson.dumps({**member, "name": "Ilze"}, option=orjson.OPT_SORT_KEYS),
        orjson.dumps({**member, "event": "withdrawn"}, option=orjson.OPT_SORT_KEYS),
        orjson.dumps({**member, "time": "2037-06-23T08:00:00+00:00"}, option=orjson.OPT_SORT_KEYS),
        orjson.dumps({**member, "document": "00"}, option=orjson.OPT_SORT_KEYS),
        b"[]",
        b"\xff",
    ]
    for data in wrong[1:] if wrong[0] == entry.data else wrong:
        with pytest.raises(EntryError):
            Entry.parse(data)


def test_the_keys_of_the_log_are_opened_by_their_own_lock_alone(world) -> None:
    keydir = world.home / "store"
    again = LogKeys.open(keydir, ORIGIN, key_file=world.key_file)
    assert again.public == world.log_keys.public
    assert again.salt("x") == world.log_keys.salt("x") != again.salt("y")
    with pytest.raises(LogKeyError):
        LogKeys.open(keydir, "another.log", key_file=world.key_file)
    index = orjson.loads((keydir / "log-keys.json").read_bytes())
    swapped = index["secrets"] | {"Ed25519": index["secrets"]["ML-DSA-65"]}
    (world.home / "swapped").mkdir()
    (world.home / "swapped" / "log-keys.json").write_bytes(orjson.dumps(index | {"secrets": swapped}))
    with pytest.raises(LogKeyError):
        LogKeys.open(world.home / "swapped", ORIGIN, key_file=world.key_file)


def test_the_bundle_gets_keys_checkpoint_and_every_head(world, tmp_path) -> None:
    with world.writer(tmp_path) as log:
        heads = [log.append(entries(0, 3)), log.append(entries(3, 5))]
    told = orjson.loads((tmp_path / "bundle.json").read_bytes())
    assert told["origin"] == ORIGIN
    assert told["keys"] == [str(key) for key in world.checkpoint_signer.public]
    assert told["checkpoint"].encode() == heads[1].data
    assert told["heads"] == {str(each.size): base64.b64encode(each.head).decode() for each in heads}
