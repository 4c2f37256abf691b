"""The rotation drill: rotate, steal, close, expire; then the whole archive is verified again.

Old documents keep their verdict for good; a document that is made later and dated back never gets theirs.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import pytest
from credentials import awarded, body, credential, with_type
from drill_world import Archive, Thief, command
from levels_world import MINUTE
from trust_world import BASIC, CLOSED, GYMNASIUM, START, TECHNICAL, World, reference_with

from issuer.trust.bundle import Bundle, BundleError, open_bundle
from issuer.verify import Verdict, verify
from issuer.verify.policy import DEFAULT, STRICT


def day(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(f"{text}T10:00:00+00:00")


SEALED = day("2028-06-20")
ROTATED = day("2029-05-02")  # GYMNASIUM's key
SHUT = dt.date(2029, 8, 31)  # CLOSED's last day; BASIC is its successor
STOLEN, REPORTED = day("2029-11-01"), day("2029-12-01")  # TECHNICAL's key
AGAIN = day("2030-06-20")  # sealing goes on
END = day("2031-07-01")  # every certificate of 2027 has expired (three years)


@dataclass
class Drill:
    """What is left at the end: the archive by name, the bundles by day, and the keys that thieves have."""

    archive: Archive
    documents: dict[str, bytes]
    bundles: dict[dt.datetime, Bundle]
    thieves: dict[str, Thief]

    def judge(self, data: bytes, at: dt.datetime = END, policy=DEFAULT) -> Verdict:
        return verify(data, self.bundles[max(when for when in self.bundles if when <= at)], at, policy=policy)

    def forged(self, owner: str, stamped: dt.datetime | None, claimed: dt.datetime = SEALED) -> Verdict:
        """Made with a stolen key for the old day, and stamped when the thief could."""
        data = self.thieves[owner].seal(_credential(self.archive.world, owner), claimed)
        return self.judge(self.archive.levels.stamped(data, stamped) if stamped is not None else data)


def _credential(world: World, owner: str) -> dict:
    made = credential(world.reference, owner)
    return with_type(made, "DIP_PVI") if owner == TECHNICAL else made


@pytest.fixture(scope="module")
def drill(tmp_path_factory) -> Drill:
    home = tmp_path_factory.mktemp("drill")
    reference = reference_with(closed_on={CLOSED: None})
    world = World.make(home, reference, start=START)
    archive = Archive(world, home)
    with pytest.MonkeyPatch.context() as monkeypatch:
        run = command(monkeypatch)
        archive.close(CLOSED, dt.date(2099, 8, 31), BASIC)  # in the example's register it closes in 2033
        thieves = {owner: Thief(world, owner) for owner in (GYMNASIUM, TECHNICAL, CLOSED, BASIC)}
        documents = {
            owner: archive.seal(_credential(world, owner), owner, SEALED)
            for owner in (GYMNASIUM, TECHNICAL, CLOSED)
        }
        bundles = {day("2028-07-01"): archive.publish(day("2028-07-01"), run)}
        archive.rotate(GYMNASIUM, ROTATED)
        bundles[ROTATED] = archive.publish(ROTATED, run)
        documents["after rotation"] = archive.seal(
            _credential(world, GYMNASIUM), GYMNASIUM, day("2029-06-20")
        )
        archive.close(CLOSED, SHUT, BASIC)
        bundles[day("2029-09-02")] = archive.publish(day("2029-09-02"), run)
        stolen = thieves[TECHNICAL].key.key_id
        archive.register.compromise(stolen, at=REPORTED, since=STOLEN, reason="the drill")
        bundles[REPORTED] = archive.publish(REPORTED, run)
        archive.rotate(BASIC, AGAIN - dt.timedelta(days=60))
        archive.rotate_operator(AGAIN)
        written_again = awarded(_credential(world, BASIC), body(CLOSED))
        documents["by the successor"] = archive.seal(written_again, BASIC, AGAIN)
        bundles[END] = archive.publish(END, run)
    return Drill(archive, documents, bundles, thieves)


def outcome(verdict: Verdict, check: str) -> tuple[str, str]:
    return verdict.verdict, verdict.check(check).code


@pytest.mark.parametrize("name", [GYMNASIUM, TECHNICAL, CLOSED, "after rotation", "by the successor"])
def test_every_document_of_the_archive_still_passes(drill, name) -> None:
    verdict = drill.judge(drill.documents[name])
    assert verdict.verdict == "passed", [(each.name, each.code) for each in verdict.checks]
    assert verdict.check("time").code == "TIME_ARCHIVED"


@pytest.mark.parametrize("name", [GYMNASIUM, TECHNICAL, CLOSED])
def test_the_verdict_is_the_same_after_every_event(drill, name) -> None:
    """Nothing that happened changed it: asked on the day of every bundle, the answer was `passed`."""
    assert {drill.judge(drill.documents[name], at).verdict for at in drill.bundles} == {"passed"}


def test_what_the_verdict_says_of_a_key_that_was_stolen_later(drill) -> None:
    assert outcome(drill.judge(drill.documents[TECHNICAL]), "revocation") == (
        "passed", "KEY_COMPROMISED_LATER",
    )  # fmt: skip


def test_the_successor_seals_what_the_closed_school_had_awarded(drill) -> None:
    assert outcome(drill.judge(drill.documents["by the successor"]), "authority") == (
        "passed", "AUTHORITY_SUCCESSOR",
    )  # fmt: skip


def test_a_stolen_key_cannot_date_back(drill) -> None:
    late = STOLEN + dt.timedelta(days=10)
    assert outcome(drill.forged(TECHNICAL, late), "revocation") == ("failed", "KEY_COMPROMISED_BEFORE")
    assert drill.forged(TECHNICAL, late).document is None


def test_a_key_in_the_drawer_of_a_closed_school_cannot_date_back(drill) -> None:
    late = day("2029-10-01")
    assert outcome(drill.forged(CLOSED, late), "certificate") == ("failed", "CERT_RETIRED")
    assert drill.forged(CLOSED, late).check("authority").code == "AUTHORITY_CLOSED"


def test_a_key_that_was_rotated_out_cannot_date_back(drill) -> None:
    late = ROTATED + dt.timedelta(days=10)
    assert outcome(drill.forged(GYMNASIUM, late), "certificate") == ("failed", "CERT_RETIRED")


@pytest.mark.parametrize("owner", [GYMNASIUM, TECHNICAL, CLOSED])
def test_a_key_whose_certificate_has_expired_cannot_date_back(drill, owner) -> None:
    late = day("2030-09-01")
    assert drill.forged(owner, late).verdict == "failed"
    assert drill.forged(owner, late).check("time").code == "TIME_AFTER_EXPIRY"


@pytest.mark.parametrize("owner", [GYMNASIUM, TECHNICAL, CLOSED])
@pytest.mark.parametrize("policy", [DEFAULT, STRICT])
def test_without_a_time_stamp_no_date_of_an_old_key_is_believed(drill, owner, policy) -> None:
    data = drill.thieves[owner].seal(_credential(drill.archive.world, owner), SEALED)
    for at in (REPORTED, END):  # before and after its certificate expired
        assert drill.judge(data, at, policy).verdict == "indeterminate"


@pytest.mark.parametrize("owner", [GYMNASIUM, TECHNICAL, CLOSED])
def test_the_same_deed_before_the_event_was_no_forgery(drill, owner) -> None:
    """The counter-test: the very same bytes, stamped while the key was its owner's, pass."""
    assert drill.forged(owner, SEALED + MINUTE).verdict == "passed"


