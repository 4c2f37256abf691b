"""The EU's trusted lists as anchors: a stored list of the lists and a national list, of a made-up Union of 2037.

How they were made: `eu/make.py`. The real lists are read by the same library code (pyHanko) and have the same form.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from trust_world import World

from issuer.trust import CertificateError
from issuer.trust.eu_lists import EuListError, read_lotl, read_national_list, territory_of

pytest.importorskip("pyhanko", reason="no pyHanko: the extra `eutl` is not installed")

STORED = Path(__file__).parent / "eu"
AT = dt.datetime(2037, 6, 20, tzinfo=dt.UTC)  # the lists are valid from 2037-06-01 to 2037-12-01
LOTL, LV = (STORED / "lotl.xml").read_bytes(), (STORED / "lv.xml").read_bytes()


def certificate(name: str) -> bytes:
    pem = (STORED / f"{name}.crt").read_bytes()
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)


@pytest.fixture(scope="module")
def operators() -> dict:
    return dict(read_lotl(LOTL, [certificate("lotl-operator")], AT))


@pytest.fixture(scope="module")
def services(operators) -> list:
    return read_national_list(LV, operators["LV"], AT)


def code(action, *arguments) -> str:
    with pytest.raises(EuListError) as caught:
        action(*arguments)
    assert caught.value.message_lv
    assert caught.value.next_en
    return caught.value.code


def day(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


def test_the_list_of_the_lists_says_who_may_seal_which_list(operators) -> None:
    assert set(operators) == {"LV"}
    assert territory_of(LV) == "LV"


def test_a_national_list_gives_issuers_of_seals_and_time_stamps_with_their_periods(services) -> None:
    assert [(each.kind, each.grants) for each in services] == [
        ("seals", ((day("2031-01-01"), day("2036-03-01")),)),  # withdrawn since
        ("seals", ((day("2030-01-01"), None),)),
        ("time stamps", ((day("2032-01-01"), None),)),
    ]  # and not the one for signatures of persons


def test_the_bundle_makes_anchors_of_them_that_remember_when_they_were_granted(
    world: World, services
) -> None:
    bundle = world.bundle(eu_services=services)
    seal = bundle.certificates.chain([certificate("seal-school")])
    former = bundle.certificates.chain([certificate("former-school")])
    assert seal.is_granted_at(AT)
    assert not seal.is_granted_at(day("2029-12-31"))
    assert [former.is_granted_at(day(when)) for when in ("2035-06-20", "2036-02-29", "2036-03-01")] == [
        True, True, False,
    ]  # fmt: skip
    with pytest.raises(CertificateError):  # an issuer of certificates for persons is nobody's anchor
        bundle.certificates.chain([certificate("person-school")])
    with pytest.raises(CertificateError):  # and an issuer of seals vouches for no time stamp
        bundle.timestamp_certificates.chain([certificate("seal-school")])
    unit = bundle.timestamp_certificates.anchor(certificate("time-stamp-unit"))
    assert unit is not None
    assert bundle.timestamp_certificates.chain_of_anchor(unit).is_granted_at(AT)
    assert not bundle.timestamp_certificates.chain_of_anchor(unit).is_granted_at(day("2031-12-31"))


def test_the_stores_own_root_needs_no_list(world: World, services) -> None:
    bundle = world.bundle(eu_services=services)
    assert bundle.certificates.chain(world.operator.certificate_chain).is_granted_at(day("1999-01-01"))


def test_the_next_bundle_remembers_a_service_that_left_the_list(world: World, services) -> None:
    first = world.content(eu_services=services)
    [gone] = [each for each in services if each.kind == "time stamps"]
    rest = [each for each in services if each is not gone]
    digest = hashlib.sha256(gone.certificate).hexdigest()
    unread = world.content(
        sequence=8, previous=first
    )  # made without the lists: nothing is known to have changed
    assert unread["timestamp_grants"] == first["timestamp_grants"]
    second = world.content(sequence=8, previous=first, eu_services=rest)
    assert second["timestamp_grants"][digest] == [["2032-01-01T00:00:00Z", "2028-06-21T00:00:00Z"]]
    assert second["timestamp_anchors"] == first["timestamp_anchors"]


def test_a_list_sealed_by_somebody_else_or_altered_is_refused(operators) -> None:
    stranger = [certificate("seal-school")]
    assert code(read_lotl, LOTL, stranger, AT) == "EU_LIST_NOT_SEALED"
    assert code(read_national_list, LV, stranger, AT) == "EU_LIST_NOT_SEALED"
    assert code(read_national_list, LV, [], AT) == "EU_LIST_NOT_SEALED"
    later = LV.replace(b"2036-03-01", b"2039-03-01")
    assert code(read_national_list, later, operators["LV"], AT) == "EU_LIST_NOT_SEALED"
    assert code(read_national_list, LOTL, operators["LV"], AT) == "EU_LIST_NOT_SEALED"


def test_a_list_out_of_date_is_refused(operators) -> None:
    late = dt.datetime(2037, 12, 2, tzinfo=dt.UTC)
    assert code(read_lotl, LOTL, [certificate("lotl-operator")], late) == "EU_LIST_STALE"
    assert code(read_national_list, LV, operators["LV"], late) == "EU_LIST_STALE"


@pytest.mark.parametrize(
    "xml",
    [
        b"", b"<x/>", b"not xml", LV[:-1],
        b"<wrapped>" + LV.split(b"?>", 1)[1] + b"</wrapped>",
        b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        LV.replace(b"<NextUpdate>", b"<NextUpdat>").replace(b"</NextUpdate>", b"</NextUpdat>"),
    ],
)  # fmt: skip
def test_what_is_no_trusted_list_is_said_to_be_none(operators, xml) -> None:
    assert code(read_national_list, xml, operators["LV"], AT) == "EU_LIST_UNREADABLE"


def test_without_certificates_the_lotl_must_be_the_real_one() -> None:
    # pyHanko's own list of the LOTL's signers: ours is not among them.
    assert code(read_lotl, LOTL, [], AT) == "EU_LIST_NOT_SEALED"
