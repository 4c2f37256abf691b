"""The EU's validator (DSS) as a judge: a Java process that answers questions about files, one by one.

    with Judge(anchors_folder) as judge:
        [answer] = judge.ask([Question(path, at)])
        answer.format, answer.indication       # "JAdES-BASELINE-LTA", "TOTAL_PASSED"

Needs Java 17 and the jar that `make judges` builds; `reason_to_skip()` says in words what is missing.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

_TARGET = Path(__file__).parent / "target"


@dataclass(frozen=True)
class Question:
    """A file, the time of validation (None is now), and a detached evidence record."""

    path: Path
    at: dt.datetime | None = None
    evidence: Path | None = None

    def line(self) -> str:
        moment = self.at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if self.at else ""
        return "\t".join([str(self.path), moment, *([str(self.evidence)] if self.evidence else [])]) + "\n"


@dataclass(frozen=True)
class Answer:
    """What DSS says of one file; `refused` when it could not read it at all."""

    raw: dict[str, Any]

    @property
    def refused(self) -> str | None:
        """Why DSS could not validate, or None."""
        refused: str | None = self.raw["refused"]
        return refused if refused or self.raw["signatures"] else "no signature"

    @property
    def signature(self) -> dict[str, Any]:
        """The report on the only signature."""
        [signature] = self.raw["signatures"]
        return dict(signature)

    @property
    def format(self) -> str:
        """Such as `JAdES-BASELINE-LTA`; `JSON-NOT-ETSI` for what breaks the baseline."""
        return str(self.signature["format"])

    @property
    def indication(self) -> str:
        """TOTAL_PASSED, INDETERMINATE or TOTAL_FAILED (EN 319 102-1, 5.1.3), the worst of all; NO_FILE when refused."""
        if self.refused:
            return "NO_FILE"
        order = ("TOTAL_PASSED", "INDETERMINATE", "TOTAL_FAILED")
        return str(max((each["indication"] for each in self.raw["signatures"]), key=order.index))

    @property
    def evidence_records(self) -> list[dict[str, Any]]:
        """The reports on the detached evidence records."""
        return list(self.raw["evidenceRecords"])


class Judge:
    """The running process. Anchors (*.crt) and revocation data (*.crl, *.ocsp) come from one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Judge:
        self._process = subprocess.Popen(
            [
                *("java", "-Xmx1g", "-Dfile.encoding=UTF-8", "-cp"),
                f"{_TARGET / 'dss-judge-1.jar'}:{_TARGET / 'lib'}/*",
                "lv.atestats.judge.Judge",
                str(self._folder),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(timeout=60)

    def ask(self, questions: Sequence[Question]) -> list[Answer]:
        """One answer per question, in order."""
        assert self._process.stdin
        assert self._process.stdout
        answers = []
        for question in questions:
            self._process.stdin.write(question.line())
            self._process.stdin.flush()
            answers.append(Answer(json.loads(self._process.stdout.readline())))
        return answers


def reason_to_skip() -> str | None:
    """Why the judge cannot be asked on this machine; None when it can."""
    if shutil.which("java") is None:
        return "no Java: the DSS judge needs version 17"
    if not (_TARGET / "dss-judge-1.jar").exists():
        return "the DSS judge is not built: run `make judges` (Maven)"
    return None
