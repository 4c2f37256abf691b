"""Documents written of pieces and entries: the same bytes, and a yes only where the table finds no error."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

import orjson
import pytest
from credential_mutations import spoil
from cut_credential import KINDS, Cutter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from small_credential import SCHOOL, by_mandate, credential

from issuer.elm import Validator, profile_schema, validate
from issuer.elm.entries import CredentialId, Entry, Moment, Picture, Text
from issuer.elm.piece import Piece, write
from issuer.findings import has_errors

Node = dict[str, Any]

_NO_DEADLINE = settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
_SEEDS = st.integers(0, 2**32)
_SOUND: dict[type[Entry], list[str]] = {
    Text: ["Anna", "A" * 500, "„Ābece” – 5 °C", "<&\"\\'>", "2037-06-14", "urn:x:y", "lv", "P3Y", "1"],
    Moment: ["2037-06-15T09:00:00Z", "1999-12-31T23:59:59.5+02:00", "2036-02-29T00:00:00-11:30"],
    CredentialId: ["urn:credential:0", "urn:credential:00000000-0000-8000-8000-000000000001"],
    Picture: ["iVBORw0KGgo=", "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptV"],
}
_UNSOUND = ["", " x", "\u2003x", "\n", "a\x00", "a\x85", "a\ufeff", "a\uffff", "a\x7f"]
_UNSOUND_OF: dict[type[Entry], list[str]] = {
    Text: [],
    Moment: ["2037-06-14", "2037-02-30T00:00:00Z", "2037-06-15T09:00:00", "0000-01-01T00:00:00Z", "x"],
    CredentialId: ["urn:epass:org:1", "urn:credential:", "urn:credential:a b", "urn:credential:1\n"],
    Picture: ["iVBORw0KGgo", "R0lGODlh", "iVBORw0KGgo=\n", "iVBORw0K Ggo="],
}
_ANY_TEXT = [*_UNSOUND, *(text for of in (_SOUND, _UNSOUND_OF) for texts in of.values() for text in texts)]


# ── the bytes ──


@given(seed=_SEEDS, wild=st.booleans())
@settings(_NO_DEADLINE, max_examples=100)
def test_cutting_changes_no_byte(seed: int, wild: bool):
    document = Cutter(credential(), seed, wild=wild).cut()
    expected = json.dumps(credential(), ensure_ascii=False, separators=(",", ":")).encode()
    assert document.json() == b"".join(document.chunks()) == expected
    assert document.value() == credential()


@given(text=st.text(st.characters(exclude_categories=["Cs"])))
@settings(_NO_DEADLINE)
def test_no_text_is_taken_for_a_hole(text: str):
    node = {text: text, "of": [Text(text), write({"within": Text(text), text: text}), text]}
    plain = {text: text, "of": [text, {"within": text, text: text}, text]}
    assert write(node).json() == orjson.dumps(plain)


def test_a_piece_does_not_follow_what_it_was_written_from():
    node = {"id": "urn:x:1", "title": {"lv": "viens"}}
    piece = write({"part": write(node)})
    node["title"]["lv"] = piece.value()["part"]["title"]["lv"] = "divi"  # type: ignore[index]
    assert piece.value() == {"part": {"id": "urn:x:1", "title": {"lv": "viens"}}}
    with pytest.raises(AttributeError):
        piece.gaps = ()  # type: ignore[misc]


def test_a_frame_takes_as_many_parts_as_it_has():
    frame = write({"a": write({"b": 1}), "c": write({"d": 2})})
    assert frame.around(write({"e": 3}), Text("f")).value() == {"a": {"e": 3}, "c": "f"}
    with pytest.raises(ValueError, match="2 parts"):
        frame.around(write({}))


@pytest.mark.parametrize("value", [b"x", {1: 2}, object(), "\ud800", Text("\ud800")])
def test_what_json_cannot_say_is_not_written(value: object):
    with pytest.raises(TypeError):
        write({"a": value}).json()


# ── the answer ──


@settings(_NO_DEADLINE, max_examples=150)
@given(seed=_SEEDS)
def test_a_sound_document_is_accepted_however_it_is_composed(validator: Validator, seed: int):
    document = Cutter((credential, by_mandate)[seed % 2](), seed, wild=False).cut()
    assert validator.is_valid_written(document)


@settings(_NO_DEADLINE, max_examples=1500)
@given(seed=_SEEDS, times=st.integers(0, 2), wild=st.booleans())
def test_what_the_table_rejects_is_never_accepted(validator: Validator, seed: int, times: int, wild: bool):
    spoiled, done = spoil((credential, by_mandate)[seed % 2](), seed, times)
    try:
        document = Cutter(spoiled, seed, wild=wild).cut()
    except TypeError:  # numbers of more than 64 bits
        return
    if validator.is_valid_written(document):
        assert validator.is_valid_fast(spoiled)
        assert not has_errors(validate(spoiled)), done


@settings(_NO_DEADLINE, max_examples=1500)
@given(seed=_SEEDS, cut=st.integers(0, 5), how=st.sampled_from(("entry", "piece", "swap")))
def test_a_form_that_was_accepted_is_not_trusted_with_other_parts(
    validator: Validator, seed: int, cut: int, how: str
):
    """The same few texts again and again, so that the answers come from what was kept."""
    chance = random.Random(seed)
    document = Cutter(credential(), cut, wild=False).cut()
    parts = list(document.parts)
    place = chance.randrange(len(parts))
    if how == "swap":
        parts[place] = chance.choice(parts)
    elif isinstance(parts[place], Piece):
        spoiled, _ = spoil(parts[place].value(), seed)
        try:
            parts[place] = write(spoiled)
        except TypeError:
            return
    else:
        kind = chance.choice(KINDS) if how == "piece" else parts[place].__class__
        parts[place] = kind(chance.choice(_ANY_TEXT))
    changed = document.around(*parts)
    if validator.is_valid_written(changed):
        assert not has_errors(validate(changed.value()))


@pytest.mark.parametrize("kind", KINDS)
def test_entries_know_what_they_promise(kind: type[Entry]):
    assert all(kind(text).is_sound() for text in [*_SOUND[kind], kind.probe(0), kind.probe(77)])
    assert not any(kind(text).is_sound() for text in [*_UNSOUND, *_UNSOUND_OF[kind]])
    assert len({kind.probe(number) for number in range(1000)}) == 1000


def test_where_a_probe_fits_every_sound_entry_of_its_class_fits():
    """In every string that the schema describes: datatypes, texts, ids of concepts, addresses."""
    definitions = profile_schema()["$defs"]
    strings = [each for each in _strings(profile_schema()) if "$ref" not in each]
    assert len(strings) > 30
    for schema in strings:
        judge = Draft202012Validator({**schema, "$defs": definitions})
        for kind in KINDS:
            if judge.is_valid(kind.probe(3)):
                assert all(map(judge.is_valid, _SOUND[kind])), (schema, kind)


def _strings(schema: Any) -> list[Node]:
    if isinstance(schema, list):
        return [found for each in schema for found in _strings(each)]
    if not isinstance(schema, dict):
        return []
    here = [schema] if schema.get("type") == "string" or "enum" in schema or "const" in schema else []
    return here + [found for each in schema.values() for found in _strings(each)]


# ── what could slip through where texts are judged apart ──


def _document(**members: Any) -> Piece:
    return write({**credential(), **members})


def test_copies_that_differ_are_seen_across_pieces(validator: Validator):
    moved = copy.deepcopy(SCHOOL)
    moved["location"]["address"]["fullAddress"]["noteLiteral"]["lv"] = "Cita iela 2"
    for school, same in ((SCHOOL, True), (moved, False)):
        person = credential()["credentialSubject"]
        award = write({**person["hasClaim"]["awardedBy"], "awardingBody": school})
        person["hasClaim"]["awardedBy"] = award
        document = _document(credentialSubject=person)
        assert validator.is_valid_written(document) is same
        assert has_errors(validate(document.value())) is not same


def test_a_node_that_is_a_stub_everywhere_is_seen_across_pieces(validator: Validator):
    person = credential()["credentialSubject"]
    stub = write({"id": "urn:epass:awardingProcess:9", "type": "AwardingProcess"})
    person["hasClaim"]["awardedBy"] = stub
    person["hasClaim"]["hasPart"] = [
        write({**part, "awardedBy": stub}) for part in person["hasClaim"]["hasPart"]
    ]
    document = _document(credentialSubject=person)
    assert not validator.is_valid_written(document)
    assert has_errors(validate(document.value()))


def test_a_node_with_an_entry_may_not_have_copies(validator: Validator):
    """The copy in the piece says what the probe says, and only by chance what the entry says."""
    note = {"id": "urn:epass:note:1", "type": "Note", "noteLiteral": {"lv": Text.probe(0)}}
    person = credential()["credentialSubject"]
    person["hasClaim"]["hasPart"][0]["provenBy"]["grade"] = write(note)
    person["hasClaim"]["additionalNote"] = {**note, "noteLiteral": {"lv": Text("8")}}
    document = _document(credentialSubject=person)
    assert not validator.is_valid_written(document)
    assert has_errors(validate(document.value()))


def test_a_text_that_looks_like_a_probe_does_no_harm(validator: Validator):
    document = credential()
    document["issued"], document["issuanceDate"] = Moment.probe(0), Moment("2037-06-15T09:00:00Z")
    assert not validator.is_valid_written(write(document))
    document["issued"] = document["issuanceDate"]
    assert validator.is_valid_written(write(document))


def test_the_end_may_not_lie_before_the_beginning_whatever_the_entries(validator: Validator):
    end, start = Moment("2036-01-01T00:00:00Z"), Moment("2037-06-14T00:00:00Z")
    assert not validator.is_valid_written(_document(validFrom=start, validUntil=end, expirationDate=end))


def test_an_id_of_a_credential_is_no_id_of_a_part(validator: Validator):
    person = credential()["credentialSubject"]
    person["hasClaim"]["id"] = credential()["id"]
    assert not validator.is_valid_written(
        _document(id=CredentialId(credential()["id"]), credentialSubject=person)
    )
    whole = {**person, "hasClaim": write(person["hasClaim"])}
    assert not validator.is_valid_written(
        _document(id=CredentialId(credential()["id"]), credentialSubject=whole)
    )


def test_an_entry_in_a_list_of_texts_is_not_trusted(validator: Validator):
    """The list may repeat itself with one value and not with the next."""
    for kinds in ([Text("a"), Text("b")], [Text("a"), Text("a")]):
        person = credential()["credentialSubject"]
        person["hasClaim"]["specifiedBy"]["category"] = {"lv": kinds}
        assert not validator.is_valid_written(_document(credentialSubject=person))


def test_nesting_has_an_end_also_through_pieces(validator: Validator):
    claim = credential()["credentialSubject"]["hasClaim"]
    award = write(claim["awardedBy"])

    def nested(depth: int) -> Piece:
        part: Any = None
        for number in range(depth):
            node = {
                "id": f"urn:x:{number}",
                "type": "LearningAchievement",
                "title": {"lv": "a"},
                "awardedBy": award,
            }
            part = write({**node, "hasPart": part} if part else node)
        return _document(
            credentialSubject={**credential()["credentialSubject"], "hasClaim": {**claim, "hasPart": part}}
        )

    assert validator.is_valid_written(nested(20))
    assert not has_errors(validate(nested(20).value()))
    assert has_errors(validate(nested(57).value()))
    assert not validator.is_valid_written(nested(57))
    assert not validator.is_valid_fast(nested(57).value())


@pytest.mark.parametrize(
    "piece",
    [
        Piece((b"", b"")),
        Piece((b"{",)),
        Piece((b"",)),
        Piece((b"{}", b"{}"), (write({}),)),
        Piece((b'{"id":"urn:x:1","type":"Note","noteLiteral":{"lv":"a"}},{}',)),
        Piece((b'{"a":"\\', b'"}'), (Text("x"),)),
        write({"id": "urn:x:1", "type": ["BitstringStatusListEntry"]}),
        write(credential()),
    ],
)
def test_a_piece_that_is_no_node_is_not_accepted(validator: Validator, piece: Piece):
    assert not validator.is_valid_written(piece) or piece.value() == credential()
    person = {**credential()["credentialSubject"], "contactPoint": piece, "hasClaim": piece}
    assert not validator.is_valid_written(_document(credentialSubject=person))


def test_answers_are_forgotten_in_time_and_found_again(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("issuer.elm.proofs.LIMIT", 2)
    validator = Validator()
    for seed in [*range(6), *range(6)]:
        assert validator.is_valid_written(Cutter(credential(), seed, wild=False).cut())
