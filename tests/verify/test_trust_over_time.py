"""Verdicts when the bundle's own facts change: a school changes hands, an issuer loses its place on a trusted list."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from credentials import credential
from levels_world import MINUTE, Levels
from trust_world import GYMNASIUM, NOW, SEALED, START, World, reference_with

from issuer.trust.eu_lists import EuService
from issuer.verify import Verdict, verify

YEAR = dt.timedelta(days=365)
MOVED_TO = "90999977777"  # the legal entity of another municipality


@pytest.fixture(scope="module")
def stamped(world: World) -> bytes:
    sealed = world.seal(credential(world.reference), GYMNASIUM)
    return Levels(world).stamped(sealed, SEALED + MINUTE)


def outcome(verdict: Verdict, check: str) -> tuple[str, str]:
    return verdict.verdict, verdict.check(check).code


# --- a school that goes over to another municipality


@pytest.fixture(scope="module")
def moved(world: World):
    reference = reference_with()
    school = dataclasses.replace(reference.institutions[GYMNASIUM], nmr_code=MOVED_TO)
    reference.institutions[GYMNASIUM] = school
    return reference


def test_a_school_that_changed_hands_keeps_its_documents(world, moved, stamped) -> None:
    by = world.bundle(previous=world.content(), reference=moved, timestamp_anchors=[world.public.root])
    assert outcome(verify(stamped, by, NOW), "authority") == ("passed", "AUTHORITY_OWN")


def test_but_an_identifier_that_it_never_had_is_not_its_own(world, moved, stamped) -> None:
    forgetful = world.bundle(reference=moved, timestamp_anchors=[world.public.root])  # no history
    assert outcome(verify(stamped, forgetful, NOW), "authority") == ("failed", "AUTHORITY_IDENTIFIER")


# --- anchors from a trusted list


def by_list(world: World, kind: str, start: dt.datetime, end: dt.datetime | None):
    """A bundle whose root stands on a trusted list, granted in that period only."""
    service = EuService(kind, "TEST", world.public.root, ((start, end),))
    return world.bundle(eu_services=[service], timestamp_anchors=[world.public.root])


def test_an_issuer_that_was_granted_then_may_have_been_withdrawn_since(world, stamped) -> None:
    by = by_list(world, "seals", START - YEAR, SEALED + 2 * MINUTE)
    assert outcome(verify(stamped, by, NOW), "certificate") == ("passed", "CERT_TRUSTED_THEN")


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (START - YEAR, SEALED),  # withdrawn before the seal was made
        (START + dt.timedelta(days=2), None),  # granted only after it had issued the certificate
    ],
)
def test_one_that_was_not_granted_fails(world, start, end) -> None:
    sealed = world.seal(credential(world.reference), GYMNASIUM, SEALED + MINUTE)
    verdict = verify(sealed, by_list(world, "seals", start, end), NOW)
    assert outcome(verdict, "certificate") == ("failed", "CERT_ISSUER_NOT_GRANTED")
    assert verdict.document is None


def test_a_stamp_of_a_service_that_was_not_granted_then_proves_nothing(world, stamped) -> None:
    by = by_list(world, "time stamps", START - YEAR, SEALED)
    assert verify(stamped, by, NOW).check("time").code == "TIME_TSA_NOT_VALID"
