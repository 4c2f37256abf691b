"""What the tests of this room share: official shapes and samples (from ../shared), a small credential of our own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from small_credential import credential

from issuer.elm import Validator
from issuer.elm.opening import open_document
from issuer.elm.shacl import OfficialShapes


@pytest.fixture(scope="session")
def shapes(shared: Path) -> OfficialShapes:
    """EDC AP 1.2.0 (ELM 3.2)."""
    return OfficialShapes(shared / "elm" / "shapes" / "3.2")


@pytest.fixture(scope="session")
def validator() -> Validator:
    return Validator()


@pytest.fixture
def ours() -> dict[str, Any]:
    """A small whole credential that the test may spoil."""
    return credential()


@pytest.fixture
def latvian_sample(shared: Path) -> dict[str, Any]:
    """The authored Latvian sketch of elm-edc.md 13, which the official shapes accept."""
    text = (shared / "elm/examples/authored/lv-secondary-sample.jsonld").read_text(encoding="utf-8")
    sample = json.loads(text)
    assert isinstance(sample, dict)
    return sample


@pytest.fixture(scope="session")
def samples(shared: Path) -> dict[str, object]:
    """Every example file that is JSON, by its path below `examples/`, as the credential in it."""
    folder = shared / "elm" / "examples"
    broken = "dc4eu-profiles/euusc-uppersecondary-certificate-john-doe.json"  # as published
    return {
        name: open_document(path.read_bytes()).credential
        for path in sorted(folder.glob("*/*.json*"))
        if (name := str(path.relative_to(folder))) != broken
    }
