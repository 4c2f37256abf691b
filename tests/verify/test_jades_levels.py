"""The higher levels of the outside samples: the reference library's, the EU issuer's, our own; time pinned.

What `index.json` says of every time stamp (recomputed from the standard, and in the reference library's own tests) is
what the product says. Anchors are the roots that a sample brings along: whom to trust is not the question here.
"""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from issuer.seal import jades_document
from issuer.trust.certificates import CertificateStore
from issuer.verify.baseline import signing_time
from issuer.verify.certificate_reader import read_certificate
from issuer.verify.evidence import read_record
from issuer.verify.revocation import RevocationEvidence, is_usable
from issuer.verify.time_proof import TimeProof, links, prove_time
from issuer.verify.timestamps import Stamp, read_stamps
from issuer.verify.unsigned import Unsigned, UnsignedError, read_unsigned

YEAR = dt.timedelta(days=365)


class Judged(NamedTuple):
    unsigned: Unsigned
    stamps: tuple[Stamp, ...]
    proof: TimeProof
    evidence: RevocationEvidence


def roots(unsigned: Unsigned) -> list[bytes]:
    """The self-signed certificates of the file."""
    read = [read_certificate(der) for der in unsigned.data.certificates]
    return [each.der for each in read if each is not None and each.subject == each.issuer]


def judged(data: bytes, later: dt.timedelta = dt.timedelta()) -> Judged:
    """The evidence of a file, judged `later` than its last time stamp."""
    document = jades_document.parse(data)
    signature = document.signatures[0]
    unsigned = read_unsigned(signature)
    stamps = read_stamps(document, signature, unsigned, CertificateStore(roots(unsigned)))
    evidence = RevocationEvidence(unsigned.data)
    at = max(stamp.time for stamp in stamps if stamp.time is not None) + later
    claimed = signing_time(signature)
    assert claimed is not None
    return Judged(unsigned, stamps, prove_time(claimed, unsigned.form, stamps, evidence, at), evidence)


@pytest.fixture(scope="module")
def folder(shared: Path) -> Path:
    return shared / "vectors" / "jades"


@pytest.fixture(scope="module")
def vectors(folder: Path) -> list[dict[str, Any]]:
    """The samples that have time stamps, as `index.json` describes them."""
    index = json.loads((folder / "index.json").read_text())
    return [each for each in index["vectors"] if ((each.get("recomputed") or [{}])[0] or {}).get("tst")]


def test_every_time_stamp_of_every_sample_fits_or_not_as_the_index_says(folder, vectors) -> None:
    seen = 0
    for vector in vectors:
        expected = [[kind, intact] for kind, intact in vector["recomputed"][0]["tst"]]
        try:
            found = judged((folder / vector["file"]).read_bytes())
        except UnsignedError:
            # Clear properties: no canonical form is agreed on, and no EDC file is written so.
            assert vector["file"] == "dss/jades-t-clear-etsiu.json"
            continue
        assert [[each.kind, each.fault is None] for each in found.stamps] == expected, vector["file"]
        seen += 1
    assert seen >= 11


LASTING = {
    "dss/jades-lta.json": "2021-01-25T10:20:04Z",
    "dss/jades-triple-LTA.json": "2021-07-25T21:30:44Z",
    "edc/credential-signed.jsonld": "2022-12-21T18:50:35Z",
    "edc/json_sealed_advanced.json": "2022-07-25T14:37:00Z",
    "edc/json_to_seal-signed-jades-baseline-lta.json": "2022-08-19T11:10:46Z",
    "own/ok-b-lta.json": "2026-06-12T09:00:00Z",
}


@pytest.mark.parametrize("name", LASTING)
def test_samples_of_level_lta_prove_their_time(folder, name) -> None:
    proof = judged((folder / name).read_bytes()).proof
    assert (proof.form, proof.level, proof.fault, proof.order) == ("B-LTA", "B-LTA", None, None)
    assert proof.proven == dt.datetime.fromisoformat(LASTING[name])


