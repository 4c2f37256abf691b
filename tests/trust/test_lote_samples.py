"""Lists that others made: our reader and the standard's own schema give the same answer on every one."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from test_trust_list import official  # noqa: F401

from issuer import strict_json
from issuer.trust import lote
from issuer.trust.lote import LoteError
from issuer.trust.lote_register import bodies_of

# What the EU's library says of them: `invalid` and the two drafts with the names of an earlier text fail its schema,
# one of them is not even JSON.
READABLE = {
    "Mock_PID_Provider_List_v0.0.1-fixed.json": 1,
    "Mock_PID_Provider_List_v0.0.2.json": 15,
    "valid-emptyTE.json": 0,
    "valid-full.json": 1,
    "valid.json": 1,
}
REFUSED = {"invalid.json", "empty-only-schema-extensions.json"}
NOT_JSON = {"Mock_PID_Provider_List_v0.0.1.json"}


@pytest.fixture(scope="module")
def samples(shared: Path) -> dict[str, bytes]:
    folder = shared / "vectors" / "lote" / "examples"
    return {path.name: path.read_bytes() for path in folder.glob("*.json")}


def test_every_sample_is_accounted_for(samples) -> None:
    assert set(samples) == READABLE.keys() | REFUSED | NOT_JSON


@pytest.mark.parametrize("name", sorted(READABLE.keys() | REFUSED))
def test_our_reader_agrees_with_the_official_schema(samples, official, name) -> None:  # noqa: F811
    content = strict_json.loads(samples[name])
    fits = not list(official.iter_errors(content))
    assert fits is (name in READABLE)
    if fits:
        trust_list = lote.read(content)
        assert len(trust_list.entities) == READABLE[name]
    else:
        with pytest.raises(LoteError) as caught:
            lote.read(content)
        assert caught.value.code == "LOTE_FORMAT"


@pytest.mark.parametrize("name", sorted(NOT_JSON))
def test_what_is_not_json_is_said_to_be_so(samples, name) -> None:
    with pytest.raises(strict_json.StrictJsonError):
        strict_json.loads(samples[name])


def test_history_of_a_strange_list_is_read_by_time(samples) -> None:
    service = lote.read(json.loads(samples["valid-full.json"])).entities[0].services[0]
    base = "http://uri.etsi.org/TrstSvc/Status/"
    assert [each.status for each in service.statuses] == [f"{base}recognised", f"{base}underSupervision"]
    assert service.statuses[0].since.year == 2022


@pytest.mark.parametrize("name", sorted(READABLE.keys() - {"valid-emptyTE.json"}))
def test_another_schemes_list_says_nothing_about_education_documents(samples, name) -> None:
    with pytest.raises(LoteError) as caught:
        bodies_of(lote.read(json.loads(samples[name])))
    assert caught.value.code == "LOTE_SCHEME"


def test_no_change_of_one_member_makes_the_reader_stumble(samples) -> None:
    """Every value of a full list replaced by one of another kind: read or refused with LOTE_FORMAT, never an error."""
    whole = json.loads(samples["valid-full.json"])
    for path in list(_paths(whole)):
        for other in (None, 7, "text", [], {}, [None], [{}]):
            content = json.loads(samples["valid-full.json"])
            place = content
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = other
            try:
                lote.read(content)
            except LoteError as error:
                assert error.code == "LOTE_FORMAT"  # noqa: PT017


def _paths(value, before=()):
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in pairs:
        yield (*before, name)
        yield from _paths(inner, (*before, name))
