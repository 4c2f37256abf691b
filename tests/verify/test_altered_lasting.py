"""Nobody can change a seal that lasts: neither its evidence, nor what stands around it, nor the names of members."""

from __future__ import annotations

import datetime as dt
import hashlib

import pytest
from credentials import credential
from levels_world import MINUTE, Levels
from trust_world import GYMNASIUM, NOW, SEALED, World

from issuer.trust import Bundle
from issuer.verify import verify

_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/="
_EVERY = 5  # positions; which ones differs from run to run, because signatures are random


@pytest.fixture(scope="module")
def by(world: World) -> Bundle:
    return world.bundle(
        timestamp_anchors=[world.public.root], next_update=dt.datetime(2099, 1, 1, tzinfo=dt.UTC)
    )


@pytest.fixture(scope="module")
def files(world: World) -> dict[str, bytes]:
    raised = Levels(world)
    sealed = world.seal(credential(world.reference), GYMNASIUM, SEALED)
    stamped = raised.stamped(sealed, SEALED + MINUTE)
    completed = raised.completed(stamped, SEALED + 2 * MINUTE)
    return {"B-T": stamped, "B-LTA": raised.archived(completed, SEALED + 3 * MINUTE)}


def _other_letter(data: bytes, place: int) -> bytes:
    """The file with another letter at `place`: which one follows from the file and the place."""
    draw = hashlib.sha256(data[-64:] + place.to_bytes(4, "big")).digest()[0]
    letters = [letter for letter in _LETTERS if letter != data[place]]
    return data[:place] + bytes([letters[draw % len(letters)]]) + data[place + 1 :]


@pytest.mark.parametrize("level", ["B-T", "B-LTA"])
def test_no_letter_beside_the_payload_may_be_another_one(
    files: dict[str, bytes], by: Bundle, level: str
) -> None:
    data = files[level]
    assert verify(data, by, NOW).verdict == "passed"
    start = data.index(b'"signatures"')
    first = start + hashlib.sha256(data).digest()[0] % _EVERY
    for place in range(first, len(data), _EVERY):
        altered = _other_letter(data, place)
        assert verify(altered, by, NOW).verdict != "passed", f"{place}: {altered[place - 40 : place + 10]!r}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b'{"payload":', b'{"extra":1,"payload":'),
        (b'"signatures":[{"protected":', b'"signatures":[{"extra":1,"protected":'),
        (b'"header":{"etsiU":', b'"heather":{"etsiU":'),
    ],
)
def test_no_member_that_the_standard_does_not_know_stands_beside_the_signature(
    files: dict[str, bytes], by: Bundle, before: bytes, after: bytes
) -> None:
    data = files["B-LTA"]
    assert data.count(before) == 1
    verdict = verify(data.replace(before, after), by, NOW)
    assert (verdict.verdict, verdict.check("format").code) == ("failed", "EDC_SERIALISATION")