@pytest.mark.parametrize(
    ("name", "form"), [("own/ok-b-bb.json", "B-B"), ("own/ok-b-bt.json", "B-T"), ("own/ok-b-lt.json", "B-LT")]
)
def test_our_own_samples_have_the_form_of_their_level(folder, name, form) -> None:
    document = jades_document.parse((folder / name).read_bytes())
    assert read_unsigned(document.signatures[0]).form == form


@pytest.mark.parametrize(
    "name",
    [
        "dss/jades-lta-broken-arcTst.json",
        "dss/jades-flattened-BpT-broken-sigTst.json",
        "own/neg-etsiU-reordered.json",
    ],
)
def test_a_broken_stamp_proves_nothing(folder, name) -> None:
    proof = judged((folder / name).read_bytes()).proof
    assert (proof.fault, proof.proven, proof.level) == ("TSP_IMPRINT", None, "B-B")


def test_ten_years_later_the_stamps_of_the_eu_issuers_files_prove_nothing_any_more(folder) -> None:
    """Nobody renewed them: test authorities of 2022."""
    for name in (name for name in LASTING if name.startswith("edc/")):
        proof = judged((folder / name).read_bytes(), later=10 * YEAR).proof
        assert (proof.proven, proof.weakness) == (None, "TSA_EXPIRED"), name


def test_inner_stamps_live_on_when_an_outer_one_was_made_in_time(folder) -> None:
    """Three archive stamps; the authority of the outermost lasts longest."""
    found = judged((folder / "dss" / "jades-triple-LTA.json").read_bytes())
    untils = [each.needed_until for each in found.proof.stamps]
    assert untils == sorted(untils)
    assert untils[0] == found.stamps[1].time


def test_revocation_data_of_the_samples_is_read(folder) -> None:
    found = judged((folder / "own" / "ok-b-lta.json").read_bytes())
    chain = found.stamps[0].chain
    assert chain is not None
    states = [found.evidence.answers(*link) for link in links(chain)]
    assert [[each.kind for each in answers] for answers in states] == [["ocsp"], ["crl"]]
    assert all(answers[0].revoked_at is None for answers in states)
    assert is_usable(states[0][0], chain.leaf, found.proof.best)
    assert not is_usable(states[0][0], chain.leaf, found.proof.best + YEAR)  # it was current for a day


@pytest.mark.parametrize("name", ["Signature-J-LT-a0baac29-c2b6-4544-abc5-d26ac6c8b655.json"])
def test_the_reference_librarys_evidence_record_proves_its_file(folder, name) -> None:
    place = folder / "dss" / "evidence-record"
    data = (place / name).read_bytes()
    record = (place / "evidence-record-a0baac29-c2b6-4544-abc5-d26ac6c8b655.ers").read_bytes()
    at = dt.datetime(2024, 6, 1, tzinfo=dt.UTC)
    nobody = CertificateStore([])
    assert read_record(record, data, nobody, at).code == "TSA_UNTRUSTED"
    assert read_record(record, data + b" ", nobody, at).is_false


REAL = {
    "official-2023/Sample-CertOfPart-signed.jsonld": "2023-09-27T12:07:04Z",
    "official-2025/Sample-CertOfPart-signed.jsonld": "2025-02-12T12:09:48Z",
    "official-2025/Sample-MastersDegree-signed.jsonld": "2025-02-19T14:28:36Z",
}


@pytest.mark.parametrize("name", REAL)
def test_credentials_that_the_eu_itself_sealed_prove_their_time(shared, name) -> None:
    """Stamped by real authorities; the time is that of the tokens, as `openssl ts -reply -text` shows it."""
    proof = judged((shared / "elm" / "examples" / name).read_bytes()).proof
    assert (proof.level, proof.fault, proof.order) == ("B-LTA", None, None)
    assert proof.proven is not None
    assert proof.proven.replace(microsecond=0) == dt.datetime.fromisoformat(REAL[name])
