"""The commands `atestats verify` and `atestats bundle`, as a person at a desk meets them."""

from __future__ import annotations

import datetime as dt
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest
from credentials import HOLDER, claims, credential, with_type
from levels_world import MINUTE, Levels
from trust_world import EXAMPLES, GYMNASIUM, ISSUED, NOW, SEALED, World

from issuer.cli import main
from issuer.render import qr_png
from issuer.seal.signer import SoftSigner
from issuer.trust import Bundle
from issuer.trust.publication import sign

AT = "2028-06-22T00:00:00Z"


class Run(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture, tmp_path: Path) -> Callable[..., Run]:
    """Run `atestats` with these words, in a home of its own."""
    for variable, folder in (("HOME", ""), ("XDG_STATE_HOME", "state"), ("XDG_CONFIG_HOME", "config")):
        monkeypatch.setenv(variable, str(tmp_path / "home" / folder))
    for variable in ("ATESTATS_BUNDLE", "ATESTATS_ANCHOR"):
        monkeypatch.delenv(variable, raising=False)

    def runner(*words: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["atestats", *map(str, words)])
        with pytest.raises(SystemExit) as left:
            main()
        out, err = capfd.readouterr()
        return Run(int(left.value.code or 0), out, err)

    return runner


class Desk(NamedTuple):
    """What lies on the verifier's desk."""

    folder: Path
    world: World

    @property
    def options(self) -> tuple[str, ...]:
        return (
            "--bundle",
            f"{self.folder}/bundle.json",
            "--anchor",
            f"{self.folder}/operator.crt",
            "--at",
            AT,
        )

    def file(self, name: str, data: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path


@pytest.fixture
def desk(world: World, tmp_path: Path) -> Desk:
    (tmp_path / "bundle.json").write_bytes(world.bundle_file())
    (tmp_path / "operator.crt").write_bytes((world.folder / "operator.crt").read_bytes())
    return Desk(tmp_path, world)


@pytest.fixture
def good(desk: Desk) -> Path:
    return desk.file("good.jsonld", desk.world.seal(credential(desk.world.reference), GYMNASIUM))


@pytest.fixture
def forged(desk: Desk) -> Path:
    data = desk.world.seal(credential(desk.world.reference), GYMNASIUM)
    return desk.file("forged.jsonld", data.replace(b"VE 100001", b"VE 100002"))


@pytest.fixture
def undecided(desk: Desk) -> Path:
    made = with_type(credential(desk.world.reference), None)
    return desk.file("open.jsonld", desk.world.seal(made, GYMNASIUM))


def test_the_exit_status_is_the_worst_verdict(run, desk, good, forged, undecided) -> None:
    assert run("verify", good, *desk.options).status == 0
    assert run("verify", good, undecided, *desk.options).status == 3
    assert run("verify", good, undecided, forged, *desk.options).status == 1


def test_json_is_one_verdict_per_line_in_the_order_of_the_files(run, desk, good, forged) -> None:
    alone = json.loads(run("verify", good, "--json", *desk.options).out)
    assert list(alone) == ["verdict", "policy", "kind", "checks", "as_of", "document", "bundle"]
    assert alone["as_of"] == AT
    lines = [
        json.loads(line) for line in run("verify", forged, good, "--json", *desk.options).out.splitlines()
    ]
    assert [(Path(line["file"]).name, line["verdict"]) for line in lines] == [
        ("forged.jsonld", "failed"), ("good.jsonld", "passed"),
    ]  # fmt: skip
    assert lines[0]["document"] is None


def test_words_come_in_both_languages_and_without_colour_in_a_pipe(run, desk, good) -> None:
    out = run("verify", good, *desk.options).out
    for words in (
        "DERĪGS / PASSED",
        "Saturs pēc apzīmogošanas nav mainīts.",
        "was not changed",
        HOLDER,
        "TESTA",
        "TEST",
    ):
        assert words in out
    assert "\x1b" not in out


def test_nothing_of_the_person_is_printed_for_a_forged_file(run, desk, forged) -> None:
    result = run("verify", forged, *desk.options)
    assert "NEDERĪGS / FAILED" in result.out
    assert not any(part in result.out + result.err for part in (*HOLDER.split(), "2009", "VE 1000"))


def test_a_sealed_text_cannot_steer_the_terminal(run, desk) -> None:
    made = credential(desk.world.reference)
    made["credentialSubject"]["givenName"] = {"lv": "Zane\x1b[2J\u202eane"}
    path = desk.file("steering.jsonld", desk.world.seal(made, GYMNASIUM))
    out = run("verify", path, *desk.options).out
    assert "\x1b" not in out
    assert "\u202e" not in out


def test_texts_pictures_and_standard_input_are_read(run, desk, bundle: Bundle, good, monkeypatch) -> None:
    text = desk.world.code(claims(bundle), GYMNASIUM)
    picture = desk.file("code.png", qr_png(text))
    written = desk.file("code.txt", f"{text}\n".encode())
    assert run("verify", picture, written, *desk.options).status == 0
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(good.read_bytes())))
    assert run("verify", "-", *desk.options).status == 0


