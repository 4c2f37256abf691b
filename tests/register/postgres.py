"""A PostgreSQL server of our own for the tests: a cluster in a temporary folder, a socket, no network, no `fsync`."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from pathlib import Path


def binaries() -> Path | None:
    """The folder of `initdb` and `pg_ctl`, as Debian puts it, or wherever PATH finds them."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if found:
        return found[-1].parent
    elsewhere = shutil.which("initdb")
    return Path(elsewhere).parent if elsewhere else None


class Cluster:
    """A running server. PostgreSQL refuses to run as root, so root hands it to `postgres` or `nobody`."""

    def __init__(self, folder: Path) -> None:
        found = binaries()
        assert found is not None
        self._bin = found
        self.folder = folder
        self.data = folder / "data"
        self._user: str | None = None
        if os.geteuid() == 0:
            names = {each.pw_name for each in pwd.getpwall()}
            self._user = "postgres" if "postgres" in names else "nobody"
            shutil.chown(folder, self._user)
            folder.chmod(0o755)
        self._run("initdb", "--pgdata", str(self.data), "--username", "atestats", "--auth", "trust", "--no-sync",
                  "--encoding", "UTF8", "--locale", "C.UTF-8")  # fmt: skip
        (self.data / "postgresql.auto.conf").write_text(
            f"listen_addresses = ''\nunix_socket_directories = '{folder}'\nfsync = off\nmax_connections = 200\n"
        )
        if self._user:
            shutil.chown(self.data / "postgresql.auto.conf", self._user)
        self.start()

    def start(self) -> None:
        """Start it; recovers by itself after `kill`."""
        self._run("pg_ctl", "--pgdata", str(self.data), "--log", str(self.folder / "log"), "--wait", "start")

    def stop(self, mode: str = "fast") -> None:
        """Stop it; `immediate` is as a power cut."""
        self._run("pg_ctl", "--pgdata", str(self.data), "--mode", mode, "stop")

    def database(self, name: str) -> str:
        """Make an empty database; returns its address."""
        self._run("createdb", "--host", str(self.folder), "--username", "atestats", name)
        return f"postgresql://atestats@/{name}?host={self.folder}"

    def _run(self, program: str, *arguments: str) -> None:
        words = [str(self._bin / program), *arguments]
        if self._user:
            words = ["runuser", "-u", self._user, "--", *words]
        done = subprocess.run(words, cwd="/", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + done.stdout


def new_folder() -> Path:
    """A short path: a socket's name has at most 107 bytes."""
    return Path(tempfile.mkdtemp(prefix="atestats-pg-"))
