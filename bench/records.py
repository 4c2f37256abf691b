"""Read and check: CPU per record and peak memory, for every source format, 1,000 and 40,000 graduates.

    python -m bench.records [--quick]

Data come from the synthetic generator in `../shared/viis`. Each figure is taken in a process of its own, so that the
peak is that of one format and size.
"""

from __future__ import annotations

import argparse
import datetime as dt
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.measure import Figure, cpu_of, peak_mib, synthetic_year

FORMATS = ("jsonl", "csv", "xlsx", "xml")
YEAR = 2037
SCHOOLS = 620  # as in the country; the registers in memory are then the same for every size


def measure(folder: Path, kind: str) -> tuple[int, float, float]:
    """Rows, CPU seconds and peak resident memory (MiB) of reading and checking one export in this process."""
    from issuer.catalogue.reference import Reference
    from issuer.records import Batch, Checker, read

    rows = 0

    def work() -> None:
        nonlocal rows
        with Batch(Checker(reference, dt.date(YEAR, 7, 31))) as batch:
            for row in read(folder, kind):
                if batch.judge(row).decision == "reject":
                    raise SystemExit(f"{kind}: line {row.line} of clean data was rejected")
                rows += 1

    reference = Reference.load(folder / "reference.json")
    seconds = cpu_of(work)
    return rows, seconds, peak_mib()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.records")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--one", nargs=2, metavar=("FOLDER", "FORMAT"), help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.one:
        print(*measure(Path(arguments.one[0]), arguments.one[1]))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        for graduates in (100, 400) if arguments.quick else (1000, 40_000):
            options = ("--year", YEAR, "--schools", SCHOOLS, "--formats", ",".join(FORMATS))
            folder = synthetic_year(Path(scratch), graduates, *options)
            for kind in FORMATS:
                command = [sys.executable, "-m", "bench.records", "--one", str(folder), kind]
                rows, seconds, peak = subprocess.run(
                    command, check=True, capture_output=True, text=True
                ).stdout.split()
                figure = Figure(f"read + check, {kind}", int(rows), float(seconds))
                print(f"{figure}   peak {float(peak):>5.0f} MiB", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
