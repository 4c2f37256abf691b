"""What the table 12.1 asks of the issuer holds where it stands, also when another copy of the node is fuller.

A composed credential names its school twice, as issuer and as awarding body; the graph is whole when one copy is. Who
reads the JSON tree, as the EU's viewer does, looks at the issuer alone.
"""

from __future__ import annotations

import copy
import datetime as dt
import json
from pathlib import Path
from typing import Any

import orjson
import pytest

from issuer.catalogue.reference import Reference
from issuer.credential import Issuing, compose, documents_of
from issuer.elm import Validator, validate
from issuer.elm.piece import write

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SEALED = dt.datetime(2037, 8, 1, 9, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def composed() -> list[dict[str, Any]]:
    """One credential of every type that the example set yields."""
    issuing = Issuing.of(Reference.load(EXAMPLES / "reference.json"))
    found: dict[str, dict[str, Any]] = {}
    for line in (EXAMPLES / "records.jsonl").read_text(encoding="utf-8").splitlines():
        record = json.loads(line)
        if (record["document"] or {}).get("type") in issuing.document_types:
            for plan in documents_of(record, issuing):
                found.setdefault(plan.document_type.code, compose(plan, issuing, SEALED).credential)
    assert len(found) >= 5
    return list(found.values())


def test_what_we_compose_is_whole(composed):
    for credential in composed:
        assert validate(credential) == []
        assert Validator().is_valid_fast(credential)


@pytest.mark.parametrize("key", ["eIDASIdentifier", "legalName", "location"])
def test_an_issuer_that_lacks_what_another_copy_has_is_refused(key, composed):
    for credential in composed:
        poorer = copy.deepcopy(credential)
        del poorer["issuer"][key]
        codes = {finding.code for finding in validate(poorer) if finding.severity == "error"}
        assert codes & {"MISSING", "MISSING_IN_PLACE"}, credential["id"]
        assert not Validator().is_valid_fast(poorer)
        assert not Validator().is_valid_written(write(poorer))


def test_a_bare_stub_is_refused_and_of_others_it_is_a_warning(composed):
    for credential in composed:
        stub = copy.deepcopy(credential)
        stub["issuer"] = {name: stub["issuer"][name] for name in ("id", "type")}
        found = [each for each in validate(stub) if each.path.startswith("issuer.")]
        assert {each.severity for each in found} == {"error"}
        foreign = [each for each in validate(stub, own=False) if each.code == "MISSING_IN_PLACE"]
        assert {each.severity for each in foreign} <= {"warning"}
        assert not Validator().is_valid_fast(orjson.loads(orjson.dumps(stub)))
        assert not Validator().is_valid_written(write(stub))


@pytest.mark.parametrize("further", [{"familyName": None}, "https://example.org/own"])
def test_a_context_after_ours_is_an_error_whoever_wrote_the_document(further, composed):
    """SHACL does not see what a context has taken out of the graph."""
    for credential in composed:
        taken = copy.deepcopy(credential)
        taken["@context"].append(further)
        for own in (True, False):
            severities = {f.severity for f in validate(taken, own=own) if f.code == "CONTEXT_EXTRA"}
            assert severities == {"error"}
