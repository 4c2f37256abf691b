"""`atestats seal` as its user meets it: what it writes, what it refuses, and what a kill leaves behind."""

from __future__ import annotations

import fcntl
import json
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bulk.conftest import EXAMPLES


def results(out: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (out / "results.jsonl").read_text().splitlines()]


def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120, **options)


def verdicts(bundle: Path, keys: Path, files: list[Path], state: Path) -> Counter[str]:
    command = [
        sys.executable, "-m", "issuer.cli", "verify", *map(str, files), "--bundle", str(bundle), "--anchor",
        str(keys / "operator.crt"), "--at", "2037-08-03T00:00:00Z", "--json", "--state", str(state),
    ]  # fmt: skip
    return Counter(json.loads(line)["verdict"] for line in run(command).stdout.splitlines())


def test_every_good_row_is_sealed_and_verifies_and_a_bad_row_stops_nobody(
    seal_command, keys, bundle, tmp_path
):
    sealed = run(seal_command())
    assert sealed.returncode == 1, sealed.stderr  # two rows were rejected

    rows = results(tmp_path / "out")
    assert [row["line"] for row in rows] == sorted(row["line"] for row in rows)
    assert {row["line"] for row in rows} == set(range(1, 13))
    rejected = [row for row in rows if row["outcome"] == "rejected"]
    assert [(row["line"], row["findings"][0]["code"]) for row in rejected] == [
        (2, "SUBJECT_UNKNOWN"),
        (11, "AGE"),
    ]
    assert all(row["path"] is None and row["credential_id"] is None for row in rejected)

    documents = [row for row in rows if row["outcome"] == "sealed"]
    assert {row["document_type"] for row in documents} >= {
        "APL_VPI",
        "ATE_VVI",
        "DIP_PVI",
        "SEK_IZR",
        "SER_VPI",
        "SER_VVI",
    }
    assert len({row["credential_id"] for row in documents}) == len(documents)
    files = [tmp_path / "out" / row[name] for row in documents for name in ("path", "qr_path")]
    assert verdicts(bundle, keys, files, tmp_path / "seen") == Counter(passed=2 * len(documents))


def test_the_sealed_file_and_its_qr_speak_of_each_other(seal_command, tmp_path):
    import hashlib

    from issuer.render import read_qr
    from issuer.seal import ec1

    run(seal_command("--types", "APL_VPI"))
    row = next(row for row in results(tmp_path / "out") if row["outcome"] == "sealed")
    payload = json.loads((tmp_path / "out" / row["path"]).read_bytes())["payload"].encode()
    claims = ec1.parse(ec1.from_text(read_qr((tmp_path / "out" / row["qr_path"]).read_bytes()))).claims
    assert claims.document_digest == hashlib.sha256(payload).digest()[:16]
    assert json.loads(payload)["id"] == row["credential_id"]


def test_a_second_run_repeats_nothing(seal_command, tmp_path):
    run(seal_command("--types", "APL_VPI"))
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "documents").rglob("*.*")}
    first = results(tmp_path / "out")
    run(seal_command("--types", "APL_VPI"))
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "out" / "documents").rglob("*.*")} == before
    assert results(tmp_path / "out") == first


def test_a_corrected_row_is_added_and_a_changed_one_is_refused(seal_command, tmp_path):
    records = [json.loads(line) for line in (EXAMPLES / "records.jsonl").read_text().splitlines()]
    run(seal_command())
    records[1]["subjects"] = [each for each in records[1]["subjects"] if each["code"] != "QQ1"]
    records[0]["subjects"][0] |= {"grade": "10", "grade_text": "izcili"}
    changed = tmp_path / "changed.jsonl"
    changed.write_text("".join(json.dumps(record) + "\n" for record in records))
    run(seal_command(source=changed))
    rows = results(tmp_path / "out")
    assert {row["outcome"] for row in rows if row["line"] == 2} == {"sealed"}
    codes = {
        row["line"]: {finding["code"] for finding in row["findings"]}
        for row in rows
        if row["outcome"] == "rejected"
    }
    assert codes[1] == {"RECORD_CHANGED"}


def test_a_row_with_warnings_waits_for_a_clerk(seal_command, tmp_path):
    record = json.loads((EXAMPLES / "records.jsonl").read_text().splitlines()[0])
    record["institution"]["name"] = record["institution"]["name"].upper()  # INST_NAME, a warning
    source = tmp_path / "one.jsonl"
    source.write_text(json.dumps(record) + "\n")
    run(seal_command(source=source))
    [row] = results(tmp_path / "out")
    assert row["outcome"] == "skipped"
    assert {"INST_NAME", "NEEDS_REVIEW"} <= {finding["code"] for finding in row["findings"]}

    run(seal_command("--confirm-warnings", source=source))
    assert {row["outcome"] for row in results(tmp_path / "out")} == {"sealed"}


