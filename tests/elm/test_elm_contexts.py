"""The generated contexts mean what the official one means, document by document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pyld import jsonld
from pyld.documentloader.frozen import BUNDLED_CONTEXTS, FrozenDocumentLoader
from small_credential import by_mandate, credential

from issuer.elm import edc_context, status_context, vc2_context
from issuer.elm.generate import CHECKOUT, generated
from issuer.elm.shacl import OfficialShapes
from issuer.elm.terms import ELM_CONTEXT, STATUS_CONTEXT, STATUS_TYPE, W3C2_CONTEXT, W3C_CONTEXT

_OUR_VC2 = "https://example.org/contexts/edc-ap-vc2.jsonld"


def _quads(document: object, elm_context: dict[str, Any], status: dict[str, Any] | None = None) -> str:
    """Canonical N-Quads, or the kind of refusal."""
    documents = {
        **BUNDLED_CONTEXTS,
        ELM_CONTEXT: elm_context,
        _OUR_VC2: vc2_context(),
        STATUS_CONTEXT: status or status_context(),
    }
    options = {
        "documentLoader": FrozenDocumentLoader(documents),
        "algorithm": "URDNA2015",
        "format": "application/n-quads",
    }
    try:
        written = jsonld.normalize(document, options)
    except jsonld.JsonLdError as error:
        return f"refused: {error.type}"
    assert isinstance(written, str)
    return written


def _as_vc2(document: dict[str, Any]) -> dict[str, Any]:
    return {**document, "@context": [W3C2_CONTEXT, _OUR_VC2]}


@pytest.mark.parametrize("name", sorted(generated()))
def test_the_written_file_is_up_to_date(name: str):
    assert (CHECKOUT / name).read_text(encoding="utf-8") == generated()[name], (
        "run python -m issuer.elm.generate"
    )


def test_every_sample_expands_to_the_same_graph_as_with_the_official_context(
    shared: Path, samples: dict[str, object]
):
    official = json.loads((shared / "elm/contexts/edc-ap.elm-3.2.jsonld").read_text(encoding="utf-8"))
    statements = 0
    for name, sample in samples.items():
        expected = _quads(sample, official)
        assert _quads(sample, edc_context()) == expected, name
        statements += expected.count("\n") if not expected.startswith("refused") else 0
    assert statements > 4000


def test_term_by_term_the_context_is_the_official_one(shared: Path):
    official = json.loads((shared / "elm/contexts/edc-ap.elm-3.2.jsonld").read_text(encoding="utf-8"))
    assert edc_context()["@context"] == official["@context"]


@pytest.mark.parametrize("made", [credential, by_mandate])
def test_the_vc2_form_of_our_credential_means_the_same(made: Any):
    document = made()
    expected = _quads(document, edc_context())
    assert expected.count("\n") > 100
    assert _quads(_as_vc2(document), edc_context()) == expected


def test_the_vc2_form_of_the_official_samples_means_the_same_and_conforms(
    samples: dict[str, object], shapes: OfficialShapes
):
    """Same statements, and the shapes judge statements: what conforms in one form conforms in the other."""
    compared = 0
    for name, sample in samples.items():
        if not name.startswith(("official", "authored")) or not isinstance(sample, dict):
            continue
        if sample.get("@context") != [W3C_CONTEXT, ELM_CONTEXT]:
            continue
        expected = _quads(sample, edc_context())
        assert _quads(_as_vc2(sample), edc_context()) == expected, name
        assert "unsigned" in name or shapes.judge(sample) == [], name
        compared += 1
    assert compared >= 5


def test_the_official_context_cannot_be_used_with_vc2(ours: dict[str, Any]):
    ours["@context"] = [W3C2_CONTEXT, ELM_CONTEXT]
    assert _quads(ours, edc_context()).startswith("refused")


def test_descriptions_outside_the_claim_survive_in_vc2(ours: dict[str, Any]):
    ours["issuer"]["location"]["description"] = {"lv": "Jaunais korpuss"}
    expected = _quads(ours, edc_context())
    assert "Jaunais korpuss" in expected
    assert _quads(_as_vc2(ours), edc_context()) == expected


def test_a_status_entry_keeps_its_statements(shared: Path, ours: dict[str, Any]):
    """Our few terms of the status context say what the W3C's own file says."""
    ours["@context"].append(STATUS_CONTEXT)
    ours["credentialStatus"] = {
        "id": "https://example.org/status/1#7",
        "type": list(STATUS_TYPE),
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://example.org/status/1",
    }
    official = json.loads((shared / "vectors/contexts/status-list-v1.jsonld").read_text(encoding="utf-8"))
    expected = _quads(ours, edc_context(), status=official)
    assert "https://www.w3.org/ns/credentials/status#statusListIndex" in expected
    assert _quads(ours, edc_context()) == expected
