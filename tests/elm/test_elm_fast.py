"""The profile's JSON Schema and the fast answer built on it."""

from __future__ import annotations

import copy
import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from jsonschema import Draft202012Validator
from small_credential import credential

from issuer.catalogue.reference import Reference
from issuer.credential import Draft, Issuing, compose, documents_of
from issuer.elm import Validator, profile_schema, validate
from issuer.elm.entries import Entry
from issuer.elm.piece import Piece

Node = dict[str, Any]

_EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
_SEALED_AT = dt.datetime(2037, 6, 15, 9, tzinfo=dt.UTC)
_SEALERS: list[dict[str, str] | None] = [None, {"*": "ministry"}]


def _composed(sealing: dict[str, str] | None) -> Iterator[Draft]:
    issuing = Issuing.of(Reference.load(_EXAMPLES / "reference.json"), sealing=sealing)
    for line in (_EXAMPLES / "records.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if record.get("completion", {}).get("result") not in (None, "completed"):
            continue
        for plan in documents_of(record, issuing):
            yield compose(plan, issuing, _SEALED_AT)


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(profile_schema())


def test_the_schema_is_closed_everywhere():
    definitions = profile_schema()["$defs"]
    objects = {name: each for name, each in definitions.items() if each.get("type") == "object"}
    assert len(objects) > 50
    assert all(each["additionalProperties"] is False for each in objects.values())


def test_another_implementation_reads_the_schema_the_same_way():
    judge = Draft202012Validator(profile_schema())
    assert judge.is_valid(credential())
    spoiled = credential()
    spoiled["credentialSubject"]["hasClaim"]["specifiedBy"]["eqfLevel"]["id"] += "9"
    assert not judge.is_valid(spoiled)


@pytest.mark.parametrize("sealing", _SEALERS, ids=["by the school", "by mandate"])
def test_what_we_compose_is_accepted_fast_and_by_the_table(
    validator: Validator, sealing: dict[str, str] | None
):
    composed = list(_composed(sealing))
    assert len(composed) > 20
    for draft in composed:
        assert validator.is_valid_written(draft.written)
        assert validator.is_valid_fast(draft.credential)
    for draft in composed[::5]:
        assert validate(draft.credential) == []


def test_what_we_compose_has_the_bytes_of_plain_json():
    for draft in _composed(None):
        plain = json.dumps(draft.credential, ensure_ascii=False, separators=(",", ":"))
        assert draft.written.json() == plain.encode()
        assert draft.written.json() == orjson.dumps(_plain(draft.outline))


def _plain(value: Any) -> Any:
    """What composing put together, with each kept piece in plain dicts."""
    if isinstance(value, Piece):
        return value.value()
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value) if isinstance(value, Entry) else value


@pytest.mark.parametrize(
    "text",
    ["Nosaukums ar “pēdiņām”", 'Skola "Ābece"', "vienu\u00a0aiz\u00a0otra", "5 °C", "Īsa\nrinda", "Grāds №1"],
)
def test_unusual_but_sound_text_is_accepted_after_a_second_look(validator: Validator, text: str):
    document = credential()
    document["displayParameter"]["title"]["lv"] = text
    assert validator.is_valid_fast(document)
    assert validate(document) == []


@pytest.mark.parametrize("text", ["", " ", "\u2003", "a\u0000", "a\u0085", "a\ufeff", "a\x7f", "a\uffff"])
def test_text_that_is_none_is_not_accepted(validator: Validator, text: str):
    document = credential()
    document["displayParameter"]["title"]["lv"] = text
    assert not validator.is_valid_fast(document)
    assert validate(document) != []


def test_nesting_without_end_is_not_accepted(validator: Validator):
    """The table judges 60 levels; the schema would follow any number."""
    document = credential()
    claim = document["credentialSubject"]["hasClaim"]
    part = claim
    for number in range(60):
        part["hasPart"] = {key: claim[key] for key in ("type", "title", "awardedBy")} | {
            "id": f"urn:x:{number}"
        }
        part = part["hasPart"]
    assert "TOO_DEEP" in {finding.code for finding in validate(document)}
    assert not validator.is_valid_fast(document)


def test_a_fraction_hidden_in_an_equal_copy_is_seen(validator: Validator):
    """For Python 1 equals 1.0; in RDF the second is no positiveInteger."""
    document = credential()
    detail = document["displayParameter"]["individualDisplay"]
    other = copy.deepcopy(detail)
    other["id"] = "urn:epass:individualDisplay:2"
    other["displayDetail"]["page"] = 1.0
    document["displayParameter"]["individualDisplay"] = [detail, other]
    assert not validator.is_valid_fast(document)
    assert "VALUE_TYPE" in {finding.code for finding in validate(document)}
