"""Records for an archive: made once, renewed as a whole or not at all, stamped by `openssl ts`."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "seal"))

from openssl_tsa import OpensslTsa

from issuer.bulk import evidence_run
from issuer.errors import AtestatsError
from issuer.seal.evidence_record import EvidenceProof, parse, verify
from issuer.seal.tsp import parse_token


@pytest.fixture(scope="module")
def tsa(tmp_path_factory) -> OpensslTsa:
    return OpensslTsa(tmp_path_factory.mktemp("tsa"))


@pytest.fixture
def archive(tmp_path) -> Path:
    for number in range(5):
        path = tmp_path / "documents" / "ATE_VVI" / "0a" / f"document-{number}.jsonld"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"document {number}")
    return tmp_path


def proofs(out: Path) -> list[EvidenceProof]:
    return [
        verify(
            parse(path.with_suffix(".ers").read_bytes()),
            path.read_bytes(),
            lambda raw, _until: parse_token(raw),
        )
        for path in sorted(out.rglob("*.jsonld"))
    ]


def test_one_time_stamp_for_the_archive_and_none_the_second_time(archive, tsa) -> None:
    calls = tsa.calls
    assert evidence_run.make(archive, "sha256", tsa.stamp) == evidence_run.Done(5, 0, 0)
    assert evidence_run.make(archive, "sha256", tsa.stamp) == evidence_run.Done(0, 5, 0)
    assert tsa.calls == calls + 1
    assert len(proofs(archive)) == 5


def test_a_file_that_changed_gets_a_new_record(archive, tsa) -> None:
    evidence_run.make(archive, "sha256", tsa.stamp)
    next(archive.rglob("document-3.jsonld")).write_text("now with an archive time stamp")
    assert evidence_run.make(archive, "sha256", tsa.stamp) == evidence_run.Done(1, 4, 1)
    assert len(proofs(archive)) == 5


def test_renewal_by_time_stamp_and_by_hash(archive, tsa) -> None:
    evidence_run.make(archive, "sha256", tsa.stamp)
    first = {proof.proven_time for proof in proofs(archive)}
    assert evidence_run.renew(archive, tsa.stamp).written == 5
    assert evidence_run.renew(archive, tsa.stamp, algorithm="sha512").written == 5
    for proof in proofs(archive):
        assert {proof.proven_time} == first
        assert [token.imprint_algorithm for token in proof.tokens] == ["sha256", "sha256", "sha512"]


def test_nothing_is_renewed_when_one_record_is_missing_or_wrong(archive, tsa) -> None:
    evidence_run.make(archive, "sha256", tsa.stamp)
    calls = tsa.calls
    changed = next(archive.rglob("document-2.jsonld"))
    changed.write_text("changed")
    with pytest.raises(AtestatsError, match="EVIDENCE_OTHER_DATA"):
        evidence_run.renew(archive, tsa.stamp)
    changed.with_suffix(".ers").unlink()
    with pytest.raises(AtestatsError, match="EVIDENCE_MISSING"):
        evidence_run.renew(archive, tsa.stamp)
    assert tsa.calls == calls


class PowerCutError(Exception):
    pass


@pytest.mark.parametrize("at", range(1, 6))
def test_a_renewal_cut_off_while_it_is_put_in_place_is_finished_and_not_repeated(
    archive, tsa, monkeypatch, at: int
) -> None:
    evidence_run.make(archive, "sha256", tsa.stamp)
    done, rename = 0, Path.rename

    def cut(self: Path, target: Path) -> Path:
        nonlocal done
        done += 1
        if done == at:
            raise PowerCutError
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", cut)
    with pytest.raises(PowerCutError):
        evidence_run.renew(archive, tsa.stamp)
    monkeypatch.undo()
    calls = tsa.calls
    evidence_run.renew(archive, tsa.stamp)
    assert tsa.calls == calls
    assert [len(proof.tokens) for proof in proofs(archive)] == [2] * 5
    assert not (archive / ".evidence-renewal").exists()


def test_a_renewal_cut_off_before_it_was_whole_begins_anew(archive, tsa) -> None:
    evidence_run.make(archive, "sha256", tsa.stamp)
    partial = archive / ".evidence-renewal" / "documents" / "ATE_VVI" / "0a"
    partial.mkdir(parents=True)
    (partial / "document-1.ers").write_bytes(b"half")
    evidence_run.renew(archive, tsa.stamp)
    assert [len(proof.tokens) for proof in proofs(archive)] == [2] * 5


def test_an_outage_leaves_everything_as_it_was(archive, tsa) -> None:
    def outage(_algorithm: str, _digest: bytes) -> bytes:
        raise AtestatsError("TSA_UNREACHABLE", "x", "x")

    with pytest.raises(AtestatsError, match="TSA_UNREACHABLE"):
        evidence_run.make(archive, "sha256", outage)
    assert not list(archive.rglob("*.ers"))
    evidence_run.make(archive, "sha256", tsa.stamp)
    before = [hashlib.sha256(path.read_bytes()).digest() for path in sorted(archive.rglob("*.ers"))]
    with pytest.raises(AtestatsError, match="TSA_UNREACHABLE"):
        evidence_run.renew(archive, outage)
    assert before == [hashlib.sha256(path.read_bytes()).digest() for path in sorted(archive.rglob("*.ers"))]
