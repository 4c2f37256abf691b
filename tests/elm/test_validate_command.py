"""`atestats validate` as a person runs it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from small_credential import credential

from issuer.cli import cli


def _run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, ["validate", *map(str, arguments)])


@pytest.fixture
def sound(tmp_path: Path) -> Path:
    path = tmp_path / "sound.json"
    path.write_text(json.dumps(credential(), ensure_ascii=False), encoding="utf-8")
    return path


@pytest.fixture
def misspelt(tmp_path: Path) -> Path:
    spoiled = credential()
    spoiled["credentialSubject"]["dateOfBrith"] = spoiled["credentialSubject"].pop("dateOfBirth")
    path = tmp_path / "misspelt.json"
    path.write_text(json.dumps(spoiled, ensure_ascii=False), encoding="utf-8")
    return path


def test_a_sound_file_ends_with_0(sound: Path):
    result = _run(sound)
    assert result.exit_code == 0
    assert "derīgs / valid" in result.output
    assert "kā mūsu dokuments" in result.output


def test_an_error_ends_with_1_and_is_told_in_two_languages_with_its_place(misspelt: Path):
    result = _run(misspelt)
    assert result.exit_code == 1
    assert "KEY_UNKNOWN  credentialSubject.dateOfBrith" in result.output
    assert "Vai domāts “dateOfBirth”?" in result.output
    assert 'Did you mean "dateOfBirth"?' in result.output


def test_one_bad_file_among_several_ends_with_1(sound: Path, misspelt: Path):
    result = _run(sound, misspelt, "--json")
    assert result.exit_code == 1
    reports = json.loads(result.output)
    assert [(report["valid"], report["form"], report["ours"]) for report in reports] == [
        (True, "unsealed", True),
        (False, "unsealed", True),
    ]
    assert reports[1]["findings"][0]["code"] == "KEY_UNKNOWN"


@pytest.mark.parametrize(
    "wrap",
    [
        lambda payload: {"payload": payload, "signatures": [{"protected": "e30", "signature": "AA"}]},
        lambda payload: {"payload": payload, "protected": "e30", "signature": "AA"},
    ],
    ids=["general", "flattened"],
)
def test_a_sealed_file_is_opened(tmp_path: Path, wrap: Any):
    path = tmp_path / "sealed.jsonld"
    path.write_text(json.dumps(wrap(json.dumps(credential()))), encoding="utf-8")
    [report] = json.loads(_run(path, "--json").output)
    assert (report["valid"], report["form"], report["ours"]) == (True, "sealed", True)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b'{"id": 1, "id": 2}', "JSON_DUPLICATE_KEY"),
        (b"not json", "JSON_NOT_JSON"),
        (b'{"payload": 5, "signatures": []}', "PAYLOAD_BAD"),
        (b'{"payload": "%%%%", "signatures": []}', "PAYLOAD_BAD"),
        (b"[]", "NOT_AN_OBJECT"),
    ],
)
def test_an_unreadable_file_is_an_error_of_that_file(tmp_path: Path, data: bytes, code: str):
    path = tmp_path / "bad.json"
    path.write_bytes(data)
    result = _run(path, "--json")
    assert result.exit_code == 1
    [report] = json.loads(result.output)
    assert [finding["code"] for finding in report["findings"]] == [code]


def test_no_file_and_a_missing_file_are_wrong_usage(tmp_path: Path):
    assert _run().exit_code == 2
    assert _run(tmp_path / "nothing.json").exit_code == 2


def test_official_sealed_samples_end_with_0(shared: Path):
    files = sorted((shared / "elm/examples").glob("official-*/*-signed.jsonld"))
    result = _run(*files)
    assert len(files) == 4
    assert result.exit_code == 0
    assert "kā svešs dokuments" in result.output
    assert "KEY_BROKEN" in result.output


def test_the_official_shapes_can_be_asked_too(shared: Path, sound: Path, tmp_path: Path):
    shapes = shared / "elm/shapes/3.2"
    accepted = _run(sound, "--shacl", shapes)
    assert accepted.exit_code == 0
    assert "The official SHACL shapes accept it." in accepted.output
    assert "SHACL" not in _run(sound).output
    spoiled = credential()
    del spoiled["issued"]
    path = tmp_path / "spoiled.json"
    path.write_text(json.dumps(spoiled), encoding="utf-8")
    [report] = json.loads(_run(path, "--shacl", shapes, "--json").output)
    assert report["shacl"] is False
    assert ("SHACL", ".issued") in {(each["code"], each["path"][-7:]) for each in report["findings"]}


def test_a_folder_without_shapes_is_named(sound: Path, tmp_path: Path):
    result = _run(sound, "--shacl", tmp_path)
    assert getattr(result.exception, "code", None) == "SHACL_SHAPES"


def test_without_the_extra_the_next_step_is_said(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setitem(sys.modules, "pyshacl", None)
    result = _run(sound, "--shacl", tmp_path)
    assert getattr(result.exception, "code", None) == "SHACL_EXTRA"
    assert "pip install" in getattr(result.exception, "next_en", "")


def test_nothing_heavy_is_loaded_for_a_plain_check(sound: Path):
    script = (
        "import sys; sys.argv = ['atestats', 'validate', sys.argv[1]]\n"
        "from issuer.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'pyld', 'rdflib', 'pyshacl', 'jsonschema_rs', 'cryptography', 'typst'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(sound)], capture_output=True, text=True, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"
