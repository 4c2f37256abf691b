"""What a verifier is told: never "valid" unless a list that counts says so."""

from __future__ import annotations

import datetime as dt
import hashlib
import subprocess
import sys

import cbor2
import pytest
from status_samples import NOW

from issuer.credential_id import StatusRef
from issuer.seal import ec1
from issuer.status import packed
from issuer.status.publication import Terms, publish
from issuer.status.reader import StatusAnswer, StatusLists, status_of
from issuer.status.token_list import Claims, StatusList, unsigned_cwt

HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)
REF = StatusRef(9472, 4711)


def signed(
    operator, values, *, address="https://status.example/lists/9472", at=NOW, slots=131072, bits=2, ttl=86400
):
    issued_at = int(at.timestamp())
    claims = Claims.of(
        address,
        issued_at,
        issued_at + 30 * 86400,
        ttl,
        StatusList(bits, packed.low_first(values, slots, bits)),
    )
    unsigned = unsigned_cwt(claims, operator.key)
    return unsigned.assemble(operator.signer.sign_many(operator.key, [unsigned.digest])[0])


def answer(operator, lists, at=NOW + HOUR, ref=REF) -> StatusAnswer:
    return status_of(ref, lists, at, [operator.certificate])


@pytest.mark.parametrize(
    ("number", "state", "code"),
    [
        (0, "valid", "STATUS_VALID"),
        (1, "revoked", "STATUS_REVOKED"),
        (2, "suspended", "STATUS_SUSPENDED"),
        (3, "replaced", "STATUS_REPLACED"),
    ],
)
def test_each_state_has_its_number(operator, number, state, code):
    said = answer(operator, [signed(operator, {4711: number})])
    assert said == StatusAnswer(state, NOW, True, code)
    # The neighbours are not touched: the order of the bits is right.
    for slot in (4708, 4709, 4710, 4712):
        neighbour = answer(operator, [signed(operator, {4711: number})], ref=StatusRef(9472, slot))
        assert neighbour.state == "valid"


def test_a_list_older_than_its_time_to_live_is_not_fresh(operator):
    lists = [signed(operator, {1: 1})]
    assert answer(operator, lists, NOW + DAY - HOUR).fresh
    stale = answer(operator, lists, NOW + DAY)
    assert (stale.state, stale.fresh, stale.code) == ("valid", False, "STATUS_STALE")
    revoked = answer(operator, lists, NOW + 2 * DAY, StatusRef(9472, 1))
    assert (revoked.state, revoked.fresh, revoked.code) == ("revoked", False, "STATUS_REVOKED")


def test_an_expired_list_says_nothing(operator):
    said = answer(operator, [signed(operator, {})], NOW + 30 * DAY)
    assert (said.state, said.code, said.as_of) == ("unknown", "STATUS_LIST_EXPIRED", NOW)


def test_a_list_from_the_future_says_nothing_about_now(operator):
    said = answer(operator, [signed(operator, {})], NOW - HOUR)
    assert (said.state, said.code) == ("unknown", "STATUS_LIST_FUTURE")
    older = signed(operator, {4711: 1}, at=NOW - 2 * HOUR)
    assert answer(operator, [signed(operator, {}), older], NOW - HOUR).state == "revoked"


def test_no_list_no_status(operator):
    assert answer(operator, []) == StatusAnswer("unknown", None, False, "STATUS_LIST_MISSING")
    other_year = signed(operator, {}, address="https://status.example/lists/9216")
    assert answer(operator, [other_year]).code == "STATUS_LIST_MISSING"


def test_a_slot_beyond_the_list_is_unknown(operator):
    said = answer(operator, [signed(operator, {}, slots=4708)])
    assert (said.state, said.code) == ("unknown", "STATUS_OUT_OF_RANGE")


def test_a_list_with_another_number_of_bits_is_not_ours(operator):
    said = answer(operator, [signed(operator, {}, bits=1)])
    assert (said.state, said.code) == ("unknown", "STATUS_LIST_MALFORMED")


def test_a_list_of_another_signer_does_not_count(operator, make_operator):
    stranger = make_operator()
    said = answer(operator, [signed(stranger, {})])
    assert (said.state, said.code) == ("unknown", "STATUS_LIST_NOT_SIGNED")
    # Nor does it hide the operator's own, older one.
    own = signed(operator, {4711: 1}, at=NOW - HOUR)
    assert answer(operator, [signed(stranger, {}), own]).state == "revoked"


def test_the_newest_list_counts_whatever_the_order(operator):
    old, new = signed(operator, {}), signed(operator, {4711: 1}, at=NOW + HOUR)
    for lists in ([old, new], [new, old]):
        assert answer(operator, lists, NOW + 2 * HOUR).state == "revoked"


@pytest.mark.parametrize(
    "number", ["٩٤٧٢", "９４７２", "09472", "9472/", "9472?x", "+9472", "9_472", "0x2500"]
)
def test_the_number_of_a_list_is_written_in_one_way(operator, number):
    address = f"https://status.example/lists/{number}"
    # Put into the signed bytes by hand: what our encoder would not write, a careless one might.
    protected, _, payload, _ = cbor2.loads(signed(operator, {})).value
    claims = cbor2.loads(payload) | {2: address}
    payload = cbor2.dumps(claims, canonical=True)
    digest = hashlib.sha256(ec1.sig_structure(protected, payload)).digest()
    [signature] = operator.signer.sign_many(operator.key, [digest])
    data = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, payload, signature]))
    assert answer(operator, [data]).code == "STATUS_LIST_MISSING"


def test_rubbish_among_the_lists_is_left_out(operator):
    lists = [b"", b"\xd2\x84", b"x.y.z", signed(operator, {4711: 2})[:-1], signed(operator, {4711: 2})]
    assert answer(operator, lists).state == "suspended"


def test_all_lists_of_a_store_from_cwt_and_jwt_alike(store, operator):
    keys = [f"urn:{number}" for number in range(300)]
    refs = store.allocate(keys, 2037) + store.allocate([f"{key}-b" for key in keys], 2038)
    chosen = dict(zip(refs[::7], (("revoked", "fraud"), ("suspended", "investigation")) * 100, strict=False))
    for ref, (state, reason) in chosen.items():
        store.set_state(ref, state, reason=reason, at=NOW)
    files = publish(store, operator.key, operator.signer, Terms("https://s.example", NOW))
    for form in (".cwt", ".jwt"):
        lists = [content for name, content in files.items() if name.endswith(form)]
        assert len(lists) == 2
        reader = StatusLists(lists, [operator.certificate])
        assert {ref: reader.status_of(ref, NOW).state for ref in refs} == {
            ref: chosen.get(ref, ("valid", ""))[0] for ref in refs
        }


def test_the_reader_knows_no_store_and_no_keys():
    code = (
        "import sys, issuer.status.reader; "
        "sys.exit(any(m in sys.modules for m in ('issuer.status.store', 'issuer.seal.keystore', 'issuer.seal.pki',"
        " 'issuer.seal.signer', 'sqlite3')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