def test_wrong_usage_is_2(run, desk, good) -> None:
    assert run("verify").status == 2
    assert run("verify", desk.folder / "missing.jsonld", *desk.options).status == 2
    assert run("verify", good, "--at", "yesterday").status == 2
    assert run("verify", good, "--at", "2028-06-22T00:00:00").status == 2  # no offset: whose midnight?
    no_bundle = run("verify", good)
    assert no_bundle.status == 2
    assert "--bundle" in no_bundle.err
    assert "Traceback" not in no_bundle.err


def test_bundle_and_anchor_come_from_the_environment_or_the_configuration_folder(
    run, desk, good, monkeypatch
) -> None:
    monkeypatch.setenv("ATESTATS_BUNDLE", str(desk.folder / "bundle.json"))
    monkeypatch.setenv("ATESTATS_ANCHOR", str(desk.folder / "operator.crt"))
    assert run("verify", good, "--at", AT).status == 0
    monkeypatch.delenv("ATESTATS_BUNDLE")
    monkeypatch.delenv("ATESTATS_ANCHOR")
    folder = desk.folder / "home" / "config" / "atestats"
    folder.mkdir(parents=True)
    for name in ("bundle.json", "operator.crt"):
        (folder / name).write_bytes((desk.folder / name).read_bytes())
    assert run("verify", good, "--at", AT).status == 0


def test_without_an_anchor_only_a_test_bundle_is_taken_at_its_word_and_says_so(
    run, desk, good, forged
) -> None:
    options = (*desk.options[:2], *desk.options[4:])
    unanchored = run("verify", good, *options)
    assert unanchored.status == 0
    assert "WARNING: no --anchor" in unanchored.err
    assert "TEST keys: the document has no legal force." in unanchored.out
    assert run("verify", forged, *options).status == 1
    told = json.loads(run("verify", good, "--json", *options).out)["bundle"]
    assert (told["test"], told["anchored"]) == (True, False)
    told = json.loads(run("verify", good, "--json", *desk.options).out)["bundle"]
    assert (told["test"], told["anchored"]) == (True, True)
    (desk.folder / "bundle.json").write_bytes(desk.world.bundle_file(is_test=False))
    real = run("verify", good, *options)
    assert real.status == 2
    assert "--anchor" in real.err
    assert run("verify", good, *desk.options).status == 0
    (desk.folder / "bundle.json").write_text("{}")
    assert run("verify", good, *options).status == 2


def test_a_stale_bundle_leaves_every_verdict_open(run, desk, good, forged) -> None:
    late = ("--at", "2028-08-01T00:00:00Z")
    result = run("verify", good, forged, "--json", *desk.options[:4], *late)
    assert result.status == 3
    for verdict in map(json.loads, result.out.splitlines()):
        assert verdict["verdict"] == "indeterminate"
        assert verdict["document"] is None
        assert {check["detail"]["code"] for check in verdict["checks"]} == {"BUNDLE_STALE"}