@pytest.mark.parametrize("workers", [1, 2])
def test_killed_at_any_moment_and_run_again_nothing_is_repeated_or_left_out(
    workers, seal_command, keys, bundle, tmp_path
):
    """Copies of the example's good rows under other numbers; kill -9 at random moments."""
    source = tmp_path / "many.jsonl"
    source.write_text("".join(many_records(copies=30)))
    out = tmp_path / "out"
    command = seal_command("--workers", str(workers), source=source)
    chance = random.Random(workers)
    contents: dict[Path, bytes] = {}
    kills = 0
    for kill in range(5):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        if kill:  # let it get a little further than the last time, then strike at a moment of chance
            wait_until(lambda: (out / "results.jsonl").exists() or len(sealed_files(out)) > len(contents))  # noqa: B023
        time.sleep(chance.uniform(0.0, 0.4))
        process.send_signal(signal.SIGKILL)
        process.wait()
        if (out / "results.jsonl").exists():  # it had ended
            break
        kills += 1
        wait_until(lambda: no_worker_lives(out))
        for path, content in contents.items():
            assert path.read_bytes() == content, "a document was sealed twice"
        contents = {path: path.read_bytes() for path in sealed_files(out)}
        for content in contents.values():
            json.loads(json.loads(content)["payload"])  # whole, or it would not parse
    assert kills >= 2, "the run ended too soon: nothing was shown"
    assert contents, "no run got as far as a document: nothing was shown"
    assert run(command).returncode == 0
    for path, content in contents.items():
        assert path.read_bytes() == content, "a document was sealed twice"

    rows = results(out)
    assert {row["outcome"] for row in rows} == {"sealed"}
    paths = [row["path"] for row in rows]
    assert len(set(paths)) == len(paths)
    on_disk = {str(path.relative_to(out)) for path in (out / "documents").rglob("*.jsonld")}
    assert on_disk == set(paths)
    assert not list((out / ".incoming").rglob("*")) or not list((out / ".incoming").rglob("*.edc"))
    files = [out / row[name] for row in rows for name in ("path", "qr_path")]
    assert verdicts(bundle, keys, files, tmp_path / "seen") == Counter(passed=len(files))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_disk_that_takes_no_more_is_said_in_words_and_the_next_run_goes_on(seal_command, tmp_path, workers):
    command = seal_command("--workers", workers)
    # A limit on the size of files fails in the same calls as a full disk, and needs no file system of its own.
    code = "import resource, sys, runpy; resource.setrlimit(resource.RLIMIT_FSIZE, (49152, 49152));"
    code += "sys.argv[:] = ['atestats', *sys.argv[1:]]; runpy.run_module('issuer.cli', run_name='__main__')"
    full = run([command[0], "-c", code, *command[3:]])
    assert full.returncode == 2
    assert "OUT_NOT_WRITTEN" in full.stderr
    assert "Traceback" not in full.stderr
    assert not (tmp_path / "out" / "results.jsonl").exists()

    assert run(command).returncode == 1  # the example has rejected rows
    sealed = [row["path"] for row in results(tmp_path / "out") if row["outcome"] == "sealed"]
    assert sorted(sealed) == sorted(
        str(p.relative_to(tmp_path / "out")) for p in sealed_files(tmp_path / "out")
    )


def test_a_folder_that_cannot_be_written_is_said_in_words(seal_command, tmp_path):
    (tmp_path / "out").write_text("a file, not a folder")
    refused = run(seal_command())
    assert refused.returncode == 2
    assert "OUT_NOT_WRITTEN" in refused.stderr
    assert "Traceback" not in refused.stderr


def sealed_files(out: Path) -> list[Path]:
    return list((out / "documents").rglob("*.jsonld"))


def no_worker_lives(out: Path) -> bool:
    """Whether the orphans of a killed run have ended their ranges."""
    out.mkdir(exist_ok=True)
    with (out / ".workers").open("a") as workers:
        try:
            fcntl.flock(workers, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
    return True


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def many_records(copies: int) -> list[str]:
    """The good rows of the example, again and again, each time with numbers and persons of its own."""
    lines = []
    for copy in range(copies):
        for number, line in enumerate((EXAMPLES / "records.jsonl").read_text().splitlines()):
            if number in (1, 10):
                continue
            record = json.loads(line)
            serial = copy * 100 + number
            record["record_id"] = f"VIIS-2037-{serial:07d}"
            record["learner"]["personal_code"] = f"32{serial:04d}-{serial:05d}"
            record["document"]["number"] = f"{200000 + serial}"
            record["document"]["registration_no"] = f"9-2037/{serial}"
            for place, exam in enumerate(record["exams"]):
                if exam["certificate_no"]:
                    exam["certificate_no"] = f"CE-2037-{serial * 10 + place:07d}"
            lines.append(json.dumps(record, ensure_ascii=False) + "\n")
    return lines
