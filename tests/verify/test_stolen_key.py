"""Why there is a log: a thief with a school's key cannot make a document of last year that passes.

The school sealed, stamped and logged in June 2028. The key is stolen in June 2029 and nobody has noticed: the bundle
still trusts it, the thief gets genuine time stamps, and his document names a slot that is not revoked.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from credentials import credential
from levels_world import Levels
from trust_world import GYMNASIUM, SEALED, World

from issuer.bulk.log_run import Operator, append
from issuer.credential_id import derive, with_slot
from issuer.status.publication import Terms, publish
from issuer.status.store import StatusStore
from issuer.transparency import audit
from issuer.transparency.log_keys import CheckpointSigner, LogKeys
from issuer.transparency.proof_files import proof_path
from issuer.trust.bundle import Bundle, open_bundle
from issuer.verify import verify
from issuer.verify.policy import STRICT
from issuer.verify.verdict import Verdict

ORIGIN = "log.atestats.test/2028"
HOUR = dt.timedelta(hours=1)
THEFT = dt.datetime(2029, 6, 10, 9, tzinfo=dt.UTC)
BUNDLE = dt.datetime(2029, 6, 21, tzinfo=dt.UTC)
NOW = BUNDLE + dt.timedelta(hours=8)


@dataclass
class Case:
    """What there is in 2029: the honest document with its proof, and everything a thief can lay hands on."""

    world: World
    levels: Levels
    home: Path
    operator: Operator
    lists: list[bytes]
    honest: Path
    identifier: str

    def bundle(self, **changes) -> Bundle:
        fields = {
            "issued_at": BUNDLE,
            "next_update": BUNDLE + dt.timedelta(days=10),
            "log": json.loads((self.home / "log" / "bundle.json").read_bytes()),
            "status_lists": self.lists,
            "timestamp_anchors": [self.world.public.root],
        } | changes
        return open_bundle(self.world.bundle_file(**fields), self.world.anchors, BUNDLE)

    def forged(self) -> bytes:
        """Sealed in 2029 with the genuine key; the credential and the seal say June 2028."""
        made = credential(self.world.reference, id=self.identifier)
        made["credentialSubject"]["familyName"] = {"lv": "Viltota"}
        return self.world.seal(made, GYMNASIUM, SEALED)

    def judged(self, data: bytes, proof: bytes | None, **changes) -> Verdict:
        return verify(data, self.bundle(**changes), NOW, STRICT, proof=proof)

    def log(self, data: bytes, log: str, operator: Operator, at: dt.datetime) -> Path:
        """The document written where runs keep theirs, logged, its checkpoint stamped; its path."""
        path = self.home / log / "documents" / "ATE_VVI" / "00" / "document.jsonld"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

        def stamp(note: bytes) -> bytes:
            return self.levels.token(hashlib.sha256(note).digest(), at)

        append(path.parents[3], self.home / log.removesuffix("-run"), operator, stamp=stamp, at=at)
        return path


@pytest.fixture
def case(world, tmp_path) -> Case:
    keys = LogKeys.open(tmp_path, ORIGIN, key_file=world.key_file)
    operator = Operator(CheckpointSigner(keys, world.operator, world.signer), keys, world.public)
    store = StatusStore(tmp_path / "status")
    name = derive("stolen-key")
    [ref] = store.allocate([name], 2028)
    lists = publish(store, world.operator, world.signer, Terms("https://status.atestats.test", BUNDLE))
    case = Case(
        world,
        Levels(world),
        tmp_path,
        operator,
        [data for file, data in lists.items() if file.endswith(".cwt")],
        tmp_path,
        with_slot(name, ref),
    )
    sealed = world.seal(credential(world.reference, id=case.identifier), GYMNASIUM, SEALED)
    case.honest = case.log(case.levels.b_lta(sealed, SEALED + HOUR), "log-run", operator, SEALED + 2 * HOUR)
    return case


def test_the_honest_document_passes(case) -> None:
    verdict = case.judged(case.honest.read_bytes(), proof_path(case.honest).read_bytes())
    assert verdict.verdict == "passed", [(each.check, each.status, each.code) for each in verdict.checks]
    assert verdict.check("log").code == "LOG_INCLUDED"


def test_without_a_time_stamp(case) -> None:
    verdict = case.judged(case.forged(), None)
    assert verdict.verdict != "passed"
    assert verdict.check("time").status == verdict.check("log").status == "indeterminate"


def test_with_a_genuine_time_stamp_of_today(case) -> None:
    """The seal is in order; but the claim is a year older than what proves it, and the log does not know it."""
    verdict = case.judged(case.levels.b_lta(case.forged(), THEFT), None)
    assert verdict.verdict == "indeterminate"
    assert [each.check for each in verdict.checks if each.status != "passed"] == ["time", "log"]
    assert verdict.check("log").code == "LOG_NO_PROOF"


def test_with_the_proof_of_the_honest_document(case) -> None:
    verdict = case.judged(case.levels.b_lta(case.forged(), THEFT), proof_path(case.honest).read_bytes())
    assert (verdict.verdict, verdict.check("log").code) == ("failed", "LOG_OTHER_DOCUMENT")


def test_with_the_time_stamp_of_the_honest_document(case) -> None:
    """A time stamp of 2028 is a stamp over another signature."""
    honest, forged = (json.loads(each) for each in (case.honest.read_bytes(), case.forged()))
    forged["signatures"][0]["header"] = honest["signatures"][0]["header"]
    verdict = case.judged(json.dumps(forged).encode(), None)
    assert (verdict.verdict, verdict.check("time").code) == ("failed", "TIME_STAMP_BROKEN")


def test_with_a_log_of_his_own(case, tmp_path) -> None:
    """The same name, other keys: the checkpoint is not signed by the log that the bundle knows."""
    (tmp_path / "thief").mkdir()
    keys = LogKeys.open(tmp_path / "thief", ORIGIN, key_file=case.world.key_file)
    key = case.world.store.key(GYMNASIUM, "seal")
    thief = Operator(CheckpointSigner(keys, key, case.world.signer), keys, case.world.public)
    path = case.log(case.levels.b_lta(case.forged(), THEFT), "own-run", thief, THEFT)
    verdict = case.judged(path.read_bytes(), proof_path(path).read_bytes())
    assert (verdict.verdict, verdict.check("log").code) == ("failed", "LOG_CHECKPOINT")


def test_smuggled_into_the_real_log(case) -> None:
    """He gets it logged, too: then the log says 2029, a verifier sees it, and the school sees the entry."""
    path = case.log(case.levels.b_lta(case.forged(), THEFT), "log-run", case.operator, THEFT + HOUR)
    verdict = case.judged(path.read_bytes(), proof_path(path).read_bytes())
    assert verdict.verdict != "passed"
    assert verdict.check("log").code == "LOG_LATE"
    folder = case.home / "log"
    head = audit.latest(folder, case.operator.signer.public, ORIGIN)
    seen = [each.entry.members for each in audit.entries_of(folder, head, owner=GYMNASIUM)]
    assert [each["time"] for each in seen if each["event"] == "issued"] == [
        "2028-06-20T11:00:00Z",
        "2029-06-10T10:00:00Z",
    ]


def test_once_the_theft_is_known_even_the_lenient_policy_refuses_it(case) -> None:
    """And the honest document of the same key, which is proven older, stays good."""
    key = case.world.store.key(GYMNASIUM, "seal")
    history = [("active", SEALED - 24 * HOUR), ("compromised", THEFT)]
    by = case.bundle(histories={key.key_id: history})
    forged = verify(case.levels.b_lta(case.forged(), THEFT + HOUR), by, NOW)
    assert (forged.verdict, forged.check("revocation").status) == ("failed", "failed")
    bare = verify(case.forged(), by, NOW)
    assert bare.verdict == "indeterminate"
    honest = verify(case.honest.read_bytes(), by, NOW, STRICT, proof=proof_path(case.honest).read_bytes())
    assert honest.verdict == "passed"


@pytest.mark.parametrize("stamped", [False, True])
def test_the_lenient_policy_does_not_take_last_years_date_from_him_either(case, stamped) -> None:
    """Nobody has noticed the theft, and nobody asks for the log: his own word for the time is not enough."""
    forged = case.levels.b_lta(case.forged(), THEFT) if stamped else case.forged()
    verdict = verify(forged, case.bundle(), NOW)
    assert verdict.verdict == "indeterminate"
    assert [each.check for each in verdict.checks if each.status == "indeterminate"] == ["time"]
    assert verdict.check("time").code == ("TIME_CLAIM_EARLIER" if stamped else "TIME_CLAIM_OLD")
