"""Levels over a folder of documents: the way to B-LTA, the outage of time-stamping authorities, kills, handing out."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

from issuer.bulk.augment import AugmentRun
from issuer.bulk.deliver import deliver
from issuer.errors import AtestatsError
from issuer.seal import etsi_u, jades, levels, tsp
from issuer.seal.dev_services import DevServices
from issuer.seal.http_fetch import Fetcher, FetchError
from issuer.seal.key_register import KeyRegister
from issuer.seal.keystore import KeyStore
from issuer.seal.revocation_client import RevocationClient
from issuer.seal.signer import SoftSigner
from issuer.seal.tsa_client import Limits, Trust, TsaClient

NOW = dt.datetime(2037, 8, 1, 9, 0, tzinfo=dt.UTC)
HOST = "pki.atestats.test"


@pytest.fixture
def store(keys: Path, tmp_path: Path) -> KeyStore:
    """The country's store, a copy for this test: keys may be compromised in it."""
    shutil.copytree(keys, tmp_path / "keys")
    return KeyStore.open(tmp_path / "keys", key_file=keys.parent / "key-file")


def sealed_into(out: Path, store: KeyStore, count: int) -> list[Path]:
    """B-B documents of several schools, small ones: what is in them does not matter here."""
    signer = SoftSigner(store)
    owners = [key.owner for key in store.public_keys.keys if key.purpose == "seal"][:3]
    paths = []
    for number in range(count):
        key = store.key(owners[number % len(owners)], "seal")
        prepared = jades.prepare(b'{"id":"urn:uuid:%d"}' % number, key, int(NOW.timestamp()))
        path = out / f"documents/ATE_VVI/{number % 16:02x}/{number:08d}.jsonld"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jades.assemble(prepared, signer.sign_many(key, [prepared.digest])[0]))
        path.with_suffix(".qr.png").write_bytes(b"a picture")
        paths.append(path)
    return sorted(paths)


@pytest.fixture
def services(store):
    with DevServices(store, port=0, clock=lambda: NOW) as running:
        yield running


class World:
    """A folder, its services, and a network that a test can cut."""

    def __init__(self, store: KeyStore, services: DevServices, out: Path) -> None:
        self.store, self.services, self.out = store, services, out
        self.fetch = Fetcher({HOST: services.address, "second.test": services.address})
        self.answers: dict[str, int] = {}  # how many time stamps a host still gives
        self.lock = threading.Lock()

    def ask(self, url: str, body: bytes, content_type: str) -> bytes:
        host = url.split("/")[2]
        with self.lock:
            if self.answers.get(host, 1) <= 0:
                raise FetchError("FETCH_UNREACHABLE", "neatbild", "does not answer")
            self.answers[host] = self.answers.get(host, 10**9) - 1
        return self.fetch(url, body, content_type)

    def run(self, to: levels.Level, *hosts: str, revocation=None, parallel=4):
        keys = self.store.public_keys
        tsa = TsaClient(
            [f"http://{host}/tsa" for host in hosts or (HOST,)],
            trust=Trust([keys.root], clock_error=None),
            fetch=self.ask,
            limits=Limits(parallel, None, 0.0),
        )
        client = revocation or RevocationClient(
            self.fetch, [keys.root], known=keys.issuers.values(), folder=self.out / ".evidence"
        )
        return AugmentRun(self.out, to, tsa, client, parallel=parallel)(), tsa.stamped


@pytest.fixture
def world(store, services, tmp_path) -> World:
    return World(store, services, tmp_path / "out")


def level(path: Path) -> str:
    return levels.level_of(jades.parse(path.read_bytes()))


def sig_tst(path: Path) -> bytes:
    [seal] = jades.parse(path.read_bytes()).signatures
    return etsi_u.tokens(etsi_u.read_items(seal)[0])[0]


def test_documents_go_up_level_by_level(world):
    paths = sealed_into(world.out, world.store, 12)
    before = {path: jades.parse(path.read_bytes()) for path in paths}
    for to, raised in (("B-T", 12), ("B-LT", 12), ("B-LTA", 12), ("B-LTA", 0)):
        report, _ = world.run(to)
        assert report.levels == {to: 12}
        assert sum(report.raised.values()) == raised
        assert not report.problems
    for path in paths:
        document = jades.parse(path.read_bytes())
        assert document.payload == before[path].payload
        assert jades.is_as_written(path.read_bytes(), document)
        assert document.signatures[0].protected_b64 == before[path].signatures[0].protected_b64
    # Three schools, one authority for time stamps: four OCSP answers and one CRL, whatever the number of documents.
    assert world.services.requests == {"tsa": 24, "ocsp": 4, "crl": 1}


