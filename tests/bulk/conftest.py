"""A small country for the runs: the example's institutions, a TEST key store locked by a file, quick to open."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
SEALED_AT = "2037-08-01T09:00:00Z"


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """KEYDIR; its key file is beside it as `key-file`."""
    keydir = tmp_path_factory.mktemp("store") / "keys"
    command = [
        sys.executable, "-m", "issuer.cli", "keys", "dev", "--reference", str(EXAMPLES / "reference.json"),
        "--out", str(keydir), "--key-file", str(keydir.parent / "key-file"), "--at", "2037-07-01T00:00:00Z",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return keydir


@pytest.fixture
def seal_command(keys: Path, tmp_path: Path) -> Callable[..., list[str]]:
    """The words of `atestats seal` into `tmp_path / "out"`."""

    def words(*more: str, source: Path = EXAMPLES / "records.jsonl") -> list[str]:
        return [
            sys.executable, "-m", "issuer.cli", "seal", str(source), "--reference",
            str(EXAMPLES / "reference.json"), "--as-of", "2037-07-31", "--keys", str(keys), "--key-file",
            str(keys.parent / "key-file"), "--out", str(tmp_path / "out"), "--at", SEALED_AT, *more,
        ]  # fmt: skip

    return words


@pytest.fixture(scope="session")
def bundle(keys: Path) -> Path:
    """A bundle of the country, made the day after sealing."""
    path = keys.parent / "bundle.json"
    command = [
        sys.executable, "-m", "issuer.cli", "bundle", "--keys", str(keys), "--reference",
        str(EXAMPLES / "reference.json"), "--out", str(path), "--at", "2037-08-02T00:00:00Z",
        "--key-file", str(keys.parent / "key-file"),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return path
