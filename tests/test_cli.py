"""The command starts light, and every error that reaches its edge is words, never a traceback."""

from __future__ import annotations

import subprocess
import sys

import pytest

# What `--help` must not load: each costs tens of milliseconds or belongs to one subcommand only.
HEAVY = {
    "cryptography", "jsonschema", "jsonschema_rs", "lxml", "numpy", "orjson", "PIL", "pyld", "pypdfium2", "pyshacl",
    "rdflib", "typst", "zxingcpp", "multiprocessing", "sqlite3",
}  # fmt: skip
# What judging one sealed file must not load.
HEAVY_FOR_VERIFY = {
    "jsonschema", "jsonschema_rs", "lxml", "numpy", "PIL", "pyld", "pypdfium2", "pyshacl", "rdflib", "typst",
    "zxingcpp", "multiprocessing", "issuer.seal.keystore", "issuer.seal.signer", "issuer.trust.lote",
    "issuer.trust.eu_lists", "issuer.register", "sqlalchemy", "sqlmodel", "pyhanko", "pkcs11",
}  # fmt: skip

COMMANDS = (
    "records", "keys", "seal", "trust-list", "augment", "deliver", "bundle", "status", "verify", "validate",
    "dev-services", "log", "evidence",
)  # fmt: skip


def atestats(*arguments: str, **options) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "issuer.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def modules_loaded_by(*arguments: str) -> set[str]:
    run = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "issuer.cli", *arguments],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    names = {line.rsplit("|", 1)[-1].strip() for line in run.stderr.splitlines() if "import time:" in line}
    return names | {name.split(".")[0] for name in names}


def test_help_names_every_command_and_loads_nothing_heavy():
    shown = atestats("--help")
    assert shown.returncode == 0
    for name in COMMANDS:
        assert name in shown.stdout
    assert not modules_loaded_by("--help") & HEAVY


def test_verifying_one_file_loads_no_renderer_no_keys_and_no_rdf(tmp_path):
    file = tmp_path / "document.jsonld"
    file.write_text("{}")
    assert not modules_loaded_by("verify", str(file)) & HEAVY_FOR_VERIFY


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_explains_itself(name):
    shown = atestats(name, "--help")
    assert shown.returncode == 0, shown.stderr
    assert "Usage" in shown.stdout


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("seal", "missing.jsonl"),
        ("records", "check", "missing.jsonl"),
        ("verify", "missing.jsonld"),
        ("validate", "missing.jsonld"),
        ("bundle", "--keys", "missing", "--reference", "missing.json", "--out", "bundle.json"),
        ("keys", "dev", "--reference", "missing.json", "--out", "keys"),
    ],
)
def test_wrong_usage_is_exit_status_2_and_words(arguments, tmp_path):
    run = atestats(*arguments, cwd=tmp_path)
    assert run.returncode == 2
    assert "Traceback" not in run.stderr
    assert run.stderr.strip()