def test_an_altered_bundle_is_refused(run, desk, good) -> None:
    data = (desk.folder / "bundle.json").read_bytes()
    (desk.folder / "bundle.json").write_bytes(data.replace(b"2038-02-15", b"2039-02-15", 1))
    result = run("verify", good, *desk.options)
    assert result.status == 2
    assert "BUNDLE_ALTERED" in result.err
    assert result.out == ""


def test_an_older_bundle_than_the_last_one_is_refused(run, desk, good) -> None:
    assert run("verify", good, *desk.options).status == 0
    (desk.folder / "bundle.json").write_bytes(desk.world.bundle_file(sequence=6))
    result = run("verify", good, *desk.options)
    assert result.status == 2
    assert "BUNDLE_ROLLED_BACK" in result.err
    # Another memory knows nothing of it; a damaged one is no clean slate.
    assert run("verify", good, *desk.options, "--state", desk.folder / "other.json").status == 0
    (desk.folder / "other.json").write_text("[]")
    assert run("verify", good, *desk.options, "--state", desk.folder / "other.json").status == 2


def test_another_operators_bundle_is_refused(run, desk, good, world) -> None:
    forged = sign(world.content(), world.store.key(GYMNASIUM, "seal"), SoftSigner(world.store))
    (desk.folder / "bundle.json").write_bytes(forged)
    result = run("verify", good, *desk.options)
    assert result.status == 2
    assert "BUNDLE_NOT_SIGNED_BY_OPERATOR" in result.err
    (desk.folder / "operator.crt").write_text("no certificate here")
    assert "ANCHOR_NOT_PEM" in run("verify", good, *desk.options).err


# --- policies, explanations and what lies beside a file


@pytest.fixture
def lasting(desk: Desk) -> Path:
    """A B-LTA file, and a bundle with the anchor of its time stamps."""
    (desk.folder / "bundle.json").write_bytes(
        desk.world.bundle_file(timestamp_anchors=[desk.world.public.root])
    )
    sealed = desk.world.seal(credential(desk.world.reference), GYMNASIUM)
    return desk.file("lasting.jsonld", Levels(desk.world).b_lta(sealed, SEALED + MINUTE))


def test_the_strict_policy_is_a_choice(run, desk, lasting) -> None:
    assert run("verify", lasting, *desk.options).status == 0
    strict = run("verify", lasting, "--policy", "strict", "--json", *desk.options)
    assert strict.status == 3
    assert json.loads(strict.out)["policy"] == "strict"
    assert run("verify", lasting, "--policy", "lax", *desk.options).status == 2


def test_the_evidence_is_told_in_words_and_as_data(run, desk, lasting, forged) -> None:
    out = run("verify", lasting, "--explain", *desk.options).out
    for words in (
        "pierādījumi / evidence",
        "sigTst",
        "arcTst",
        "TEST Atestats Seal CA",
        "OCSP",
        "Tātad zīmogs",
    ):
        assert words in out
    told = json.loads(run("verify", lasting, "--explain", "--json", *desk.options).out)["evidence"]
    assert told[0]["code"] == "SEALED_WITH"
    assert set(told[0]["message"]) == {"lv", "en"}
    result = run("verify", forged, "--explain", *desk.options)
    assert not any(part in result.out for part in (*HOLDER.split(), "VE 1000"))


def test_the_logs_proof_is_found_beside_the_file_or_named(run, desk, lasting) -> None:
    beside = desk.file("lasting.proof.json", b"{}")
    assert "LOG_NOT_KNOWN" in run("verify", lasting, "--json", *desk.options).out
    other = beside.rename(desk.folder / "elsewhere.json")
    assert "LOG_NO_PROOF" in run("verify", lasting, "--json", *desk.options).out
    assert "LOG_NOT_KNOWN" in run("verify", lasting, "--proof", other, "--json", *desk.options).out


def test_an_evidence_record_is_of_one_file(run, desk, lasting, good) -> None:
    record = desk.file("lasting.ers", b"no record")
    assert run("verify", lasting, "--evidence", record, *desk.options).status == 1
    assert run("verify", lasting, good, "--evidence", record, *desk.options).status == 2
    assert run("verify", lasting, "--evidence", desk.folder / "missing.ers", *desk.options).status == 2


