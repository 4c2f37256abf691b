"""The seal on our trust list, judged by the EU's reference library: compact JAdES, as lists are sealed."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from judge import Question
from judged_world import NOW

from issuer.catalogue.reference import Reference
from issuer.seal import KeyStore, SoftSigner
from issuer.trust.lote_file import sign
from issuer.trust.publication import Issue, Publication

REFERENCE = Path(__file__).resolve().parents[2] / "examples" / "reference.json"


@pytest.fixture(scope="module", params=("ES256", "PS256"))
def made(request, infrastructure):
    return infrastructure(request.param)


def _list(made) -> bytes:
    store = made.open()
    publication = Publication.of(Reference(json.loads(REFERENCE.read_text())))
    issue = Issue(1, NOW, NOW + dt.timedelta(days=30), is_test=True)
    keys = KeyStore.public(made.folder).keys
    return sign(publication.trust_list(keys, issue), store.key("operator", "operator"), SoftSigner(store))


def test_the_list_is_baseline_jades_and_passes(made, dss, tmp_path) -> None:
    good, broken = tmp_path / "list.jws", tmp_path / "broken.jws"
    data = _list(made)
    good.write_bytes(data)
    header, payload, signature = data.split(b".")
    broken.write_bytes(b".".join([header, payload[:-8] + b"AAAAAAAA", signature]))
    with dss(made.anchors) as judge:
        passed, failed = judge.ask([Question(good), Question(broken)])
    assert passed.format == "JAdES-BASELINE-B"
    assert passed.indication == "TOTAL_PASSED", passed.raw
    assert passed.signature["structure"] == []
    assert failed.indication in ("TOTAL_FAILED", "NO_FILE")
