"""Seals that last: what time stamps, revocation data and archive stamps prove, and what happens when keys go bad."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from credentials import HOLDER, credential
from levels_world import MINUTE, Levels
from trust_world import GYMNASIUM, ISSUED, NOW, SEALED, World

from issuer.seal import levels
from issuer.seal.etsi_u import read_items, time_stamp_item
from issuer.seal.evidence_making import make
from issuer.seal.jades import serialise
from issuer.seal.jades_document import parse
from issuer.seal.key_register import KeyRegister
from issuer.trust import Bundle
from issuer.verify import Verdict, verify
from issuer.verify.explain import explain
from issuer.verify.policy import STRICT

DAY, YEAR = dt.timedelta(days=1), dt.timedelta(days=365)
STAMPED = SEALED + MINUTE
FOREVER = dt.datetime(2099, 1, 1, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def raised(world: World) -> Levels:
    return Levels(world)


@pytest.fixture(scope="module")
def by(world: World) -> Bundle:
    """A bundle with the anchors of time stamps, good for as long as a test looks ahead."""
    return world.bundle(timestamp_anchors=[world.public.root], next_update=FOREVER)


@pytest.fixture(scope="module")
def files(world: World, raised: Levels) -> dict[str, bytes]:
    """One document at each level."""
    b_b = world.seal(credential(world.reference), GYMNASIUM)
    b_t = raised.stamped(b_b, STAMPED)
    b_lt = raised.completed(b_t, STAMPED + MINUTE)
    return {"B-B": b_b, "B-T": b_t, "B-LT": b_lt, "B-LTA": raised.archived(b_lt, STAMPED + 2 * MINUTE)}


def outcome(verdict: Verdict, check: str) -> tuple[str, str, str]:
    return verdict.verdict, verdict.check(check).status, verdict.check(check).code


# --- levels


@pytest.mark.parametrize(
    ("level", "time", "revocation"),
    [
        ("B-B", "TIME_NOT_PROVEN", "REVOCATION_NO_DATA"),
        ("B-T", "TIME_PROVEN", "REVOCATION_NO_DATA"),
        ("B-LT", "TIME_PROVEN", "REVOCATION_GOOD"),
        ("B-LTA", "TIME_ARCHIVED", "REVOCATION_GOOD"),
    ],
)
def test_every_level_passes_and_says_what_it_proves(files, by, level, time, revocation) -> None:
    verdict = verify(files[level], by, NOW)
    assert outcome(verdict, "time")[::2] == ("passed", time)
    assert verdict.check("time").detail["level"] == level
    assert verdict.check("revocation").code == revocation
    proven = verdict.check("time").detail["time"]
    assert proven == ("2028-06-20T09:00:00Z" if level == "B-B" else "2028-06-20T09:01:00Z")


def test_without_anchors_for_time_stamps_nothing_is_proven_and_nothing_refuted(files, bundle) -> None:
    for level in ("B-T", "B-LT", "B-LTA"):
        verdict = verify(files[level], bundle, NOW)
        assert outcome(verdict, "time") == ("indeterminate", "indeterminate", "TIME_TSA_UNTRUSTED")


def test_a_seal_outlives_its_certificate_when_a_time_stamp_proves_that_it_is_older(files, by) -> None:
    late = SEALED + 4 * YEAR  # the certificate lasts for three
    assert outcome(verify(files["B-B"], by, late), "certificate")[::2] == (
        "indeterminate",
        "CERT_EXPIRED_SINCE",
    )
    for level in ("B-T", "B-LT", "B-LTA"):
        assert outcome(verify(files[level], by, late), "certificate")[::2] == ("passed", "CERT_TRUSTED_THEN")


def test_an_archive_must_be_renewed_before_its_time_stamping_authority_expires(files, by, raised) -> None:
    late = SEALED + 10 * YEAR  # the authority's certificate began a year before and lasts for ten
    verdict = verify(files["B-LTA"], by, late)
    assert outcome(verdict, "time") == ("indeterminate", "indeterminate", "TIME_TSA_EXPIRED")
    assert verdict.document is not None


def test_an_evidence_record_goes_on_where_the_stamps_of_the_file_end(files, world, tmp_path) -> None:
    """One time stamp over a whole archive, by an authority that is younger than those of the files."""
    made, late = SEALED + 8 * YEAR, SEALED + 10 * YEAR
    younger = World.make(tmp_path, world.reference, start=made - YEAR)
    anchors = [world.public.root, younger.public.root]
    by = world.bundle(timestamp_anchors=anchors, next_update=FOREVER)
    digests = [hashlib.sha256(data).digest() for data in files.values()]
    records = make(digests, "sha256", lambda _, digest: Levels(younger).token(digest, made))
    of = dict(zip(files, records, strict=True))
    for level in ("B-T", "B-LT", "B-LTA"):
        assert outcome(verify(files[level], by, late), "time")[::2] == ("indeterminate", "TIME_TSA_EXPIRED")
        verdict = verify(files[level], by, late, record=of[level])
        assert outcome(verdict, "time")[::2] == ("passed", "TIME_ARCHIVED")
        assert verdict.check("time").detail["time"] == "2028-06-20T09:01:00Z"
        assert "RECORD" in [step.code for step in explain(verdict, by)]
    for wrong in (of["B-B"], of["B-LTA"][:-9], b""):
        verdict = verify(files["B-LTA"], by, late, record=wrong)
        assert outcome(verdict, "time") == ("failed", "failed", "TIME_RECORD_FALSE")
    alone = world.bundle(timestamp_anchors=anchors[:1], next_update=FOREVER)
    assert verify(files["B-LTA"], alone, late, record=of["B-LTA"]).verdict == "indeterminate"


# --- what contradicts itself


def with_items(data: bytes, items: list[str]) -> bytes:
    """The file with these unsigned properties."""
    document = parse(data)
    seal = document.signatures[0]
    return serialise(document.payload_text, [(seal.protected_b64, seal.signature_b64, items)])


def items_of(data: bytes) -> list[str]:
    return [item.encoded for item in read_items(parse(data).signatures[0])]


def test_a_stamp_of_another_document_breaks_the_seal(files, raised, world, by) -> None:
    other = raised.stamped(world.seal(credential(world.reference), GYMNASIUM, SEALED + DAY), STAMPED + DAY)
    verdict = verify(with_items(files["B-B"], items_of(other)), by, NOW)
    assert outcome(verdict, "time") == ("failed", "failed", "TIME_STAMP_BROKEN")
    assert verdict.document is None


def test_archive_stamps_cover_the_order_of_what_is_before_them(files, by) -> None:
    first, second, third, last = items_of(files["B-LTA"])
    swapped = verify(with_items(files["B-LTA"], [first, third, second, last]), by, NOW)
    assert outcome(swapped, "time") == ("failed", "failed", "TIME_STAMP_BROKEN")


def test_an_archive_stamp_older_than_what_it_covers_is_a_contradiction(files, raised, by) -> None:
    verdict = verify(raised.archived(files["B-LT"], STAMPED - 10 * MINUTE), by, NOW)
    assert verdict.check("time").status == "failed"
    before = raised.archived(files["B-LT"], STAMPED - 4 * MINUTE)  # clocks differ by as much
    assert verify(before, by, NOW).verdict == "passed"


def test_a_seal_cannot_be_younger_than_its_time_stamp(world, raised, by) -> None:
    data = raised.stamped(world.seal(credential(world.reference), GYMNASIUM, SEALED), SEALED - 10 * MINUTE)
    assert outcome(verify(data, by, NOW), "time") == ("failed", "failed", "TIME_CLAIMED_LATER")


def test_a_time_stamp_from_the_future_fails(files, by) -> None:
    assert verify(files["B-T"], by, STAMPED - 10 * MINUTE).check("time").code == "TIME_STAMP_IN_FUTURE"


def test_a_time_stamp_after_the_certificates_end_proves_too_little(world, raised, by) -> None:
    end = by.seal_key(hashlib.sha256(world.store.key(GYMNASIUM, "seal").certificate).digest()).not_after
    data = raised.stamped(world.seal(credential(world.reference), GYMNASIUM, end - DAY), end + DAY)
    verdict = verify(data, by, end + 2 * DAY)
    assert outcome(verdict, "time") == ("failed", "failed", "TIME_AFTER_EXPIRY")


def test_only_what_the_baseline_levels_have_may_stand_beside_the_seal(files, by) -> None:
    odd = time_stamp_item("sigRTst", raw_token(files["B-T"]))
    verdict = verify(with_items(files["B-T"], [*items_of(files["B-T"]), odd]), by, NOW)
    assert outcome(verdict, "format") == ("failed", "failed", "EDC_UNSIGNED")


def raw_token(data: bytes) -> bytes:
    return levels.etsi_u.tokens(read_items(parse(data).signatures[0])[0])[0]


@pytest.mark.parametrize("level", ["B-T", "B-LT", "B-LTA"])
def test_an_altered_byte_of_the_evidence_passes_only_where_nobody_relies_on_it(files, by, level) -> None:
    """As in a certificate that the bundle holds as well: then not a word of the verdict is another one."""
    data = files[level]
    good = verify(data, by, NOW).as_dict()
    covered = data.rindex(b'","') if level == "B-LTA" else len(data)  # the archive stamp is the last item
    refused = 0
    for place in range(data.index(b'"etsiU"'), len(data) - 3, 5):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        verdict = verify(changed, by, NOW)
        if verdict.verdict == "passed":
            assert verdict.as_dict() == good
            assert level != "B-LTA" or place > covered, "what the archive stamp covers is untouchable"
        else:
            refused += 1
            assert verdict.verdict == "indeterminate" or verdict.document is None
    assert refused > 300


def test_more_time_stamps_than_any_archive_needs_are_refused(files, by) -> None:
    stamp = items_of(files["B-T"])[0]
    assert verify(with_items(files["B-B"], [stamp] * 48), by, NOW).verdict == "passed"
    for many in ([stamp] * 49, [stamp, time_stamp_item("arcTst", bytes(513 * 1024))]):
        verdict = verify(with_items(files["B-B"], many), by, NOW)
        assert outcome(verdict, "format") == ("failed", "failed", "JADES_UNPROTECTED")


# --- keys and certificates that go bad


@pytest.fixture
def fresh(tmp_path, world) -> World:
    """A world of its own, for tests that change its keys."""
    return World.make(tmp_path, world.reference)


def compromised(world: World, since: dt.datetime, reported: dt.datetime) -> Bundle:
    key = world.store.key(GYMNASIUM, "seal")
    KeyRegister(world.folder).compromise(key.key_id, at=reported, reason="stolen", since=since)
    public = World(world.folder, world.key_file, world.reference).public
    states = {record.key.key_id: record for record in public.records}
    assert key.key_id in states
    return world.bundle(
        timestamp_anchors=[world.public.root],
        issued_at=max(ISSUED, reported),
        next_update=FOREVER,
        histories={key.key_id: [("active", SEALED - YEAR), ("compromised", since)]},
    )


def test_a_compromise_spares_what_is_proven_to_be_older_and_nothing_else(fresh) -> None:
    raised = Levels(fresh)
    seal = fresh.seal(credential(fresh.reference), GYMNASIUM)
    before = raised.b_lta(seal, STAMPED)
    late = raised.stamped(seal, SEALED + 10 * DAY)  # claims the same day, stamped after the theft
    by = compromised(fresh, SEALED + 5 * DAY, SEALED + 20 * DAY)
    at = SEALED + 30 * DAY
    assert outcome(verify(before, by, at), "revocation") == ("passed", "passed", "KEY_COMPROMISED_LATER")
    backdated = verify(late, by, at)
    assert outcome(backdated, "revocation") == ("failed", "failed", "KEY_COMPROMISED_BEFORE")
    assert backdated.document is None
    assert outcome(verify(seal, by, at), "revocation")[::2] == ("indeterminate", "CERT_COMPROMISED")


def test_revocation_in_the_file_itself_counts_like_the_operators_list(fresh) -> None:
    """The bundle is old and knows nothing; OCSP was asked after the theft became known."""
    by = fresh.bundle(timestamp_anchors=[fresh.public.root], next_update=FOREVER)
    raised = Levels(fresh)
    seal = fresh.seal(credential(fresh.reference), GYMNASIUM)
    old, late = raised.stamped(seal, STAMPED), raised.stamped(seal, SEALED + 10 * DAY)
    compromised(fresh, SEALED + 5 * DAY, SEALED + 5 * DAY)
    told = raised.validation_data(old, SEALED + 21 * DAY)
    at = SEALED + 30 * DAY
    with_data = levels.with_validation_data(old, told.certificates, told.crls, told.ocsps)
    assert outcome(verify(with_data, by, at), "revocation") == ("passed", "passed", "REVOCATION_GOOD")
    with_data = levels.with_validation_data(late, told.certificates, told.crls, told.ocsps)
    verdict = verify(with_data, by, at)
    assert outcome(verdict, "revocation") == ("failed", "failed", "CERT_REVOKED_BEFORE")


def test_revocation_data_must_reach_the_time_of_the_stamp(files, raised, by) -> None:
    """Yesterday's OCSP answer has expired before a stamp of next week."""
    data = parse(files["B-LT"]).signatures[0]
    old = levels.etsi_u.validation_data(read_items(data))
    stamped = raised.stamped(files["B-B"], SEALED + 7 * DAY)
    late = levels.with_validation_data(stamped, old.certificates, old.crls, old.ocsps)
    verdict = verify(late, by, SEALED + 8 * DAY)
    assert outcome(verdict, "revocation") == ("indeterminate", "indeterminate", "REVOCATION_INCOMPLETE")


