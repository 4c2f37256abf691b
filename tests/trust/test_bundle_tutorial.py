"""The bundle, as a tutorial: the operator says who may issue what; a verifier believes it, or says why not."""

from __future__ import annotations

import base64
import datetime as dt
import json

import pytest
from trust_world import CLOSED, GYMNASIUM, ISSUED, NOW, TECHNICAL, World, reference_with

from issuer.seal import jades
from issuer.trust import BundleError, CertificateError, open_bundle
from issuer.trust.bundle import read_content
from issuer.trust.publication import sign

LATER = ISSUED + dt.timedelta(days=90)


def refusal(data: bytes, anchors: list[bytes], now: dt.datetime = NOW, min_sequence: int = 0) -> str:
    with pytest.raises(BundleError) as caught:
        open_bundle(data, anchors, now, min_sequence)
    assert caught.value.message_lv
    assert caught.value.next_en
    return caught.value.code


def test_a_bundle_says_who_may_award_what_and_when(world: World) -> None:
    bundle = open_bundle(world.bundle_file(), world.anchors, NOW)
    school = bundle.entity(GYMNASIUM)
    assert school.may_award("ATE_VVI", dt.date(2028, 6, 20))
    assert not school.may_award("ATE_VVI", dt.date(2038, 2, 16))  # accredited to 2038-02-15
    assert not school.may_award("DIP_PVI", dt.date(2028, 6, 20))  # a gymnasium gives no vocational diploma
    assert bundle.entity(TECHNICAL).may_award("DIP_PVI", dt.date(2028, 6, 20))
    assert not bundle.entity(CLOSED).may_award("ATE_VVI", dt.date(2033, 9, 1))  # closed on 2033-08-31
    assert bundle.entity("9900000000") is None


def test_a_bundle_knows_every_key_by_what_documents_carry_of_it(world: World) -> None:
    bundle = world.bundle()
    seal, qr = world.store.key(GYMNASIUM, "seal"), world.store.key(GYMNASIUM, "qr")
    leaf = bundle.certificates.chain(seal.certificate_chain).leaf
    assert bundle.seal_key(leaf.sha256).owner == GYMNASIUM
    [listed] = bundle.qr_keys(qr.kid8)
    assert (listed.owner, listed.spki) == (GYMNASIUM, qr.spki)
    assert bundle.seal_key(bytes(32)) is None
    assert bundle.qr_keys(bytes(8)) == []


def test_a_bundle_gives_words_for_the_numbers_of_a_qr_code(world: World) -> None:
    bundle = world.bundle()
    assert bundle.code("document_types", 2) == "ATE_VVI"
    assert bundle.names["subjects"][bundle.code("subjects", 1)]["en"] == "Latvian language"
    assert bundle.code("subjects", 65_000) is None


def test_it_is_marked_when_its_keys_are_test_keys(world: World) -> None:
    assert world.bundle().is_test


def test_an_altered_bundle_is_refused(world: World) -> None:
    data = world.bundle_file()
    outer = json.loads(data)
    content = json.loads(outer["payload"])
    content["entities"][1]["rights"]["ATE_VVI"] = [["2000-01-01", None]]
    outer["payload"] = json.dumps(content)
    assert refusal(json.dumps(outer).encode(), world.anchors) == "BUNDLE_ALTERED"
    for place in range(0, len(data), 997):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(BundleError):
            open_bundle(changed, world.anchors, NOW)


def test_a_stale_bundle_is_refused(world: World) -> None:
    data = world.bundle_file()
    until = ISSUED + dt.timedelta(days=30)
    assert open_bundle(data, world.anchors, until).next_update == until
    assert refusal(data, world.anchors, until + dt.timedelta(seconds=1)) == "BUNDLE_STALE"


def test_a_bundle_older_than_one_seen_before_is_refused(world: World) -> None:
    data = world.bundle_file(sequence=7)
    assert open_bundle(data, world.anchors, NOW, 7).sequence == 7
    assert refusal(data, world.anchors, min_sequence=8) == "BUNDLE_ROLLED_BACK"


def test_only_the_pinned_operator_may_sign_a_bundle(world: World) -> None:
    forged = sign(world.content(), world.store.key(GYMNASIUM, "seal"), world.signer)
    assert refusal(forged, world.anchors) == "BUNDLE_NOT_SIGNED_BY_OPERATOR"


def test_a_certification_authority_is_no_anchor_for_a_bundle(world: World) -> None:
    # It also certifies the schools: through it every school could sign the list of who may issue.
    assert refusal(world.bundle_file(), [world.public.root]) == "BUNDLE_ANCHOR"
    assert refusal(world.bundle_file(), [b"not a certificate"]) == "BUNDLE_ANCHOR"


def test_two_anchors_carry_over_a_change_of_the_operators_key(world: World) -> None:
    other = world.store.key(GYMNASIUM, "seal").certificate
    assert open_bundle(world.bundle_file(), [other, *world.anchors], NOW).sequence == 7


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "BUNDLE_UNREADABLE"),
        (b"{}", "BUNDLE_UNREADABLE"),
        (b"[" * 100_000, "BUNDLE_UNREADABLE"),
        (b'{"payload": "{}", "payload": "{}", "signatures": []}', "BUNDLE_UNREADABLE"),
    ],
)
def test_what_is_no_bundle_is_refused(world: World, data: bytes, code: str) -> None:
    assert refusal(data, world.anchors) == code


