"""Ask the EU validator about everything that `make demo` handed out: python tests/interop/dss/judge_demo.py demo."""

from __future__ import annotations

import datetime as dt
import shutil
import sys
import tempfile
from collections import Counter
from pathlib import Path

from judge import Judge, Question, reason_to_skip

JUDGED = dt.datetime(2037, 8, 1, 10, tzinfo=dt.UTC)


def main(demo: Path) -> int:
    reason = reason_to_skip()
    if reason is not None:
        print(reason, file=sys.stderr)
        return 2
    files = sorted((demo / "delivered").rglob("*.jsonld"))
    with tempfile.TemporaryDirectory() as anchors:
        shutil.copy(demo / "keys" / "root.crt", anchors)
        with Judge(Path(anchors)) as judge:
            answers = judge.ask([Question(file, JUDGED) for file in files])
    told = Counter((answer.format, answer.indication) for answer in answers if not answer.refused)
    for (form, indication), number in told.items():
        print(f"{number:>6}  {form}  {indication}")
    good = all(
        (answer.format, answer.indication, answer.signature["structure"])
        == ("JAdES-BASELINE-LTA", "TOTAL_PASSED", [])
        for answer in answers
        if not answer.refused
    )
    return 0 if files and good and told.total() == len(files) else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
