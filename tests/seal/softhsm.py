"""A SoftHSM2 token in a folder of its own, as a stand-in for a network HSM, and the process that serves it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
PIN = "271828"
LABEL = "skolas"


class SoftHsm:
    """`home` holds the configuration and the token's folder, which can be taken away and brought back."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.tokens = home / "tokens"
        self.tokens.mkdir()
        self.config = home / "softhsm2.conf"
        self.config.write_text(
            f"directories.tokendir = {self.tokens}\nobjectstore.backend = file\nlog.level = ERROR\n"
        )
        self.run(
            "softhsm2-util", "--init-token", "--free", "--label", LABEL, "--pin", PIN, "--so-pin", "314159"
        )

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, "SOFTHSM2_CONF": str(self.config), "ATESTATS_TOKEN_PIN": PIN}

    def run(self, *command: str) -> str:
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=self.environment)
        return done.stdout

    def take_away(self) -> None:
        self.tokens.rename(self.home / "away")

    def bring_back(self) -> None:
        (self.home / "away").rename(self.tokens)


class ServedToken:
    """`atestats keys serve-token` in a process of its own."""

    def __init__(self, hsm: SoftHsm, keydir: Path, socket: Path) -> None:
        self.socket = socket
        command = [sys.executable, "-m", "issuer.cli", "keys", "serve-token", "--keys", keydir]
        command += ["--module", MODULE, "--token", LABEL, "--socket", socket]
        self.process = subprocess.Popen(
            list(map(str, command)),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=hsm.environment,
        )
        self.first_line = self.process.stdout.readline()

    def end(self) -> str:
        self.process.send_signal(signal.SIGTERM)
        _, errors = self.process.communicate(timeout=30)
        return errors


def needs_softhsm() -> None:
    """Skip with a reason where there is no SoftHSM2; a failure in CI, which installs it."""
    if MODULE.exists() and shutil.which("softhsm2-util"):
        return
    reason = "SoftHSM2 is not installed (Debian: apt-get install softhsm2)"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)
