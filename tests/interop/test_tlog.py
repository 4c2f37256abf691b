"""Our log, judged by the transparency log code of Go's checksum database and by `transparency-dev`'s notes."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "transparency"))

import log_world

from issuer.bulk.log_run import Operator, append
from issuer.transparency.tiles import TileTree

_SOURCE = Path(__file__).parent / "tlog"
_PROGRAM = _SOURCE / "target" / "tlogjudge"


@pytest.fixture(scope="module")
def judge():
    """A function from arguments to the finished process."""
    reason = None
    if shutil.which("go") is None:
        reason = "no Go: the judge of the log is a Go program"
    else:
        built = subprocess.run(
            ["go", "build", "-o", str(_PROGRAM), "."],
            cwd=_SOURCE,
            capture_output=True,
            text=True,
            check=False,
        )
        if built.returncode:
            reason = f"the judge of the log does not build: {built.stderr[-300:]}"
    if reason is not None:
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    return lambda *arguments: subprocess.run(
        [str(_PROGRAM), *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def logged(tmp_path_factory):
    """A log of two batches (one tile full, one partial) and the documents with their proofs."""
    home = tmp_path_factory.mktemp("tlog")
    world = log_world.World.make(home)
    operator = Operator(world.checkpoint_signer, world.log_keys, world.store.public_keys)
    out = home / "out"
    world.seal_into(out, 270)
    first = append(out, home / "log", operator, at=world.now)
    world.seal_into(out, 300)
    second = append(out, home / "log", operator, stamp=world.stamp, at=world.now)
    return home / "log", first.head.size, second.head.size, sorted(out.rglob("*.proof.json"))


def test_another_implementation_reads_signs_and_proofs_alike(judge, logged) -> None:
    log, old, size, proofs = logged
    run = judge(log, old, *proofs)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert sorted(found["signed"]) == ["ES256", "Ed25519", "ML-DSA-65"]
    assert (found["size"], found["entries"], found["proofs"]) == (size, size, 300)
    assert found["consistency"] == [each.hex() for each in TileTree(log, size).consistency(old)]


@pytest.mark.parametrize("name", ["tile/0/000", "tile/entries/001.p/{}", "checkpoint", "proof"])
def test_it_refuses_what_was_changed(judge, logged, tmp_path, name: str) -> None:
    log, old, size, proofs = logged
    shutil.copytree(log, tmp_path / "log")
    shutil.copy(proofs[0], tmp_path / "proof.json")
    path = tmp_path / "log" / name.format(size - 256) if name != "proof" else tmp_path / "proof.json"
    data = bytearray(path.read_bytes())
    place = data.index(b'"path":["') + 9 if name == "proof" else len(data) // 2
    data[place] = ord("B") if data[place] == ord("A") else ord("A")
    path.write_bytes(bytes(data))
    assert judge(tmp_path / "log", old, tmp_path / "proof.json").returncode == 1