@pytest.mark.parametrize(
    "change",
    [
        {"format": "atestats-bundle/2"},
        {"sequence": "7"},
        {"issued_at": "2028-06-21"},
        {"entities": None},
        {"entities": [{"key": "x"}]},
        {"test": 1},
        {"document_types": {"ATE_VVI": {"name": {}}}},
    ],
)
def test_a_signed_bundle_of_an_unknown_form_is_refused(world: World, change: dict) -> None:
    assert refusal(_signed_as_is(world, world.content() | change), world.anchors) == "BUNDLE_FORMAT"


def _signed_as_is(world: World, content: dict) -> bytes:
    prepared = jades.prepare(json.dumps(content).encode(), world.operator, int(ISSUED.timestamp()))
    [signature] = world.signer.sign_many(world.operator, [prepared.digest])
    return jades.assemble(prepared, signature)


def test_a_new_bundle_keeps_the_history_of_the_one_before(world: World) -> None:
    before = read_content(world.bundle_file(), world.anchors)
    keys = [key for key in world.public.keys if key.owner != TECHNICAL]
    shorter = reference_with(accredited_to={GYMNASIUM: "2028-09-01"})
    data = world.bundle_file(
        sequence=8, issued_at=LATER, next_update=LATER + dt.timedelta(days=30),
        previous=before, keys=keys, reference=shorter,
    )  # fmt: skip
    bundle = open_bundle(data, world.anchors, LATER)
    # A key that is gone from the key store keeps its place in the list: its documents must verify for decades.
    technical = world.store.key(TECHNICAL, "qr")
    [listed] = bundle.qr_keys(technical.kid8)
    assert (listed.state, listed.since) == ("retired", LATER)
    # What was promised for the future may be taken back, what was true in the past may not.
    school = bundle.entity(GYMNASIUM)
    assert school.may_award("ATE_VVI", dt.date(2028, 6, 20))
    assert not school.may_award("ATE_VVI", dt.date(2028, 9, 2))


def test_a_compromised_key_stays_compromised(world: World) -> None:
    key = world.store.key(GYMNASIUM, "seal")
    first = world.content(compromised=frozenset({key.key_id}))
    second = world.content(
        sequence=8, issued_at=LATER, next_update=LATER + dt.timedelta(days=1), previous=first
    )
    for content in (first, second):
        [entry] = [k for e in content["entities"] for k in e["keys"] if k["key_id"] == key.key_id]
        assert (entry["state"], entry["since"]) == ("compromised", "2028-06-21T00:00:00Z")


def test_the_bundle_holds_public_things_only(world: World) -> None:
    text = world.bundle_file().decode()
    assert "PRIVATE" not in text
    secrets = json.loads((world.folder / "secrets.json").read_text())
    assert not any(part in text for part in _strings(secrets) if len(part) > 40)
    der = world.store.private(world.store.key(GYMNASIUM, "qr"))
    assert base64.b64encode(der).decode()[60:120] not in text


def _strings(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _strings(item)]
    if isinstance(value, list):
        return [text for item in value for text in _strings(item)]
    return [value] if isinstance(value, str) else []


LOG = {"origin": "log.example/education", "keys": ["key"], "checkpoint": "text"}


def test_a_bundle_may_carry_anchors_of_time_stamps_status_lists_and_the_log(world: World) -> None:
    bundle = world.bundle(timestamp_anchors=[world.public.root], status_lists=[b"\xd2\x84"], log=LOG)
    stamp = world.public.key("timestamp", "timestamp")
    assert bundle.timestamp_certificates.chain(stamp.certificate_chain).anchor.der == world.public.root
    assert (bundle.status_lists, bundle.log) == ([b"\xd2\x84"], LOG)


def test_without_them_a_bundle_knows_no_time_stamps_and_no_log(world: World) -> None:
    old = world.content()
    for name in ("timestamp_anchors", "status_lists", "log"):
        old.pop(name)
    for content in (world.content(), old):  # `old`: as bundles were before these members existed
        bundle = open_bundle(sign(content, world.operator, world.signer), world.anchors, NOW)
        assert (bundle.status_lists, bundle.log) == ([], None)
        with pytest.raises(CertificateError):
            bundle.timestamp_certificates.chain(world.operator.certificate_chain)


@pytest.mark.parametrize(
    "change",
    [
        {"timestamp_anchors": [7]},
        {"timestamp_anchors": ["?"]},
        {"status_lists": "AAAA"},
        {"status_lists": ["?"]},
        {"log": []},
        {"log": {"origin": "x", "keys": [], "checkpoint": 1}},
        {"log": {"origin": "x"}},
    ],
)
def test_malformed_members_are_refused(world: World, change: dict) -> None:
    assert refusal(_signed_as_is(world, world.content() | change), world.anchors) == "BUNDLE_FORMAT"


def test_the_next_bundle_keeps_anchors_of_time_stamps_and_the_log_but_not_old_status(world: World) -> None:
    first = world.content(timestamp_anchors=[world.public.root], status_lists=[b"old"], log=LOG)
    second = world.content(sequence=8, previous=first)
    assert second["timestamp_anchors"] == first["timestamp_anchors"]
    assert (second["log"], second["status_lists"]) == (LOG, [])
