"""Status and log as a verifier meets them: missing or old is never green; a stolen key cannot rewrite the past."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from credentials import claims, credential
from levels_world import MINUTE, Levels
from trust_world import GYMNASIUM, NOW, SEALED, TECHNICAL, World

from issuer.bulk.log_run import Operator, append
from issuer.credential_id import StatusRef, derive, list_number, with_slot
from issuer.seal.ec1_claims import StatusReference
from issuer.status.publication import Terms, publish
from issuer.status.store import StatusStore
from issuer.transparency.log_keys import CheckpointSigner, LogKeys
from issuer.trust import Bundle
from issuer.verify import Verdict, verify
from issuer.verify.policy import DEFAULT, STRICT

DAY, YEAR = dt.timedelta(days=1), dt.timedelta(days=365)
STAMPED = SEALED + MINUTE
REF = StatusRef(list_number(2028, 0), 4711)


def outcome(verdict: Verdict, check: str) -> tuple[str, str, str]:
    return verdict.verdict, verdict.check(check).status, verdict.check(check).code


def listed(world: World, ref: StatusRef | None, name: str = "a", at: dt.datetime = SEALED) -> bytes:
    """A sealed document whose identifier names this slot."""
    identifier = derive(name) if ref is None else with_slot(derive(name), ref)
    return world.seal(credential(world.reference, id=identifier), GYMNASIUM, at)


# --- status


@pytest.fixture
def lists(tmp_path: Path, world: World) -> Callable[..., Bundle]:
    """A bundle with the list of 2028, in which the document `a` has some states."""
    store = StatusStore(tmp_path / "status")
    [ref] = store.allocate(["a"], 2028)

    def made(*steps: tuple[str, str], at: dt.datetime = NOW, key: Any = None) -> Bundle:
        for state, reason in steps:
            store.set_state(ref, state, reason=reason, at=SEALED + DAY)  # type: ignore[arg-type]
        files = publish(store, key or world.operator, world.signer, Terms("https://atestats.test/status", at))
        anchors = [world.public.root]
        return world.bundle(
            status_lists=[data for name, data in files.items() if name.endswith(".cwt")],
            timestamp_anchors=anchors,
            next_update=NOW + YEAR,
        )

    made.ref = ref  # type: ignore[attr-defined]
    return made


@pytest.mark.parametrize(
    ("steps", "verdict", "code"),
    [
        ((), "passed", "STATUS_VALID"),
        ((("revoked", "fraud"),), "failed", "STATUS_REVOKED"),
        ((("replaced", "correction"),), "failed", "STATUS_REPLACED"),
        ((("suspended", "investigation"),), "indeterminate", "STATUS_SUSPENDED"),
        ((("suspended", "investigation"), ("valid", "cleared")), "passed", "STATUS_VALID"),
    ],
)
def test_the_status_in_the_bundle_decides(world, lists, steps, verdict, code) -> None:
    judged = verify(listed(world, lists.ref), lists(*steps), NOW)
    assert (judged.verdict, judged.check("status").code) == (verdict, code)
    text = judged.check("status")
    assert text.message_lv != text.message_en


def test_a_list_that_is_old_missing_or_a_strangers_leaves_it_open(world, lists) -> None:
    data = listed(world, lists.ref)
    assert outcome(verify(data, lists(at=NOW - 2 * DAY), NOW), "status")[::2] == (
        "indeterminate",
        "STATUS_STALE",
    )
    expired = verify(data, lists(at=NOW - 40 * DAY), NOW)
    assert outcome(expired, "status")[::2] == ("indeterminate", "STATUS_LIST_EXPIRED")
    other = StatusRef(list_number(2029, 0), lists.ref.slot)
    assert outcome(verify(listed(world, other), lists(), NOW), "status")[::2] == (
        "indeterminate",
        "STATUS_LIST_MISSING",
    )
    foreign = lists(key=world.store.key(TECHNICAL, "seal"))
    assert outcome(verify(data, foreign, NOW), "status")[::2] == ("indeterminate", "STATUS_LIST_NOT_SIGNED")
    far = StatusRef(lists.ref.list_number, (1 << 24) - 1)
    assert verify(listed(world, far), lists(), NOW).check("status").code == "STATUS_OUT_OF_RANGE"


def test_a_revocation_stands_though_the_list_is_old(world, lists) -> None:
    verdict = verify(listed(world, lists.ref), lists(("revoked", "fraud"), at=NOW - 10 * DAY), NOW)
    assert outcome(verdict, "status")[::2] == ("failed", "STATUS_REVOKED")


def test_a_document_in_no_list_is_noted_and_strictly_open(world, lists) -> None:
    data, by = listed(world, None), lists()
    assert outcome(verify(data, by, NOW), "status") == ("passed", "skipped", "STATUS_NOT_LISTED")
    assert verify(data, by, NOW, STRICT).check("status").status == "indeterminate"


def test_a_qr_code_has_a_slot_of_its_own(world, lists) -> None:
    by = lists(("revoked", "fraud"))
    made = dataclasses.replace(claims(by), status=StatusReference(*lists.ref))
    assert outcome(verify(world.code(made, GYMNASIUM).encode(), by, NOW), "status")[::2] == (
        "failed",
        "STATUS_REVOKED",
    )
    strict = verify(world.code(claims(by), GYMNASIUM).encode(), by, NOW, STRICT)
    assert [check.check for check in strict.checks if check.status == "indeterminate"] == [
        "time",
        "status",
        "log",
    ]


# --- log


class Logged(NamedTuple):
    """A log with documents in it: the bundle that knows it, files and proofs by name."""

    bundle: Bundle
    files: dict[str, bytes]
    proofs: dict[str, bytes]


@pytest.fixture
def log(tmp_path: Path, world: World) -> Callable[..., Logged]:
    keys = LogKeys.open(tmp_path / "log-keys", "log.atestats.test/2028", key_file=world.key_file)
    operator = Operator(CheckpointSigner(keys, world.operator, world.signer), keys, world.public)
    services = Levels(world)

    def made(files: dict[str, bytes], at: dt.datetime = STAMPED, stamped: bool = True) -> Logged:
        out = tmp_path / "out"
        for name, data in files.items():
            path = out / "documents" / "ATE_VVI" / "00" / f"{name}.jsonld"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)

        def stamp(note: bytes) -> bytes:
            return services.token(hashlib.sha256(note).digest(), at)

        append(out, tmp_path / "log", operator, stamp=stamp if stamped else None, at=at)
        bundle = world.bundle(
            log=json.loads((tmp_path / "log" / "bundle.json").read_bytes()),
            timestamp_anchors=[world.public.root],
            next_update=NOW + 2 * YEAR,
        )
        proofs = {path.name.split(".")[0]: path.read_bytes() for path in out.rglob("*.proof.json")}
        return Logged(bundle, files, proofs)

    return made


def test_a_proof_says_that_the_document_was_issued_in_public(world, log) -> None:
    by, files, proofs = log({"a": listed(world, None, "a"), "b": listed(world, None, "b")})
    for name in files:
        verdict = verify(files[name], by, NOW, proof=proofs[name])
        assert outcome(verdict, "log") == ("passed", "passed", "LOG_INCLUDED")
    swapped = verify(files["a"], by, NOW, proof=proofs["b"])
    assert outcome(swapped, "log") == ("failed", "failed", "LOG_OTHER_DOCUMENT")
    assert outcome(verify(files["a"], by, NOW, proof=b"{}"), "log")[::2] == ("failed", "LOG_PROOF_FORM")


def test_the_proof_is_the_same_at_every_level(world, log) -> None:
    by, files, proofs = log({"a": listed(world, None)})
    raised = Levels(world).b_lta(files["a"], STAMPED)
    assert outcome(verify(raised, by, NOW, proof=proofs["a"]), "log")[::2] == ("passed", "LOG_INCLUDED")


def test_without_the_log_in_the_bundle_a_proof_says_nothing(world, log, bundle) -> None:
    _, files, proofs = log({"a": listed(world, None)})
    assert outcome(verify(files["a"], bundle, NOW, proof=proofs["a"]), "log") == (
        "passed",
        "skipped",
        "LOG_NOT_KNOWN",
    )
    strict = verify(files["a"], bundle, NOW, STRICT, proof=proofs["a"])
    assert strict.check("log").status == "indeterminate"


def test_an_unstamped_head_is_enough_by_default_and_not_strictly(world, log) -> None:
    by, files, proofs = log({"a": listed(world, None)}, stamped=False)
    for policy, status in ((DEFAULT, "passed"), (STRICT, "indeterminate")):
        check = verify(files["a"], by, NOW, policy, proof=proofs["a"]).check("log")
        assert (check.status, check.code) == (status, "LOG_TIME_UNPROVEN")


def test_with_a_stolen_key_nobody_makes_a_document_of_last_year(world, log, lists) -> None:
    """The thief seals today what claims last year's date. Nobody has noticed the theft: the key is in good standing."""
    now = NOW + YEAR
    forged = Levels(world).b_lta(listed(world, None, "forged", SEALED), now - DAY)
    by = log({"honest": listed(world, None, "honest")}).bundle
    assert outcome(verify(forged, by, now, STRICT), "log")[::2] == ("indeterminate", "LOG_NO_PROOF")
    # Even if the log takes it, it bears the day on which it did, and the school sees it there.
    late = log({"forged": forged}, at=now - DAY)
    verdict = verify(forged, late.bundle, now, STRICT, proof=late.proofs["forged"])
    assert outcome(verdict, "log")[::2] == ("indeterminate", "LOG_LATE")


def test_everything_together_passes_the_strict_policy(world, log, lists) -> None:
    status = lists()
    data = Levels(world).b_lta(listed(world, lists.ref), STAMPED)
    found = log({"a": data}, at=STAMPED + 3 * MINUTE)
    by = world.bundle(
        status_lists=status.status_lists,
        log=found.bundle.log,
        timestamp_anchors=[world.public.root],
        next_update=NOW + YEAR,
    )
    verdict = verify(data, by, NOW, STRICT, proof=found.proofs["a"])
    assert verdict.verdict == "passed"
    assert {check.status for check in verdict.checks} == {"passed"}
