"""Evidence records of ours beside a sealed file, judged by the EU's reference library; stamped by `openssl ts`."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from judge import Question
from judged_world import NOW
from openssl_tsa import OpensslTsa
from seal_samples import PAYLOAD, SCHOOL

from issuer.seal import SoftSigner, jades
from issuer.seal.evidence_making import make, renew_hash_trees, renew_time_stamps
from issuer.seal.evidence_record import parse


def _records(files: list[bytes], tsa: OpensslTsa) -> dict[str, list[bytes]]:
    sha512 = [hashlib.sha512(file).digest() for file in files]
    new = make([hashlib.sha256(file).digest() for file in files], "sha256", tsa.stamp)
    stamped = renew_time_stamps([parse(each) for each in new], tsa.stamp)
    rehashed = renew_hash_trees([parse(each) for each in stamped], sha512, "sha512", tsa.stamp)
    both = renew_time_stamps([parse(each) for each in rehashed], tsa.stamp)
    alone = make([hashlib.sha256(files[0]).digest()], "sha256", tsa.stamp)
    return {"new": new, "stamped": stamped, "rehashed": rehashed, "both": both, "alone": alone}


@pytest.fixture(scope="module")
def judged(infrastructure, dss, tmp_path_factory) -> dict[str, dict[str, object]]:
    """Each record's report by name, and that of each beside another file (`… / other`)."""
    made = infrastructure("ES256")
    folder: Path = tmp_path_factory.mktemp("evidence")
    store = made.open()
    key, signer = store.key(SCHOOL.owner, "seal"), SoftSigner(store)
    files = []
    for number in range(5):
        prepared = jades.prepare(PAYLOAD, key, int(NOW.timestamp()) - number)
        [signature] = signer.sign_many(key, [prepared.digest])
        files.append(jades.assemble(prepared, signature))
    tsa = OpensslTsa(folder)
    (folder / "anchors").mkdir()
    for each in made.anchors.iterdir():
        (folder / "anchors" / each.name).write_bytes(each.read_bytes())
    (folder / "anchors" / "tsa-root.crt").write_bytes(tsa.root)
    (folder / "anchors" / "tsa-root.crl").write_bytes(tsa.crl())
    file, other = folder / "file.json", folder / "other.json"
    file.write_bytes(files[0])
    other.write_bytes(files[1].replace(b"Ilze", b"Anna"))
    questions, names = [], []
    for name, records in _records(files, tsa).items():
        (folder / f"{name}.ers").write_bytes(records[0])
        questions += [
            Question(file, None, folder / f"{name}.ers"),
            Question(other, None, folder / f"{name}.ers"),
        ]
        names += [name, f"{name} / other"]
    with dss(folder / "anchors") as judge:
        answers = judge.ask(questions)
    return {name: answer.raw for name, answer in zip(names, answers, strict=True)}


@pytest.mark.parametrize("name", ["new", "alone", "stamped", "rehashed", "both"])
def test_our_records_pass_and_prove_only_their_file(judged, name: str) -> None:
    [record] = judged[name]["evidenceRecords"]
    assert record["indication"] == "PASSED", judged[name]
    assert record["errors"] == []
    [other] = judged[f"{name} / other"]["evidenceRecords"]
    assert other["indication"] in ("FAILED", "INDETERMINATE"), judged[f"{name} / other"]