def test_all_at_once_is_the_same(world):
    paths = sealed_into(world.out, world.store, 5)
    report, stamped = world.run("B-LTA")
    assert report.levels == {"B-LTA": 5}
    assert list(stamped.values()) == [10]
    [seal] = jades.parse(paths[0].read_bytes()).signatures
    assert [item.name for item in etsi_u.read_items(seal)] == ["sigTst", "xVals", "rVals", "arcTst"]


def test_drill_the_only_authority_fails_in_the_middle(world):
    """What was stamped stays; nothing is half done; the same command finishes the work and stamps nothing twice."""
    paths = sealed_into(world.out, world.store, 20)
    before = {path: path.read_bytes() for path in paths}
    world.answers[HOST] = 7
    with pytest.raises(AtestatsError) as outage:
        world.run("B-LTA")
    assert outage.value.code in ("FETCH_UNREACHABLE", "TSA_UNREACHABLE")
    assert outage.value.message_lv
    reached = Counter(map(level, paths))
    assert reached == {"B-T": 7, "B-B": 13}
    assert all(path.read_bytes() == before[path] for path in paths if level(path) == "B-B")
    stamps = {path: sig_tst(path) for path in paths if level(path) == "B-T"}

    assert deliver(world.out, world.out.parent / "given").delivered == {"B-T": 7}

    world.answers.clear()
    report, stamped = world.run("B-LTA")
    assert report.levels == {"B-LTA": 20}
    assert list(stamped.values()) == [13 + 20]
    assert {path: sig_tst(path) for path in stamps} == stamps


def test_drill_the_second_authority_takes_over(world):
    paths = sealed_into(world.out, world.store, 20)
    world.answers[HOST] = 5
    report, stamped = world.run("B-T", HOST, "second.test")
    assert report.levels == {"B-T": 20}
    assert list(stamped.values()) == [5, 15]
    for path in paths:
        token = tsp.parse_token(sig_tst(path))
        token.check_signature()
        assert token.imprint == levels.signature_imprint(jades.parse(path.read_bytes()))


def test_a_revoked_certificate_holds_back_its_own_documents_only(world):
    paths = sealed_into(world.out, world.store, 9)
    owner = next(key.owner for key in world.store.public_keys.keys if key.purpose == "seal")
    [record] = world.store.public_keys.records_of(owner, "seal")
    KeyRegister(world.store.folder).compromise(
        record.key.key_id, at=NOW - dt.timedelta(hours=1), reason="a test"
    )
    report, _ = world.run("B-LTA")
    assert report.levels == {"B-LTA": 6, "B-T": 3}
    assert {problem.code for problem in report.problems.values()} == {"REV_REVOKED"}
    assert set(report.problems) == {path for path in paths if level(path) == "B-T"}


def test_when_revocation_data_cannot_be_had_documents_wait_at_b_t(world):
    sealed_into(world.out, world.store, 6)
    asked = []

    def nobody(url, *_):
        asked.append(url)
        raise FetchError("FETCH_UNREACHABLE", "neatbild", "does not answer")

    dead = RevocationClient(
        nobody, [world.store.public_keys.root], known=world.store.public_keys.issuers.values()
    )
    report, _ = world.run("B-LTA", revocation=dead)
    assert report.levels == {"B-T": 6}
    assert len(report.problems) == 6
    assert len(asked) <= 3 * 3  # each school's OCSP and CRL once, not once per document
    report, _ = world.run("B-LTA")
    assert report.levels == {"B-LTA": 6}


def test_a_damaged_document_stops_nobody(world):
    paths = sealed_into(world.out, world.store, 4)
    paths[1].write_bytes(paths[1].read_bytes()[:-20])
    report, _ = world.run("B-T")
    assert report.levels == {"B-T": 3}
    assert list(report.problems) == [paths[1]]


def test_an_empty_folder_is_said_in_words(world):
    world.out.mkdir()
    with pytest.raises(AtestatsError) as refused:
        world.run("B-T")
    assert refused.value.code == "OUT_EMPTY"


# ── handing out ──


