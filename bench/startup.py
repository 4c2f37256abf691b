"""CPU time of the whole command: `--help`, and `verify` of one sealed file with a bundle of many institutions."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median

from bench.measure import synthetic_year


def cpu_of_command(command: list[str], times: int) -> float:
    """Median CPU seconds (user and system) of the command over `times` runs, after one warm-up."""
    seconds = []
    for _ in range(times + 1):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, _, usage = os.wait4(process.pid, 0)
        seconds.append(usage.ru_utime + usage.ru_stime)
    return median(seconds[1:])


def atestats(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "issuer.cli", *map(str, arguments)]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    times = 3 if quick else 11
    print(
        f"atestats --help                          {cpu_of_command(atestats('--help'), times) * 1000:6.0f} ms CPU"
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        year = synthetic_year(
            folder, 40 if quick else 41_000 * 8 // 620, *(() if quick else ("--schools", 640))
        )
        reference = year / "reference.json"
        run = [
            ("keys", "dev", "--reference", reference, "--out", folder / "keys"),
            ("seal", year / "graduates.jsonl", "--reference", reference, "--as-of", "2026-07-31",
             "--keys", folder / "keys", "--out", folder / "out", "--types", "APL_VPI"),
            ("bundle", "--keys", folder / "keys", "--reference", reference, "--out", folder / "bundle.json"),
        ]  # fmt: skip
        for arguments in run:
            subprocess.run(
                atestats(*arguments), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False
            )
        bundle = folder / "bundle.json"
        file = next((folder / "out" / "documents").rglob("*.jsonld"))
        command = atestats("verify", file, "--bundle", bundle, "--anchor", folder / "keys" / "operator.crt")
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        size = bundle.stat().st_size / 1024
        print(
            f"atestats verify FILE (bundle of {size:5.0f} KiB) {cpu_of_command(command, times) * 1000:6.0f} ms CPU"
        )


if __name__ == "__main__":
    main()
