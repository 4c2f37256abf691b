"""What others published: official sealed samples pass, with the warnings they deserve; drafts and dialects do not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from issuer.elm import validate
from issuer.elm.opening import open_document
from issuer.elm.shacl import OfficialShapes
from issuer.findings import has_errors

_SEALED = [
    "official-2023/Sample-CertOfPart-signed.jsonld",
    "official-2025/AA-Annex1-MC-signed.jsonld",
    "official-2025/Sample-CertOfPart-signed.jsonld",
    "official-2025/Sample-MastersDegree-signed.jsonld",
]
_DRAFTS = {
    "official-2023/Sample-CertOfPart-unsigned.jsonld": {"issued", "issuer.eIDASIdentifier"},
    "official-2023/Sample-CertOfPart-unsigned-uploadable.json": {"issued", "issuer.eIDASIdentifier"},
    "official-2025/AA-Annex1-MC-unsigned.json": {"@context", "issuer"},
    "official-2025/Sample-CertOfPart-unsigned.json": {"@context", "issuer"},
    "official-2025/Sample-MastersDegree-unsigned.json": {"@context", "issuer"},
}


@pytest.mark.parametrize("name", _SEALED)
def test_an_official_sealed_sample_has_no_errors(samples: dict[str, object], name: str):
    assert not has_errors(validate(samples[name], own=False))


def test_the_masters_degree_is_warned_about_the_broken_term(samples: dict[str, object]):
    findings = validate(samples["official-2025/Sample-MastersDegree-signed.jsonld"], own=False)
    assert {(each.code, each.severity) for each in findings} == {("KEY_BROKEN", "warning")}
    assert all(each.path.endswith(".dateModified") for each in findings)


def test_the_same_term_is_an_error_in_a_document_of_ours(samples: dict[str, object]):
    findings = validate(samples["official-2025/Sample-MastersDegree-signed.jsonld"])
    assert {(each.code, each.severity) for each in findings} == {("KEY_BROKEN", "error")}


@pytest.mark.parametrize("name", _DRAFTS)
def test_an_unsealed_draft_lacks_what_sealing_adds(samples: dict[str, object], name: str):
    errors = [each for each in validate(samples[name], own=False) if each.severity == "error"]
    missing = set()
    for each in errors:
        key = "eIDASIdentifier" if "eIDASIdentifier" in each.message_en else ""
        missing.add(f"{each.path}.{key}" if key else each.path)
    assert missing == _DRAFTS[name]


def test_the_minimal_sample_of_the_model_itself_passes_with_warnings(samples: dict[str, object]):
    findings = validate(samples["minimal/3.2-credential-sample.jsonld"], own=False)
    assert not has_errors(findings)
    assert {"DATETIME_ZONE", "KEY_COMPACT", "PROFILE_DIFFERS"} <= {each.code for each in findings}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (
            "minimal/3.1-credential-sample.jsonld",
            "TYPE_UNKNOWN",
        ),  # the model of 2023-06: statuses as typed text
        ("ebsi-vcdm2.0/DigiComp_Generic.json", "CONTEXT_WRONG"),
        ("mynextid/edc-dc-signed.jsonld", "KEY_UNKNOWN"),
        (
            "dc4eu-profiles/euustor-uppersecondaryeducation-transcriptofrecords-john-doe.json",
            "CONTEXT_WRONG",
        ),
    ],
)
def test_dialects_are_refused_for_what_they_are(samples: dict[str, object], name: str, code: str):
    errors = {each.code for each in validate(samples[name], own=False) if each.severity == "error"}
    assert code in errors


def test_whatever_sample_the_official_shapes_reject_we_reject(
    samples: dict[str, object], shapes: OfficialShapes
):
    rejected = [name for name, sample in samples.items() if shapes.judge(sample)]
    assert len(rejected) >= 10
    for name in rejected:
        assert has_errors(validate(samples[name], own=False)), name


def test_the_authored_sample_satisfies_both(latvian_sample: dict[str, Any], shapes: OfficialShapes):
    assert validate(latvian_sample) == []
    assert shapes.judge(latvian_sample) == []


def test_opening_takes_the_payload_out_of_a_sealed_file(shared: Path):
    data = (shared / "elm/examples" / _SEALED[2]).read_bytes()
    opened = open_document(data)
    assert (opened.form, opened.ours) == ("sealed", False)
    assert isinstance(opened.credential, dict)
    assert opened.credential["id"].startswith("urn:credential:")
