"""`atestats seal` as a whole: documents, wall and CPU seconds of all its processes, peak memory of the largest one.

In a process of its own that holds next to nothing: a child begins with the peak memory of the process that started it.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measure import development_keys, synthetic_year

AS_OF = "2026-07-31"


def command(year: Path, scratch: Path, workers: int, types: str) -> str:
    """`atestats seal` as a whole: documents, wall and CPU seconds, peak memory of the largest process."""
    out = scratch / f"out-{year.name}-{workers}"
    keys = scratch / f"keys-{year.name}"
    words = [
        sys.executable, "-m", "issuer.cli", "seal", str(year / "graduates.jsonl"), "--reference",
        str(year / "reference.json"), "--as-of", AS_OF, "--keys", str(keys), "--key-file",
        str(scratch / "key-file"), "--out", str(out), "--workers", str(workers), "--types", types,
    ]  # fmt: skip
    began = time.monotonic()
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    assert os.waitstatus_to_exitcode(status) == 0, words
    sealed = sum(1 for line in (out / "results.jsonl").open("rb") if b'"sealed"' in line)
    cpu = usage.ru_utime + usage.ru_stime
    return (
        f"{workers} worker{'s' if workers > 1 else ' '} {sealed:>8} documents {wall:>8.1f} s wall {cpu:>8.1f} s CPU"
        f" {sealed / wall:>8.1f}/s wall {usage.ru_maxrss / 1024:>7.0f} MiB peak"
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--graduates", type=int, nargs="*", help="sizes; 1,000 and 40,000 by default")
    parser.add_argument("--types", default="APL_VPI,ATE_VVI,DIP_PVI", help="document types")
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2])
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        for graduates in arguments.graduates or ([40] if arguments.quick else [1_000, 40_000]):
            year = synthetic_year(scratch, graduates)
            development_keys(year / "reference.json", scratch / f"keys-{year.name}")
            print(f"atestats seal --types {arguments.types}, {graduates} graduates")
            for workers in arguments.workers:
                print(f"  {command(year, scratch, workers, arguments.types)}", flush=True)


if __name__ == "__main__":
    main()
