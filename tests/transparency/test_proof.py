"""A document, its proof and a verifier's bundle: what holds, and what every kind of forger runs into."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib

import orjson
import pytest
from log_world import ORIGIN
from seal_samples import OTHER, SCHOOL

from issuer.bulk.log_run import Operator, append
from issuer.errors import AtestatsError
from issuer.seal import jades
from issuer.seal.tsp import TimestampToken, parse_token
from issuer.transparency import checkpoint
from issuer.transparency.entry import Entry, commitment, document_digest
from issuer.transparency.proof import check_proof
from issuer.transparency.proof_files import proof_path

AT = dt.datetime(2037, 6, 23, 7, 59, tzinfo=dt.UTC)


def check_token(raw: bytes) -> TimestampToken:
    token = parse_token(raw)
    token.check_signature()
    return token


@pytest.fixture
def logged(world, sealed_run, tmp_path):
    """(folder of documents, folder of the log, the log's part of the bundle)."""
    out = sealed_run(5)
    operator = Operator(world.checkpoint_signer, world.log_keys, world.store.public_keys)
    append(out, tmp_path / "log", operator, stamp=world.stamp, at=AT)
    return out, tmp_path / "log", orjson.loads((tmp_path / "log" / "bundle.json").read_bytes())


def paths(out):
    return sorted(out.rglob("*.jsonld"))


def answer(path, bundle_log, *, proof: bytes | None = None, data: bytes | None = None, **named):
    document = jades.parse(data if data is not None else path.read_bytes())
    certificate = base64.b64decode(document.signatures[0].protected["x5c"][0])
    given = {
        "credential_id": orjson.loads(document.payload)["id"],
        "key_id": hashlib.sha256(certificate).digest(),
        "check_token": check_token,
    }
    proof = proof_path(path).read_bytes() if proof is None else proof
    return check_proof(proof, document_digest(document), bundle_log, **(given | named))


def changed(document, /, **members) -> bytes:
    return orjson.dumps(orjson.loads(proof_path(document).read_bytes()) | members)


def test_every_document_of_the_run_is_proven(logged, world) -> None:
    out, _log, bundle_log = logged
    for path in paths(out):
        found = answer(path, bundle_log)
        assert (found.status, found.code) == ("passed", "LOG_INCLUDED")
        assert found.event_time == AT
        assert found.checkpoint_time == world.now
        assert b"urn:uuid" not in proof_path(path).read_bytes()


def test_the_proof_stays_good_when_levels_are_added(logged) -> None:
    """The digest covers what was sealed, not time stamps and validation data."""
    out, _log, bundle_log = logged
    path = paths(out)[0]
    document = jades.parse(path.read_bytes())
    signature = document.signatures[0]
    grown = jades.serialise(
        document.payload_text, [(signature.protected_b64, signature.signature_b64, ["e30", "e30"])]
    )
    assert answer(path, bundle_log, data=grown).status == "passed"


def test_another_document_another_name_another_key(logged, world) -> None:
    out, _log, bundle_log = logged
    one, two = paths(out)[:2]
    assert answer(one, bundle_log, proof=proof_path(two).read_bytes()).code == "LOG_OTHER_DOCUMENT"
    assert answer(one, bundle_log, credential_id="urn:uuid:other").code == "LOG_OTHER_DOCUMENT"
    assert answer(one, bundle_log, key_id=bytes(32)).code == "LOG_OTHER_DOCUMENT"
    other_salt = base64.b64encode(bytes(32)).decode()
    assert answer(one, bundle_log, proof=changed(one, salt=other_salt)).code == "LOG_OTHER_DOCUMENT"


def test_an_entry_that_is_not_in_the_tree(logged, world) -> None:
    """A forger may write any entry he likes; the path from it leads nowhere."""
    out, _log, bundle_log = logged
    path = paths(out)[0]
    document = jades.parse(world.seal(orjson.dumps({"id": "urn:uuid:forged"})))
    salt = bytes(32)
    forged = Entry.of_document(
        "issued",
        ORIGIN,
        AT,
        document=document_digest(document),
        key=hashlib.sha256(world.store.key(SCHOOL.owner, "seal").certificate).digest(),
        document_type="ATE_VVI",
        commitment=commitment(salt, "urn:uuid:forged"),
    )
    proof = changed(path, entry=forged.data.decode(), salt=base64.b64encode(salt).decode())
    found = check_proof(proof, document_digest(document), bundle_log)
    assert (found.status, found.code) == ("failed", "LOG_PATH")


def test_every_changed_part_is_noticed(logged) -> None:
    out, _log, bundle_log = logged
    path = paths(out)[0]
    raw = orjson.loads(proof_path(path).read_bytes())
    index, hashes = raw["index"], raw["path"]
    cases = {
        "LOG_PATH": [{"index": index + 1}, {"path": hashes[:-1]}, {"path": hashes[::-1]}, {"path": []}],
        "LOG_CHECKPOINT": [{"checkpoint": raw["checkpoint"].replace("\n12\n", "\n13\n")},
                           {"checkpoint": "x"}],
        "LOG_PROOF_FORM": [{"index": "1"}, {"index": True}, {"salt": ""}, {"entry": "{}"}, {"format": "other"},
                           {"path": None}, {"timestamp": "?"}, {"path": ["AA=="]}],
        "LOG_TIMESTAMP": [{"timestamp": "AAAA"}],
    }  # fmt: skip
    for expected, changes in cases.items():
        for change in changes:
            found = answer(path, bundle_log, proof=changed(path, **change))
            assert (found.status, found.code) == ("failed", expected), change
    for data in (b"", b"[]", b"\xff", b"{", proof_path(path).read_bytes()[:-9]):
        assert answer(path, bundle_log, proof=data).code == "LOG_PROOF_FORM"


def test_a_second_secret_log_is_found_out(logged, world, tmp_path) -> None:
    """With all of the log's keys one can sign another history; the heads in the bundle give it away."""
    out, _log, bundle_log = logged
    path = paths(out)[0]
    operator = Operator(world.checkpoint_signer, world.log_keys, world.store.public_keys)
    before = {each: proof_path(each).read_bytes() for each in paths(out)}
    for each in paths(out):
        proof_path(each).unlink()
    append(out, tmp_path / "secret", operator, stamp=world.stamp, at=AT - dt.timedelta(days=365))
    found = answer(path, bundle_log)
    assert (found.status, found.code) == ("failed", "LOG_FORK")
    assert answer(path, bundle_log, proof=before[path]).status == "passed"


def test_an_earlier_head_is_known_by_the_bundle_and_an_invented_one_is_not(logged, world, tmp_path) -> None:
    out, log, _bundle_log = logged
    path = paths(out)[0]
    with world.writer(log) as writer:
        size = writer.head.size
        writer.append(
            [
                Entry.of_key(ORIGIN, AT, key=bytes([n]) * 32, owner="x", purpose="seal", state="active")
                for n in range(9)
            ]
        )
    later = orjson.loads((log / "bundle.json").read_bytes())
    assert answer(path, later).status == "passed"
    heads = dict(later["heads"])
    heads[str(size)] = base64.b64encode(bytes(32)).decode()
    assert answer(path, later | {"heads": heads}).code == "LOG_FORK"
    del heads[str(size)]
    assert answer(path, later | {"heads": heads}).code == "LOG_FORK"


def test_what_the_bundle_does_not_know_is_open_and_not_passed(logged) -> None:
    out, _log, bundle_log = logged
    path = paths(out)[0]
    assert answer(path, None).code == "LOG_NOT_KNOWN"
    assert answer(path, bundle_log | {"origin": "another.log"}).code == "LOG_OTHER"
    assert (
        answer(path, None).status
        == answer(path, bundle_log | {"origin": "another.log"}).status
        == "indeterminate"
    )
    assert answer(path, bundle_log | {"keys": []}).code == "LOG_CHECKPOINT"


def test_time_is_proven_by_a_trusted_stamp_alone(logged) -> None:
    out, _log, bundle_log = logged
    path = paths(out)[0]

    def distrust(_raw: bytes) -> TimestampToken:
        raise AtestatsError("X", "x", "x")

    for found in (
        answer(path, bundle_log, check_token=distrust),
        answer(path, bundle_log, check_token=None),
        answer(path, bundle_log, proof=changed(path, timestamp=None)),
    ):
        assert (found.status, found.code, found.checkpoint_time) == ("passed", "LOG_TIME_UNPROVEN", None)


def test_a_run_done_again_changes_nothing_and_a_stamp_that_came_late_is_added(
    world, sealed_run, tmp_path
) -> None:
    out = sealed_run(3)
    operator = Operator(world.checkpoint_signer, world.log_keys, world.store.public_keys)

    def outage(_note: bytes) -> bytes:
        raise AtestatsError("TSA_UNREACHABLE", "x", "x")

    with pytest.raises(AtestatsError, match="TSA_UNREACHABLE"):
        append(out, tmp_path / "log", operator, stamp=outage, at=AT)
    assert not list(out.rglob("*.proof.json"))
    bare = append(out, tmp_path / "log", operator, at=AT)
    assert (bare.added, bare.proofs, bare.stamped) == (0, 3, False)
    late = append(out, tmp_path / "log", operator, stamp=world.stamp, at=AT)
    assert (late.added, late.proofs, late.stamped) == (0, 3, True)
    again = append(out, tmp_path / "log", operator, stamp=world.stamp, at=AT)
    assert (again.added, again.proofs) == (0, 0)
    assert again.head == bare.head
    more = sealed_run(5)
    assert append(more, tmp_path / "log", operator, stamp=world.stamp, at=AT).added == 2


def test_a_strangers_document_is_not_logged(world, sealed_run, tmp_path) -> None:
    out = sealed_run(2)
    operator = Operator(world.checkpoint_signer, world.log_keys, world.store.public_keys)
    path = paths(out)[0]
    path.write_bytes(path.read_bytes().replace(b"number", b"Number", 1))
    with pytest.raises(AtestatsError, match="LOG_SEAL"):
        append(out, tmp_path / "log", operator, at=AT)
    assert not (tmp_path / "log").exists()


def test_the_log_holds_no_name_and_no_identifier(logged) -> None:
    out, log, _bundle_log = logged
    everything = b"".join(each.read_bytes() for each in log.rglob("*") if each.is_file())
    for path in paths(out):
        assert path.stem.encode() not in everything
    assert checkpoint.parse((log / "checkpoint").read_bytes())[0].size == 5 + _key_events(log)


def _key_events(log) -> int:
    from issuer.transparency.tiles import TileTree

    size = checkpoint.parse((log / "checkpoint").read_bytes())[0].size
    return sum(Entry.parse(each).members["event"] == "key" for each in TileTree(log, size).entries())


def test_two_schools_do_not_share_proofs(logged, world) -> None:
    out, _log, bundle_log = logged
    other = hashlib.sha256(world.store.key(OTHER.owner, "seal").certificate).digest()
    assert answer(paths(out)[0], bundle_log, key_id=other).code == "LOG_OTHER_DOCUMENT"
