"""W3C Bitstring Status List: every vector gets its stated verdict, and ours is read by code that is not ours."""

from __future__ import annotations

import base64
import datetime as dt
import gzip
import json

import pytest
from cryptography.x509 import load_der_x509_certificate
from joserfc import jws
from joserfc.jwk import ECKey
from status_samples import BASE_URL, NOW, with_long_headers

from issuer.status import bitstring_list, packed
from issuer.status.status_error import StatusError
from tests.conftest import SHARED

FOLDER = SHARED / "vectors" / "bitstring-status-list"
NAMES = json.loads((FOLDER / "index.json").read_text()) if FOLDER.is_dir() else []
AT = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)


def vector(name):
    return json.loads((FOLDER / f"{name}.json").read_text())


def test_the_vectors_are_there(shared):
    assert len(NAMES) == 23


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("list-")])
def test_a_list_of_the_vectors_is_read(name):
    made = vector(name)
    bits = made.get("statusSize", 1)
    data = bitstring_list.decoded(made["encodedList"], bits)
    expected = (
        {int(k): v for k, v in made["values"].items()} if "values" in made else dict.fromkeys(made["set"], 1)
    )
    found = {slot: packed.high_value(data, slot, bits) for slot in range(len(data) * 8 // bits)}
    assert {slot: value for slot, value in found.items() if value} == {k: v for k, v in expected.items() if v}
    assert packed.high_first(expected, len(found), bits) == data


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("bad-")])
def test_a_bad_list_of_the_vectors_is_refused_with_its_code(name):
    made = vector(name)
    with pytest.raises(StatusError) as refused:
        bitstring_list.decoded(made["encodedList"])
    stated = made.get("error", "")
    if stated[:1].isupper():
        assert stated.startswith(refused.value.code)
    else:  # the bomb: "must be refused by an output cap"
        assert refused.value.code == "MALFORMED_VALUE_ERROR"


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("case-")])
def test_a_case_of_the_vectors_gets_its_verdict(name):
    case = vector(name)
    expected = case["expect"]

    def ask():
        return bitstring_list.status(
            case["credentialStatus"], case["statusListCredential"], at=AT, issuer=case["credentialIssuer"]
        )

    if "status" in expected:
        assert ask() == expected["status"]
        return
    with pytest.raises(StatusError) as refused:
        ask()
    if expected.get("error", "").isupper():
        assert refused.value.code == expected["error"]
    else:  # outside its validity period; a list of another issuer
        assert refused.value.code == "STATUS_VERIFICATION_ERROR"


def test_a_list_of_another_issuer_may_be_allowed(shared):
    case = vector("case-list-other-issuer")
    other = case["statusListCredential"]["issuer"]
    assert bitstring_list.status(
        case["credentialStatus"],
        case["statusListCredential"],
        at=AT,
        issuer=case["credentialIssuer"],
        other_issuers=frozenset({other}),
    )


@pytest.mark.parametrize("index", ["٤٢", "４２", "4_2", " 42", "+42", "-1", "042", "", 42, None])
def test_an_index_in_other_digits_is_malformed(shared, index):
    case = vector("case-entry-set")
    with pytest.raises(StatusError, match="MALFORMED_VALUE_ERROR"):
        bitstring_list.status(
            case["credentialStatus"] | {"statusListIndex": index},
            case["statusListCredential"],
            at=AT,
            issuer=case["credentialIssuer"],
        )


def test_our_list_is_a_credential_that_others_read(store, operator):
    refs = dict(zip(("revoked", "suspended", "replaced"), store.allocate(["a", "b", "c"], 2037), strict=True))
    for state, reason in (("revoked", "fraud"), ("suspended", "investigation"), ("replaced", "correction")):
        store.set_state(refs[state], state, reason=reason, at=NOW)
    envelope = json.loads(operator.publish(store)["9472.vc.json"])
    assert envelope["type"] == "EnvelopedVerifiableCredential"
    media, _, token = envelope["id"].partition(",")
    assert media == "data:application/vc+jwt"
    public = load_der_x509_certificate(operator.certificate).public_key()
    read = jws.deserialize_compact(token.encode(), ECKey.import_key(public), registry=with_long_headers())
    assert (read.protected["typ"], read.protected["iss"]) == ("vc+jwt", BASE_URL)
    credential = json.loads(read.payload)
    assert credential["issuer"] == BASE_URL
    assert "vc" not in credential

    # Read as the specification words it: base64url after "u", GZIP, the left-most bit is index 0.
    text = credential["credentialSubject"]["encodedList"]
    data = gzip.decompress(base64.urlsafe_b64decode(text[1:] + "=" * (-len(text[1:]) % 4)))
    bits = "".join(f"{octet:08b}" for octet in data)
    assert len(bits) == 2 * 131072
    assert {state: bits[2 * ref.slot : 2 * ref.slot + 2] for state, ref in refs.items()} == {
        "revoked": "01",
        "suspended": "10",
        "replaced": "11",
    }
    assert bits.count("1") == 4

    # And our own reader follows our own entry to the same values.
    for number, state in ((1, "revoked"), (2, "suspended"), (3, "replaced")):
        entry = bitstring_list.entry(credential["id"], refs[state].slot)
        assert bitstring_list.status(entry, credential, at=NOW, issuer=BASE_URL) == number


def test_the_same_values_make_the_same_text():
    assert bitstring_list.encoded({1: 2}, 131072, 2) == bitstring_list.encoded({1: 2}, 131072, 2)
