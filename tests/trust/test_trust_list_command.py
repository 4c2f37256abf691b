"""`atestats trust-list` and the bundle that is made from its list, at the operator's desk."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from trust_world import EXAMPLES, GYMNASIUM, ISSUED, World

from issuer.cli import main


class Run(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture) -> Callable[..., Run]:
    def runner(*words: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["atestats", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfd.readouterr()
        return Run(int(left.value.code or 0), out, err)

    return runner


@pytest.fixture
def made_with(world: World) -> tuple[object, ...]:
    keys = ("--keys", world.folder, "--key-file", world.key_file)
    return (*keys, "--reference", EXAMPLES / "reference.json", "--at", ISSUED.isoformat())


@pytest.fixture
def anchor(world: World, tmp_path: Path) -> Path:
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding

    path = tmp_path / "operator.crt"
    certificate = x509.load_der_x509_certificate(world.operator.certificate)
    path.write_bytes(certificate.public_bytes(Encoding.PEM))
    return path


def content_of(path: Path) -> dict[str, Any]:
    return json.loads(json.loads(path.read_bytes())["payload"])


def test_a_list_is_made_and_asked_about_a_time(run, made_with, anchor, tmp_path) -> None:
    path = tmp_path / "list.jws"
    made = run("trust-list", "make", *made_with, "--out", path)
    assert made.status == 0, made.err
    assert f"Nr. {int(ISSUED.timestamp())}" in made.out
    shown = run(
        "trust-list", "show", path, "--anchor", anchor, "--institution", GYMNASIUM, "--at", "2020-01-01"
    )
    assert shown.status == 0
    assert "award/ATE_VVI: granted (2014-09-01 … 2038-02-15)" in shown.out
    assert "seal-key" not in shown.out  # not yet made then
    assert (
        "seal-key: granted"
        in run("trust-list", "show", path, "--anchor", anchor, "--at", ISSUED.isoformat()).out
    )


def test_a_list_of_somebody_else_is_refused_in_words(run, made_with, anchor, tmp_path) -> None:
    path = tmp_path / "list.jws"
    run("trust-list", "make", *made_with, "--out", path)
    data = path.read_bytes()
    path.write_bytes(data[:-6] + b"AAAAAA")
    refused = run("trust-list", "show", path, "--anchor", anchor)
    assert (refused.status, "LOTE_ALTERED" in refused.err) == (2, True)
    assert run("trust-list", "show", tmp_path / "none", "--anchor", anchor).status == 2
    path.write_bytes(data)
    assert run("trust-list", "show", path, "--anchor", anchor, "--institution", "9900000000").status == 2


def test_the_bundle_says_what_the_published_list_says(run, made_with, tmp_path, world) -> None:
    key = world.store.key(GYMNASIUM, "seal").key_id
    path, out = tmp_path / "list.jws", tmp_path / "bundle.json"
    said = ("--mandate", "exam_body=ATE_VVI", "--compromised", key, "--sequence", 41)
    assert run("trust-list", "make", *made_with, *said, "--out", path).status == 0
    made = run("bundle", *made_with, "--trust-list", path, "--out", out)
    assert made.status == 0, made.err
    content = content_of(out)
    assert content["trust_list"]["sequence"] == 41
    entities = {entity["key"]: entity for entity in content["entities"]}
    assert "ATE_VVI" in entities["exam_body"]["mandates"]
    [state] = [each["state"] for each in entities[GYMNASIUM]["keys"] if each["key_id"] == key]
    assert state == "compromised"


def test_what_belongs_to_the_list_is_not_said_twice(run, made_with, tmp_path) -> None:
    path = tmp_path / "list.jws"
    run("trust-list", "make", *made_with, "--out", path)
    refused = run(
        "bundle", *made_with, "--trust-list", path, "--mandate", "exam_body=ATE_VVI", "--out", tmp_path / "b"
    )
    assert refused.status == 2
    assert not (tmp_path / "b").exists()


def test_a_list_that_forgets_makes_no_bundle(run, made_with, tmp_path, world) -> None:
    key = world.store.key(GYMNASIUM, "seal").key_id
    first, path, second = tmp_path / "first.json", tmp_path / "list.jws", tmp_path / "second.json"
    assert run("bundle", *made_with, "--compromised", key, "--out", first).status == 0
    run("trust-list", "make", *made_with, "--out", path)  # without the list or bundle before
    refused = run("bundle", *made_with, "--previous", first, "--trust-list", path, "--out", second)
    assert (refused.status, "TRUST_LIST_FORGETS" in refused.err) == (2, True)
    assert not second.exists()


def test_the_next_list_counts_on_and_keeps_a_compromise(run, made_with, tmp_path, world) -> None:
    key = world.store.key(GYMNASIUM, "seal").key_id
    first, second, out = tmp_path / "first.jws", tmp_path / "second.jws", tmp_path / "bundle.json"
    run("trust-list", "make", *made_with, "--compromised", key, "--sequence", 5, "--out", first)
    made = run("trust-list", "make", *made_with, "--previous", first, "--out", second)
    assert "Nr. 6," in made.out
    run("bundle", *made_with, "--trust-list", second, "--out", out)
    states = {each["key_id"]: each["state"] for e in content_of(out)["entities"] for each in e["keys"]}
    assert states[key] == "compromised"


def test_status_lists_and_the_log_come_from_their_folders(run, made_with, tmp_path) -> None:
    lists, log, out = tmp_path / "lists", tmp_path / "log", tmp_path / "bundle.json"
    lists.mkdir()
    log.mkdir()
    options = ("--status-lists", lists, "--log", log)
    assert run("bundle", *made_with, *options, "--out", out).status == 2  # both are empty
    (lists / "9473.cwt").write_bytes(b"\xd2\x84")
    (lists / "9473.jwt").write_bytes(b"not for the bundle")
    (log / "bundle.json").write_text("[]")
    assert run("bundle", *made_with, *options, "--out", out).status == 2
    described = {"origin": "log.example/education", "keys": ["k"], "checkpoint": "c"}
    (log / "bundle.json").write_text(json.dumps(described))
    assert run("bundle", *made_with, *options, "--out", out).status == 0
    content = content_of(out)
    assert (content["status_lists"], content["log"]) == (["0oQ="], described)
    assert len(content["timestamp_anchors"]) == 1


def test_anchors_of_other_time_stamping_authorities_may_be_named(run, made_with, anchor, tmp_path) -> None:
    out = tmp_path / "bundle.json"
    assert run("bundle", *made_with, "--timestamp-anchor", anchor, "--out", out).status == 0
    assert len(content_of(out)["timestamp_anchors"]) == 2


def test_national_lists_need_the_list_of_the_lists(run, made_with, tmp_path) -> None:
    pytest.importorskip("pyhanko", reason="no pyHanko: the extra `eutl` is not installed")
    eu, out = Path(__file__).parent / "eu", tmp_path / "bundle.json"
    assert run("bundle", *made_with, "--eu-list", eu / "lv.xml", "--out", out).status == 2
    above = ("--lotl", eu / "lotl.xml", "--lotl-anchor", eu / "lotl-operator.crt")
    made = run("bundle", *made_with, *above, "--eu-list", eu / "lv.xml", "--out", out)
    assert made.status == 0, made.err
    content = content_of(out)
    members = ("anchors", "timestamp_anchors", "anchor_grants", "timestamp_grants")
    assert [len(content[name]) for name in members] == [3, 2, 2, 1]
    refused = run("bundle", *made_with, *above, "--eu-list", eu / "lotl.xml", "--out", tmp_path / "b.json")
    assert (refused.status, "EU_LIST_NOT_SEALED" in refused.err) == (2, True)
