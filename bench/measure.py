"""How the figures are taken: CPU time of this process and its children, peak memory, and what machine it was.

CPU time, not wall time: other work on the machine then changes little. A stage that is short is repeated.
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

SHARED = Path(__file__).resolve().parents[2] / "shared"


@dataclass(frozen=True)
class Figure:
    """One measured stage."""

    name: str
    count: int
    cpu_seconds: float

    @property
    def rate(self) -> float:
        """Items per second of CPU time of one core."""
        return self.count / self.cpu_seconds if self.cpu_seconds else float("inf")

    def __str__(self) -> str:
        each = 1e6 * self.cpu_seconds / self.count if self.count else 0.0
        return f"{self.name:<44} {self.count:>8} {each:>10.1f} µs {self.rate:>10,.0f}/s"


def cpu_of(work: Callable[[], object]) -> float:
    """Seconds of CPU (user and system, this process) that `work` takes."""
    before = resource.getrusage(resource.RUSAGE_SELF)
    work()
    after = resource.getrusage(resource.RUSAGE_SELF)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime


def peak_mib() -> float:
    """Peak resident memory of this process so far, MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def machine() -> str:
    """Processor, cores, Python and the versions that matter."""
    try:
        model = next(
            line.split(":", 1)[1].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        )
    except (OSError, StopIteration):
        model = platform.processor() or "unknown processor"
    packages = ("cryptography", "orjson", "jsonschema-rs", "typst", "pypdfium2", "zxing-cpp")
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in packages)
    return f"{model}, {os.cpu_count()} cores; Python {platform.python_version()}; {versions}"


def synthetic_year(folder: Path, graduates: int, *options: object) -> Path:
    """A year of synthetic records (JSON Lines and reference.json) in `folder`; made once."""
    generator = SHARED / "viis" / "generate.py"
    if not generator.exists():
        raise SystemExit("The benchmarks need the record generator in ../shared/viis; it is not there.")
    out = folder / f"{graduates}-{'-'.join(str(option).strip('-') for option in options) or 'plain'}"
    if not (out / "manifest.json").exists():
        schools = max(8, graduates * 620 // 40_000)
        command = [
            sys.executable, str(generator), "--graduates", str(graduates), "--schools", str(schools),
            "--seed", "1", "--formats", "jsonl", *map(str, options), "--out", str(out),
        ]  # fmt: skip
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return out


def development_keys(reference: Path, keydir: Path) -> Path:
    """A store with one seal and one QR key per institution, locked by a key file; returns the key file."""
    key_file = keydir.parent / "key-file"
    subprocess.run(
        [sys.executable, "-m", "issuer.cli", "keys", "dev", "--reference", str(reference), "--out", str(keydir),
         "--key-file", str(key_file)],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    return key_file
