"""`atestats seal` and the person before it: asked to stop, watched on a terminal, run again with other keys."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys

import pytest

from tests.bulk.conftest import EXAMPLES
from tests.bulk.test_seal_run import many_records, no_worker_lives, results, run, sealed_files, wait_until


@pytest.mark.parametrize("workers", ["1", "2"])
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_asked_to_stop_it_says_so_ends_and_the_next_run_completes_it(workers, number, seal_command, tmp_path):
    source = tmp_path / "many.jsonl"
    lines = many_records(copies=12)
    source.write_text("".join(lines))
    out = tmp_path / "out"
    command = seal_command("--workers", workers, source=source)
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # A shell starts what runs in its background with SIGINT ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    wait_until(lambda: bool(sealed_files(out)))
    process.send_signal(number)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert "Pārtraukts" in said
    assert "Traceback" not in said
    assert no_worker_lives(out), "an orphan is at work"
    before = {path: path.read_bytes() for path in sealed_files(out)}
    assert not (out / "results.jsonl").exists()

    assert run(command).returncode == 0
    rows = results(out)
    assert {row["outcome"] for row in rows} == {"sealed"}
    assert {row["line"] for row in rows} == set(range(1, len(lines) + 1))
    assert len({row["path"] for row in rows}) == len(rows) == len(sealed_files(out))
    assert all(path.read_bytes() == content for path, content in before.items()), "sealed twice"


def test_a_bar_on_a_terminal_and_plain_lines_elsewhere(seal_command, tmp_path):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(seal_command(), stdout=subprocess.DEVNULL, stderr=theirs)
    os.close(theirs)
    shown = b""
    while True:
        try:
            some = os.read(ours, 4096)
        except OSError:  # the other side has gone
            break
        if not some:
            break
        shown += some
    os.close(ours)
    process.wait()
    assert "█".encode() in shown
    assert b"\r" in shown

    again = run(seal_command())
    assert "█" not in again.stdout + again.stderr
    assert "\r" not in again.stderr


def test_a_folder_begun_with_one_key_store_does_not_take_documents_of_another(keys, seal_command, tmp_path):
    assert run(seal_command()).returncode == 1  # two of the twelve rows are faulty
    before = {path: path.read_bytes() for path in sealed_files(tmp_path / "out")}
    other = tmp_path / "other"
    made = subprocess.run(
        [
            sys.executable, "-m", "issuer.cli", "keys", "dev", "--reference", str(EXAMPLES / "reference.json"),
            "--out", str(other), "--key-file", str(tmp_path / "key-file"), "--at", "2037-07-01T00:00:00Z",
        ],
        capture_output=True,
        check=False,
    )  # fmt: skip
    assert made.returncode == 0
    command = [
        {str(keys): str(other), str(keys.parent / "key-file"): str(tmp_path / "key-file")}.get(word, word)
        for word in seal_command()
    ]
    refused = run(command)
    assert refused.returncode == 2
    assert "KEYS_DIFFER" in refused.stderr
    assert {path: path.read_bytes() for path in sealed_files(tmp_path / "out")} == before
    assert run(seal_command()).returncode == 1