# --- atestats bundle


@pytest.fixture
def making(world: World) -> tuple[object, ...]:
    reference = EXAMPLES / "reference.json"
    keys = ("--keys", world.folder, "--key-file", world.key_file)
    return ("bundle", *keys, "--reference", reference, "--at", ISSUED.isoformat())


def test_the_command_makes_a_bundle_that_verifiers_accept(run, desk, good, making) -> None:
    made = run(*making, "--out", desk.folder / "bundle.json", "--days", 10)
    assert made.status == 0
    assert "2028-07-01T00:00:00Z" in made.out
    assert "TEST" in made.out
    assert run("verify", good, *desk.options).status == 0
    assert not list(desk.folder.glob("*.partial"))


def test_the_next_bundle_counts_on_and_keeps_history(run, desk, good, making, world) -> None:
    first, second = desk.folder / "first.json", desk.folder / "bundle.json"
    run(*making, "--out", first)
    key = world.store.key(GYMNASIUM, "seal").key_id
    assert run(*making, "--out", second, "--previous", first, "--compromised", key).status == 0
    sequences = [json.loads(json.loads(path.read_bytes())["payload"])["sequence"] for path in (first, second)]
    assert sequences == [int(ISSUED.timestamp()), int(ISSUED.timestamp()) + 1]
    assert run("verify", good, *desk.options).status == 3  # the compromise is out


def test_a_mandate_is_the_operators_decision(run, desk, making, world) -> None:
    issuer = {"id": "urn:epass:org:2", "eIDASIdentifier": {"notation": "NTRLV-90999900202"}}
    body = {"id": "urn:epass:org:1", "registration": {"notation": GYMNASIUM}}
    made = {**credential(world.reference), "issuer": issuer}
    made["credentialSubject"]["hasClaim"]["awardedBy"]["awardingBody"] = body
    path = desk.file("mandated.jsonld", world.seal(made, "exam_body"))
    run(*making, "--out", desk.folder / "bundle.json")
    assert run("verify", path, *desk.options).status == 1
    run(*making, "--out", desk.folder / "bundle.json", "--mandate", "exam_body=ATE_VVI")
    assert run("verify", path, *desk.options).status == 0


@pytest.mark.parametrize(
    "words",
    [
        ("--compromised", "nobody"),
        ("--mandate", "exam_body"),
        ("--mandate", "nobody=ATE_VVI"),
        ("--mandate", "exam_body=NOTHING"),
        ("--days", "0"),
        ("--previous", "missing.json"),
    ],
)
def test_what_the_operator_mistypes_is_2_and_writes_nothing(run, desk, making, words) -> None:
    out = desk.folder / "new.json"
    result = run(*making, "--out", out, *words)
    assert result.status == 2
    assert "Traceback" not in result.err
    assert not out.exists()


# --- what it costs to start


def test_verifying_a_file_loads_nothing_that_it_does_not_need(desk, good, world) -> None:
    code = (
        "import sys; from issuer.cli import main\n"
        "try: main()\n"
        "except SystemExit as left: print(left.code, *sorted(sys.modules))"
    )
    words = [
        sys.executable,
        "-c",
        code,
        "verify",
        str(good),
        *desk.options,
        "--state",
        str(desk.folder / "s.json"),
    ]
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(words, capture_output=True, text=True, cwd=root, check=True)
    status, *modules = done.stdout.splitlines()[-1].split()
    assert status == "0"
    unwanted = {
        "issuer.seal.keystore", "issuer.seal.signer", "issuer.seal.pki", "issuer.elm", "issuer.credential",
        "issuer.render.page", "issuer.catalogue", "typst", "pyld", "numpy", "PIL", "zxingcpp", "jsonschema_rs", "lxml",
    }  # fmt: skip
    assert unwanted & set(modules) == set()


def test_the_time_of_the_question_may_be_a_date(run, desk, good) -> None:
    assert run("verify", good, *desk.options[:4], "--at", NOW.date().isoformat()).status == 0
    early = (dt.date(2028, 6, 1)).isoformat()
    assert run("verify", good, *desk.options[:4], "--at", early).status == 1
