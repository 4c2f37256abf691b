"""Run every benchmark, each in a process of its own so that peak memory is its own.

    python -m bench [--quick] [NAME…]

`--quick` takes small numbers: it shows that the benchmarks run, not how fast anything is.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

from bench.measure import machine

NAMES = (
    "startup",
    "records",
    "compose",
    "elm",
    "render",
    "seal",
    "token",
    "levels",
    "verify",
    "verify_levels",
    "log",
    "pipeline",
    "command",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(NAMES)}")
    arguments = parser.parse_args()
    print(machine(), flush=True)
    for name in arguments.names or NAMES:
        print(f"\n── {name}", flush=True)
        command = [sys.executable, "-m", f"bench.{name}", *(["--quick"] if arguments.quick else [])]
        if subprocess.run(command, check=False).returncode:
            print(f"bench.{name} failed", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
