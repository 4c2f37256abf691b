"""What the log is told besides issues: documents annulled and replaced, the life of keys, a new operator key."""

from __future__ import annotations

import datetime as dt
import hashlib

import orjson
import pytest
from log_world import ORIGIN, World
from seal_samples import SCHOOL

from issuer.bulk.log_run import Operator, append
from issuer.credential_id import derive, with_slot
from issuer.seal.key import SealKey
from issuer.status.store import StatusStore
from issuer.transparency import audit, checkpoint
from issuer.transparency.entry import Entry
from issuer.transparency.log_keys import CheckpointSigner, LogKeyError
from issuer.transparency.proof import check_proof
from issuer.transparency.proof_files import proof_path
from issuer.transparency.tiles import TileTree

AT = dt.datetime(2037, 6, 23, 8, tzinfo=dt.UTC)


def operator_of(world: World) -> Operator:
    return Operator(world.checkpoint_signer, world.log_keys, world.store.public_keys)


def events(folder) -> list[dict]:
    size = checkpoint.parse((folder / "checkpoint").read_bytes())[0].size
    return [Entry.parse(data).members for data in TileTree(folder, size).entries()]


def test_what_was_annulled_or_replaced_is_logged_once(world, tmp_path) -> None:
    store = StatusStore(tmp_path / "status")
    names = [derive(f"document {number}") for number in range(3)]
    refs = store.allocate(names, 2037)
    folder = tmp_path / "out" / "documents" / "ATE_VVI" / "00"
    folder.mkdir(parents=True)
    for number, (name, ref) in enumerate(zip(names, refs, strict=True)):
        payload = orjson.dumps({"id": with_slot(name, ref)})
        (folder / f"{number}.jsonld").write_bytes(world.seal(payload))
    run = (tmp_path / "out", tmp_path / "log", operator_of(world))
    append(*run, status=store, at=AT)
    store.set_state(refs[0], "revoked", reason="fraud", at=AT)
    store.set_state(refs[1], "replaced", reason="correction", at=AT)
    store.set_state(refs[2], "suspended", reason="investigation", at=AT)
    assert append(*run, status=store, at=AT + dt.timedelta(days=1)).added == 2
    assert append(*run, status=store, at=AT + dt.timedelta(days=2)).added == 0
    found = events(tmp_path / "log")
    issued = {each["document"]: each["commitment"] for each in found if each["event"] == "issued"}
    ended = [(each["event"], each["document"]) for each in found if each["event"] in ("annulled", "replaced")]
    assert sorted(event for event, _ in ended) == ["annulled", "replaced"]
    assert {document for _, document in ended} < issued.keys()
    for each in found:  # another salt each time
        if each["event"] in ("annulled", "replaced"):
            assert each["commitment"] != issued[each["document"]]


def test_the_entry_of_an_annulment_is_no_proof_of_issue(world, sealed_run, tmp_path) -> None:
    out = sealed_run(1)
    [path] = out.rglob("*.jsonld")
    append(out, tmp_path / "log", operator_of(world), at=AT)
    raw = orjson.loads(proof_path(path).read_bytes())
    entry = Entry.parse(raw["entry"].encode())
    annulled = Entry({**entry.members, "event": "annulled"})
    with world.writer(tmp_path / "log") as log:
        head = log.append([annulled])
    raw |= {
        "entry": annulled.data.decode(),
        "index": head.size - 1,
        "checkpoint": head.data.decode(),
        "path": [],
    }
    bundle_log = orjson.loads((tmp_path / "log" / "bundle.json").read_bytes())
    answer = check_proof(orjson.dumps(raw), bytes.fromhex(entry.members["document"]), bundle_log)
    assert (answer.status, answer.code) == ("failed", "LOG_NOT_ISSUED")


def test_the_life_of_every_key_is_logged(world, tmp_path) -> None:
    (tmp_path / "out" / "documents").mkdir(parents=True)
    append(tmp_path / "out", tmp_path / "log", operator_of(world), at=AT)
    key = hashlib.sha256(world.store.key(SCHOOL.owner, "seal").certificate).hexdigest()
    history = world.store.public_keys.history(world.store.key(SCHOOL.owner, "seal").key_id)
    logged = [each for each in events(tmp_path / "log") if each["key"] == key]
    assert [each["state"] for each in logged] == [event.state for event in history]
    assert {(each["owner"], each["purpose"]) for each in logged} == {(SCHOOL.owner, "seal")}


def test_a_new_operator_key_signs_and_the_old_heads_stay_good(world, tmp_path) -> None:
    (tmp_path / "out" / "documents").mkdir(parents=True)
    append(tmp_path / "out", tmp_path / "log", operator_of(world), at=AT)
    successor = world.store.key(SCHOOL.owner, "seal")  # any other P-256 key will do
    signer = CheckpointSigner(world.log_keys, successor, world.signer)
    rotated = Operator(signer, world.log_keys, world.store.public_keys)
    world.seal_into(tmp_path / "out", 2)
    append(tmp_path / "out", tmp_path / "log", rotated, at=AT)
    told = orjson.loads((tmp_path / "log" / "bundle.json").read_bytes())
    assert len(told["keys"]) == 4
    with world.writer(tmp_path / "log") as log:
        report = audit.audit(tmp_path / "log", log.keys, ORIGIN)
    assert report.checkpoints == 2


def test_an_rsa_operator_is_told_that_it_cannot_sign_checkpoints(world) -> None:
    key = world.store.key("operator", "operator")
    rsa = SealKey(
        key.key_id, key.owner, key.purpose, "RS256", key.organization_identifier, key.certificate_chain, b""
    )
    with pytest.raises(LogKeyError, match="LOG_OPERATOR_KEY"):
        CheckpointSigner(world.log_keys, rsa, world.signer)