def test_missing_revocation_data_is_named(files, by) -> None:
    data = levels.etsi_u.validation_data(read_items(parse(files["B-LT"]).signatures[0]))
    partial = levels.with_validation_data(files["B-T"], data.certificates, data.crls, ())
    verdict = verify(partial, by, NOW)
    assert outcome(verdict, "revocation")[::2] == ("indeterminate", "REVOCATION_INCOMPLETE")
    assert "Īvenes" in verdict.check("revocation").message_lv


# --- policies


def test_the_strict_policy_wants_what_the_default_one_only_notes(files, by) -> None:
    verdict = verify(files["B-B"], by, NOW, STRICT)
    assert verdict.verdict == "indeterminate"
    assert {check.check: check.code for check in verdict.checks if check.status == "indeterminate"} == {
        "time": "TIME_LEVEL_TOO_LOW",
        "status": "STATUS_NOT_LISTED",
        "log": "LOG_NO_PROOF",
    }
    assert verify(files["B-T"], by, NOW, STRICT).check("time").status == "passed"
    assert verdict.as_dict()["policy"] == "strict"


def test_what_is_false_fails_under_every_policy(files, by) -> None:
    forged = files["B-LTA"].replace(b"VE 100001", b"VE 100009")
    for policy in ({}, {"policy": STRICT}):
        assert verify(forged, by, NOW, **policy).verdict == "failed"


# --- the explanation


def test_the_explanation_tells_every_step_in_both_languages_and_no_name(files, by) -> None:
    steps = explain(verify(files["B-LTA"], by, NOW), by)
    codes = [step.code for step in steps]
    assert codes == [
        "SEALED_WITH", "PATH", "LISTED_KEY", "CLAIMED", "STAMP", "STAMP", "PROVEN", "STATE_GOOD", "STATE_GOOD",
        "STATE_GOOD", "JUDGED_BY",
    ]  # fmt: skip
    assert all(step.lv and step.en and step.lv != step.en for step in steps)
    said = " ".join(step.lv + step.en for step in steps)
    assert not any(part in said for part in HOLDER.split())
    assert "2028-06-20T09:01:00Z" in said