def test_the_successor_had_no_say_while_the_school_was_open(drill) -> None:
    made = awarded(_credential(drill.archive.world, BASIC), body(CLOSED))
    for sealed, expected in ((day("2029-08-30"), "failed"), (day("2029-09-03"), "passed")):
        data = drill.archive.levels.stamped(drill.thieves[BASIC].seal(made, sealed), sealed + MINUTE)
        assert drill.judge(data).verdict == expected
    data = drill.archive.levels.stamped(drill.thieves[BASIC].seal(made, SEALED), SEALED + MINUTE)
    assert drill.judge(data).check("authority").code == "AUTHORITY_OTHER_INSTITUTION"


def test_the_operators_own_key_changes_under_two_anchors(drill) -> None:
    old, new = drill.archive.anchors
    assert open_bundle(drill.archive.newest, [old, new], END).sequence == drill.bundles[END].sequence
    with pytest.raises(BundleError) as caught:
        open_bundle(drill.archive.newest, [old], END)
    assert caught.value.code == "BUNDLE_NOT_SIGNED_BY_OPERATOR"


def test_the_last_bundle_still_holds_every_key_and_every_right_of_the_first(drill) -> None:
    last = drill.bundles[END]
    for thief in drill.thieves.values():
        [listed] = [last.seal_key(last.certificates.chain(thief.key.certificate_chain).leaf.sha256)]
        assert listed is not None
        assert listed.state_at(SEALED) == "active"
    assert last.entity(CLOSED).may_award("ATE_VVI", dt.date(2028, 6, 16))
    assert not last.entity(CLOSED).may_award("ATE_VVI", dt.date(2029, 9, 1))