def test_a_document_below_b_t_is_never_handed_out(world, tmp_path):
    paths = sealed_into(world.out, world.store, 3)
    delivery = deliver(world.out, tmp_path / "given")
    assert {problem.code for problem in delivery.refused.values()} == {"LEVEL_BELOW_BT"}
    assert len(delivery.refused) == 3
    assert not list((tmp_path / "given").rglob("*.jsonld"))
    world.run("B-T")
    delivery = deliver(world.out, tmp_path / "given")
    assert (delivery.delivered, delivery.refused) == ({"B-T": 3}, {})
    for path in paths:
        for each in (path, path.with_suffix(".qr.png")):
            assert (tmp_path / "given" / each.relative_to(world.out)).read_bytes() == each.read_bytes()
    again = deliver(world.out, tmp_path / "given")
    assert (again.unchanged, sum(again.delivered.values())) == (3, 0)
    higher = deliver(world.out, tmp_path / "given", "B-LTA")
    assert {problem.code for problem in higher.refused.values()} == {"LEVEL_TOO_LOW"}


def test_a_stamp_of_another_document_does_not_help(world, tmp_path):
    first, second, *_ = sealed_into(world.out, world.store, 3)
    world.run("B-T")
    item = etsi_u.read_items(jades.parse(first.read_bytes()).signatures[0])[0].encoded
    own = etsi_u.read_items(jades.parse(second.read_bytes()).signatures[0])[0].encoded
    second.write_bytes(second.read_bytes().replace(own.encode(), item.encode()))
    delivery = deliver(world.out, tmp_path / "given")
    assert {path: problem.code for path, problem in delivery.refused.items()} == {second: "LEVEL_STAMP"}


def test_handing_out_into_the_same_folder_is_refused(world):
    sealed_into(world.out, world.store, 1)
    with pytest.raises(AtestatsError) as refused:
        deliver(world.out, world.out / "documents" / "..")
    assert refused.value.code == "DELIVER_SAME"


# ── the commands ──


def command(*words: object) -> list[str]:
    return [sys.executable, "-m", "issuer.cli", *map(str, words)]


def test_the_commands_go_all_the_way_and_a_kill_costs_nothing(store, keys, tmp_path):
    """`dev-services` as a process, a first authority that is not there, SIGKILL, then the same command again."""
    out, ready = tmp_path / "out", tmp_path / "ready"
    paths = sealed_into(out, store, 24)
    words = ["--keys", store.folder, "--port", 0, "--ready-file", ready, "--at", "2037-08-01T09:00:00Z"]
    services = subprocess.Popen(
        command("dev-services", *words, "--key-file", keys.parent / "key-file"), stdout=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + 60
        while not ready.exists():
            assert services.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        address = ready.read_text().strip()
        tsa = [
            "--tsa",
            "http://127.0.0.1:1/tsa",
            "--tsa",
            f"http://{HOST}/tsa",
            "--route",
            f"{HOST}={address}",
        ]
        augment = command("augment", out, "--keys", store.folder, *tsa)
        killed = subprocess.Popen([*augment, "--rate", "20", "--workers", "2"], stderr=subprocess.DEVNULL)
        time.sleep(1.5)
        os.kill(killed.pid, signal.SIGKILL)
        killed.wait()
        assert set(map(level, paths)) <= {"B-B", "B-T", "B-LT", "B-LTA"}  # every file is whole

        done = subprocess.run(augment, capture_output=True, text=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr
        assert set(map(level, paths)) == {"B-LTA"}
        assert "24  B-LTA" in done.stdout

        given = subprocess.run(
            command("deliver", out, "--to", tmp_path / "given", "--level", "B-LTA"),
            capture_output=True,
            text=True,
            check=False,
        )
        assert given.returncode == 0, given.stderr
        assert len(list((tmp_path / "given").rglob("*.jsonld"))) == 24
    finally:
        services.terminate()
        assert services.wait(20) == 0


def test_an_outage_ends_the_command_in_words(store, tmp_path):
    sealed_into(tmp_path / "out", store, 2)
    words = ["--keys", store.folder, "--tsa", "http://127.0.0.1:1/tsa", "--patience", 0]
    done = subprocess.run(
        command("augment", tmp_path / "out", *words), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    # Without patience it depends on the machine whether the one address was tried before the time was up.
    assert "FETCH_UNREACHABLE" in done.stderr or "TSA_UNREACHABLE" in done.stderr
    assert "Traceback" not in done.stderr
    refused = subprocess.run(
        command("deliver", tmp_path / "out", "--to", tmp_path / "given"),
        capture_output=True,
        text=True,
        check=False,
    )
    assert refused.returncode == 1
    assert "LEVEL_BELOW_BT" in refused.stderr


def test_a_route_that_is_none_is_wrong_usage(store, tmp_path):
    sealed_into(tmp_path / "out", store, 1)
    words = ["--keys", store.folder, "--tsa", "http://a.test/", "--route", "a.test"]
    done = subprocess.run(
        command("augment", tmp_path / "out", *words), capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "HOST=http" in done.stderr
