"""Fixtures that every room shares. `shared` is a folder of outside vectors beside the checkout, or absent."""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import settings

# Everyone's run tries new examples; CI tries the same ones each time, so that a landing never depends on luck.
settings.register_profile("ci", derandomize=True)
if os.environ.get("CI") == "true":
    settings.load_profile("ci")

SHARED = Path(__file__).resolve().parents[2] / "shared"
IN_CI = os.environ.get("CI") == "true"


def require_shared() -> Path:
    """The folder of outside vectors and samples, or a skip with its reason (in CI: a failure)."""
    if not SHARED.is_dir():
        message = (
            "no ../shared: the official contexts, shapes, samples and vectors are not beside this checkout"
        )
        if IN_CI:
            pytest.fail(message)
        pytest.skip(message)
    return SHARED


@pytest.fixture(scope="session")
def shared() -> Path:
    return require_shared()


@pytest.fixture(scope="session")
def viis_year(shared: Path, tmp_path_factory: pytest.TempPathFactory):
    """Fresh synthetic records: `viis_year("--graduates", 200, "--year", 2026)` returns the folder they are in."""
    made: dict[tuple[str, ...], Path] = {}

    def generate(*arguments: object) -> Path:
        words = tuple(str(word) for word in arguments)
        if words not in made:
            out = tmp_path_factory.mktemp("viis")
            command = [sys.executable, str(shared / "viis" / "generate.py"), *words, "--out", str(out)]
            subprocess.run(command, check=True, capture_output=True)
            made[words] = out
        return made[words]

    return generate


def pytest_terminal_summary(terminalreporter) -> None:
    """Why tests were skipped, once per reason; in CI a skip is a failure, and that is said too."""
    reasons = Counter(report.longrepr[2] for report in terminalreporter.stats.get("skipped", ()))
    for reason, count in reasons.most_common():
        terminalreporter.write_line(f"{count} skipped: {reason.removeprefix('Skipped: ')}")
    if IN_CI and terminalreporter.stats.get("skipped"):
        terminalreporter.write_line("CI: skipped tests count as failures", red=True)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if IN_CI and exitstatus == 0 and reporter is not None and reporter.stats.get("skipped"):
        session.exitstatus = 1
