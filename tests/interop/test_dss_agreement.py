"""Two hundred mutations of a B-LTA file: our verdict against that of the EU's reference library.

Where the two disagree, one of the rules in `EXPLAINED` must say why; a disagreement that nobody explained fails.
"""

from __future__ import annotations

import random
import re

import pytest
from judge import Answer, Question
from lasting import JUDGED, lasting, publish
from trust_world import ISSUED, World, reference_with

from issuer.verify import verify
from issuer.verify.verdict import Verdict

NUMBER = 200
Mutation = tuple[str, bytes]

# Code of our first check that did not pass → why DSS passes such a file all the same.
EXPLAINED = {
    "EDC_SERIALISATION": "DSS reads any members and any number of signatures; an EDC file has one and no more",
    "EDC_UNSIGNED": "validation data before the time stamp that it belongs to: DSS takes the items in any order",
    "JADES_UNPROTECTED": "an item of etsiU is no base64url or no JSON: DSS leaves it out and judges what remains",
    "JADES_SIGNATURE": "the last letter of a base64url text has bits to spare: DSS reads them as if they were zero",
    "TIME_STAMP_BROKEN": "a time stamp does not fit: DSS passes the seal without it, at today's word; we refuse it",
}

_TEXTS = re.compile(rb'"(payload|protected|signature)":"((?:[^"\\]|\\.)+)"')
_ITEMS = re.compile(rb'"etsiU":\[([^\]]*)\]')


def _places(data: bytes) -> dict[str, tuple[int, int]]:
    """Name of a part → where its bytes are."""
    places = {match[1].decode(): match.span(2) for match in _TEXTS.finditer(data)}
    start = _ITEMS.search(data).start(1)
    for number, item in enumerate(_ITEMS.search(data)[1].split(b",")):
        places[f"etsiU[{number}]"] = (start + 1, start + len(item) - 1)
        start += len(item) + 1
    return places


def _other_letter(data: bytes, place: int, chance: random.Random) -> bytes:
    old = data[place : place + 1]
    letters = [bytes([each]) for each in b"ABCDEFghijkl0123456789" if bytes([each]) != old]
    return data[:place] + chance.choice(letters) + data[place + 1 :]


def mutations(data: bytes) -> list[Mutation]:
    """Named mutations: one letter in each part at random, items moved, repeated and left out, members added."""
    chance = random.Random(2037)
    places = _places(data)
    made: list[Mutation] = []
    items = _ITEMS.search(data)[1].split(b",")

    def with_items(new: list[bytes]) -> bytes:
        return data.replace(b",".join(items), b",".join(new))

    for number in range(len(items)):
        made.append((f"left out etsiU[{number}]", with_items(items[:number] + items[number + 1 :])))
        made.append((f"repeated etsiU[{number}]", with_items([*items, items[number]])))
    for _ in range(6):
        shuffled = items[:]
        chance.shuffle(shuffled)
        if shuffled != items:
            made.append(("order of etsiU", with_items(shuffled)))
    made += [
        ("a member outside", data.replace(b'{"payload"', b'{"extra":1,"payload"', 1)),
        ("a member beside the signature", data.replace(b'"signature":', b'"extra":1,"signature":', 1)),
        ("the signature twice", re.sub(rb'"signatures":\[(.*)\]\}$', rb'"signatures":[\1,\1]}', data)),
        ("no header", re.sub(rb'"header":\{"etsiU":\[[^\]]*\]\},', b"", data)),
        ("white space between", data.replace(b'","signatures"', b'", "signatures"', 1)),
        ("cut short", data[:-1]),
    ]
    parts = list(places)
    while len(made) < NUMBER:
        part = parts[len(made) % len(parts)]
        start, end = places[part]
        place = chance.randrange(start, end)
        if data[place : place + 1].isalnum() and not re.match(
            rb"\\u[0-9a-f]{0,3}$", data[place - 5 : place][-5:]
        ):
            made.append((f"letter in {part}", _other_letter(data, place, chance)))
    return made


@pytest.fixture(scope="module")
def judged(dss, tmp_path_factory) -> list[tuple[str, Verdict, Answer]]:
    home = tmp_path_factory.mktemp("agreement")
    world = World.make(home, reference_with())
    with lasting(world) as services:
        made = services.levels(services.sealed())
    publish(world, made, home / "judge")
    bundle = world.bundle(issued_at=ISSUED, timestamp_anchors=[world.public.root])
    cases = [("nothing", made["LTA"]), *mutations(made["LTA"])]
    questions = []
    for number, (_, data) in enumerate(cases):
        file = home / f"{number}.json"
        file.write_bytes(data)
        questions.append(Question(file, JUDGED))
    with dss(home / "judge") as judge:
        answers = judge.ask(questions)
    return [
        (name, verify(data, bundle, JUDGED), answer)
        for (name, data), answer in zip(cases, answers, strict=True)
    ]


def _why(verdict: Verdict) -> str:
    return next(check.code for check in verdict.checks if check.status not in ("passed", "skipped"))


def test_the_untouched_file_passes_with_both(judged) -> None:
    name, verdict, answer = judged[0]
    assert name == "nothing"
    assert (verdict.verdict, answer.indication) == ("passed", "TOTAL_PASSED"), verdict.as_dict()


def test_there_are_as_many_mutations_as_promised(judged) -> None:
    assert len(judged) == 1 + NUMBER


def test_we_pass_nothing_that_the_reference_library_does_not(judged) -> None:
    wrong = [
        (name, answer.indication)
        for name, verdict, answer in judged
        if verdict.verdict == "passed" and answer.indication != "TOTAL_PASSED"
    ]
    assert wrong == []


def test_every_file_that_we_alone_refuse_is_explained(judged) -> None:
    ours_alone = {
        _why(verdict)
        for _, verdict, answer in judged
        if verdict.verdict != "passed" and answer.indication == "TOTAL_PASSED"
    }
    assert ours_alone <= EXPLAINED.keys(), ours_alone - EXPLAINED.keys()
