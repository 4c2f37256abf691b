"""`atestats log` and `atestats evidence` as a person uses them, against the development services."""

from __future__ import annotations

import base64
import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from log_world import World
from seal_samples import OTHER, SCHOOL

from issuer.commands import evidence, log
from issuer.errors import AtestatsError
from issuer.seal.dev_services import DevServices
from issuer.transparency.proof import parse


@pytest.fixture(scope="module")
def services(world):
    with DevServices(world.store, port=0, clock=lambda: world.now) as running:
        yield running.address


@pytest.fixture
def out(world, tmp_path) -> Path:
    world.seal_into(tmp_path / "out", 3)
    world.seal_into(tmp_path / "out", 2, OTHER.owner)
    return tmp_path / "out"


def run(command, *arguments: object) -> Result:
    result = CliRunner().invoke(command, [str(each) for each in arguments])
    if result.exception and not isinstance(result.exception, (SystemExit, AtestatsError)):
        raise result.exception
    return result


@pytest.fixture
def logged(world, out, services, tmp_path) -> Path:
    result = append(world, out, tmp_path / "log", services)
    assert result.exit_code == 0, result.output
    return tmp_path / "log"


def append(world: World, out: Path, folder: Path, services: str, *more: object) -> Result:
    return run(
        log.command, "append", out, "--log", folder, "--keys", world.home / "store", "--key-file", world.key_file,
        "--origin", "log.atestats.test/2037", "--tsa", f"{services}/tsa", "--at", "2037-06-23T07:00:00Z", *more,
    )  # fmt: skip


def test_append_writes_proofs_and_says_what_it_did(world, out, logged, services) -> None:
    assert len(list(out.rglob("*.proof.json"))) == 5
    assert all(parse(path.read_bytes()).timestamp for path in out.rglob("*.proof.json"))
    again = append(world, out, logged, services)
    assert "(+0)" in again.output
    assert "0 pierādījumi" in again.output


def test_verify_checks_everything_and_remembers(logged, tmp_path) -> None:
    known = tmp_path / "known"
    first = run(log.command, "verify", "--log", logged, "--known", known)
    assert first.exit_code == 0
    assert "1 laika zīmogi" in first.output
    assert known.read_bytes() == (logged / "checkpoint").read_bytes()
    assert run(log.command, "verify", "--log", logged, "--known", known).exit_code == 0
    entry = next((logged / "tile" / "entries").rglob("*.p/*"))
    entry.write_bytes(entry.read_bytes().replace(b"ATE_VVI", b"ATE_VVX", 1))
    result = run(log.command, "verify", "--log", logged)
    assert isinstance(result.exception, AtestatsError)
    assert result.exception.code == "LOG_TREE"


def test_a_school_sees_its_keys_and_its_documents_and_nobody_elses(logged) -> None:
    result = run(log.command, "monitor", "--log", logged, "--owner", SCHOOL.owner, "--json")
    lines = [json.loads(line) for line in result.output.splitlines() if line.startswith("{")]
    assert [line["event"] for line in lines].count("issued") == 3
    assert {line["purpose"] for line in lines if line["event"] == "key"} == {"seal", "qr"}
    assert {line["owner"] for line in lines if line["event"] == "key"} == {SCHOOL.owner}


def test_a_school_is_warned_of_what_it_did_not_seal(world, out, logged, services, tmp_path) -> None:
    """Somebody else used its key; and only what is new is shown the second time."""
    shutil.copytree(out, tmp_path / "own")
    known = tmp_path / "known"
    monitor = (
        "monitor",
        "--log",
        logged,
        "--owner",
        SCHOOL.owner,
        "--own",
        tmp_path / "own",
        "--known",
        known,
    )
    assert run(log.command, *monitor).exit_code == 0
    world.seal_into(out, 4)
    append(world, out, logged, services)
    warned = run(log.command, *monitor)
    assert warned.exit_code == 1
    assert warned.output.count("issued") == 1
    assert "SVEŠS" in warned.output
    assert "WARNING" in warned.output


def test_a_log_that_was_rewritten_is_refused(world, out, logged, services, tmp_path) -> None:
    known = tmp_path / "known"
    run(log.command, "verify", "--log", logged, "--known", known)
    remembered = known.read_bytes()
    sorted(out.rglob("*.jsonld"))[0].unlink()
    append(world, out, tmp_path / "second", services)
    result = run(
        log.command, "monitor", "--log", tmp_path / "second", "--owner", SCHOOL.owner, "--known", known
    )
    assert isinstance(result.exception, AtestatsError)
    assert result.exception.code == "LOG_REWRITTEN"
    assert known.read_bytes() == remembered


def test_evidence_from_making_to_verifying(world, out, services, tmp_path) -> None:
    files = sorted(out.rglob("*.jsonld"))
    (tmp_path / "root.crt").write_bytes(_pem(world.store.public_keys.root))
    asked = ("--tsa", f"{services}/tsa", "--keys", world.home / "store", "--at", "2037-06-23")
    made = run(evidence.command, "make", out, *asked)
    assert made.exit_code == 0, made.exception
    assert "5 ieraksti" in made.output
    world.now += dt.timedelta(days=300)
    assert run(evidence.command, "renew", out, *asked).exit_code == 0
    assert run(evidence.command, "renew", out, *asked, "--hash", "sha512").exit_code == 0
    world.now -= dt.timedelta(days=300)
    judged = ("--tsa-anchor", tmp_path / "root.crt", "--at", "2039-01-01")
    proven = run(evidence.command, "verify", *files, *judged)
    assert proven.exit_code == 0, proven.output
    assert proven.output.count("2037-06-23T08:00:00+00:00 (3 laika zīmogi / time stamps, sha512)") == 5
    files[0].write_bytes(files[0].read_bytes() + b" ")
    assert run(evidence.command, "verify", *files, *judged).exit_code == 1
    late = run(
        evidence.command, "verify", files[1], "--tsa-anchor", tmp_path / "root.crt", "--at", "2060-01-01"
    )
    assert late.exit_code == 1
    assert "TSA_EXPIRED" in late.output


def _pem(der: bytes) -> bytes:
    return b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(der) + b"-----END CERTIFICATE-----\n"
