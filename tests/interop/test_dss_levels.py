"""All levels of our seals, for every algorithm, as the EU's reference library sees them."""

from __future__ import annotations

import pytest
from judge import Answer, Question
from lasting import JUDGED, STAMPED, lasting, publish
from trust_world import World, reference_with

LEVELS = ("B", "T", "LT", "LTA")


@pytest.fixture(scope="module", params=["ES256", "RS256", "PS256"])
def judged(request, dss, tmp_path_factory) -> dict[str, Answer]:
    """Level → answer; `level broken` → the answer for a file whose payload was altered by one letter."""
    home = tmp_path_factory.mktemp(request.param)
    world = World.make(home, reference_with(), algorithm=request.param)
    with lasting(world) as services:
        made = services.levels(services.sealed())
    publish(world, made, home / "judge")
    questions = {}
    for level, data in made.items():
        (home / f"{level}.json").write_bytes(data)
        altered = data.replace(b"VE 100001", b"VE 100007")
        assert altered != data
        (home / f"{level} broken.json").write_bytes(altered)
        for name in (level, f"{level} broken"):
            questions[name] = Question(home / f"{name}.json", JUDGED)
    with dss(home / "judge") as judge:
        return dict(zip(questions, judge.ask(list(questions.values())), strict=True))


@pytest.mark.parametrize("level", LEVELS)
def test_the_level_is_recognised_and_passes(judged, level: str) -> None:
    answer = judged[level]
    assert answer.format == f"JAdES-BASELINE-{level}", answer.raw
    assert answer.indication == "TOTAL_PASSED", answer.raw
    assert answer.signature["structure"] == []
    assert answer.signature["errors"] == []


@pytest.mark.parametrize("level", LEVELS)
def test_an_altered_one_fails(judged, level: str) -> None:
    assert judged[f"{level} broken"].indication == "TOTAL_FAILED"


@pytest.mark.parametrize(("level", "types"), [("T", ["SIGNATURE"]), ("LTA", ["SIGNATURE", "ARCHIVE"])])
def test_its_time_stamps_are_intact(judged, level: str, types: list[str]) -> None:
    stamps = judged[level].signature["timestamps"]
    assert [each["type"] for each in stamps] == [f"{name}_TIMESTAMP" for name in types]
    assert all(each["imprintIntact"] and each["signatureIntact"] for each in stamps)
    assert {each["time"] for each in stamps} == {STAMPED.strftime("%Y-%m-%dT%H:%M:%SZ")}
