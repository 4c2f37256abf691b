"""From B-B to B-LTA: each level a step over the stored documents, resumable and idempotent.

    run = AugmentRun(out, "B-LTA", tsa, revocation, parallel=8)
    report = run(progress)

A step takes the documents that stand exactly one level below and leaves all others alone, so the same command run
again goes on where it was. There are two passes over the folder: first every document gets its time stamp, then
revocation data is collected and the archive time stamp set. That order is how one OCSP answer, which must not precede
the time stamps, serves all documents of a school.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from issuer.bulk.folder_error import writing_to
from issuer.bulk.outbox import lock_run
from issuer.bulk.sealed_folder import clear_aside, documents, ranges, replace_whole
from issuer.errors import AtestatsError
from issuer.seal import etsi_u
from issuer.seal.levels import LEVELS, Level, SealedFile, header_certificates
from issuer.seal.revocation_client import RevocationClient
from issuer.seal.tsa_client import TsaClient
from issuer.seal.tsp import TimestampToken, parse_token

RANGE: Final = 128
"""Documents of one range: one flush of the disk, and what a killed run asks the authority for again at most."""
_PASSES: Final[tuple[tuple[Level, ...], ...]] = (("B-T",), ("B-LT", "B-LTA"))

Progress = Callable[[Level, int, int], None]
Step = Callable[[SealedFile], SealedFile]


@dataclass(slots=True)
class Report:
    """What stands after a run: documents by level, those raised by this run, and those that stayed behind, with why."""

    levels: Counter[Level] = field(default_factory=Counter)
    raised: Counter[Level] = field(default_factory=Counter)
    problems: dict[Path, AtestatsError] = field(default_factory=dict)


@dataclass(slots=True)
class _Visit:
    """What became of one document in one pass; `content` is None when nothing was added."""

    path: Path
    level: Level | None = None
    raised: list[Level] = field(default_factory=list)
    content: bytes | None = None
    problem: AtestatsError | None = None
    outage: AtestatsError | None = None


class AugmentRun:
    """Raise the documents of `out` to the level `to`; `parallel` threads wait for the network."""

    def __init__(
        self, out: Path, to: Level, tsa: TsaClient, revocation: RevocationClient, *, parallel: int = 8
    ) -> None:
        self._out = out
        self._wanted = LEVELS[: LEVELS.index(to) + 1]
        self._tsa = tsa
        self._revocation = revocation
        self._parallel = parallel
        self._steps: dict[Level, Step] = {
            "B-T": self._stamp,
            "B-LT": self._complete,
            "B-LTA": self._archive,
        }

    def __call__(self, progress: Progress = lambda *_: None) -> Report:
        """Run to the end; raises `AtestatsError` when no time-stamping authority answers any more.

        What was done until then is in place. A document with a problem of its own stays at its level and is named in
        the report; it stops nobody.
        """
        report = Report()
        reached: dict[Path, Level] = {}
        with lock_run(self._out), ThreadPoolExecutor(self._parallel) as threads:
            clear_aside(self._out)
            paths = documents(self._out)
            for some in _PASSES:
                wanted = [level for level in some if level in self._wanted]
                if wanted:
                    self._pass(wanted, paths, threads, report, reached, progress)
            clear_aside(self._out)
        report.levels.update(reached.values())
        return report

    def _pass(
        self,
        wanted: Sequence[Level],
        paths: Sequence[Path],
        threads: ThreadPoolExecutor,
        report: Report,
        reached: dict[Path, Level],
        progress: Progress,
    ) -> None:
        waiting = [path for path in paths if path not in report.problems]
        done = 0
        for some in ranges(waiting, RANGE):
            visits = list(threads.map(lambda path: self._visit(path, wanted), some))
            with writing_to(self._out):
                replace_whole(
                    self._out, [(visit.path, visit.content) for visit in visits if visit.content is not None]
                )
            for visit in visits:
                report.raised.update(visit.raised)
                if visit.level is not None:
                    reached[visit.path] = visit.level
                if visit.problem is not None:
                    report.problems[visit.path] = visit.problem
            for visit in visits:
                if visit.outage is not None:
                    raise visit.outage  # the others of this range are in place; the rest need not be tried
            done += len(some)
            progress(wanted[-1], done, len(waiting))

    def _visit(self, path: Path, wanted: Sequence[Level]) -> _Visit:
        visit = _Visit(path)
        try:
            before = file = SealedFile.read(path.read_bytes())
            visit.level = file.level
            for level in wanted:
                if LEVELS.index(file.level) != LEVELS.index(level) - 1:
                    continue
                file = self._steps[level](file)
                visit.level = file.level
                visit.raised.append(level)
                visit.content = file.data if file is not before else None
        except _OutageError as error:
            visit.outage = error.cause
        except OSError as error:
            visit.problem = _unreadable(path, error)
        except AtestatsError as error:
            visit.problem = error
        return visit

    # ── the steps, each with a document that is exactly one level below ──

    def _stamp(self, file: SealedFile) -> SealedFile:
        return file.stamped(self._token(file.signature_imprint()))

    def _complete(self, file: SealedFile) -> SealedFile:
        [stamp] = [item for item in file.found if item.name == "sigTst"]
        token = parse_token(etsi_u.tokens(stamp)[0])
        x5c = header_certificates(file.seal)
        if not x5c:
            raise _NO_CERTIFICATE
        leaves, candidates = [x5c[0], token.tsa_certificate], [*x5c, *token.certificates]
        return file.completed(self._revocation.collect(leaves, candidates, token.gen_time))

    def _archive(self, file: SealedFile) -> SealedFile:
        return file.archived(self._token(file.archive_imprint()))

    def _token(self, digest: bytes) -> TimestampToken:
        try:
            return self._tsa.stamp(digest)
        except AtestatsError as error:
            raise _OutageError(error) from error


class _OutageError(Exception):
    """No authority gives time stamps: not a problem of one document."""

    def __init__(self, cause: AtestatsError) -> None:
        super().__init__(cause.code)
        self.cause = cause


def _unreadable(path: Path, error: OSError) -> AtestatsError:
    return AtestatsError(
        "DOCUMENT_NOT_READ",
        f"Dokumentu nevar nolasīt: {path.name}.",
        f"The document cannot be read: {path.name} ({error.strerror}).",
        next_lv="Pārbaudiet piekļuves tiesības un disku.",
        next_en="Check the access rights and the disk.",
    )


_NO_CERTIFICATE = AtestatsError(
    "LEVEL_FORM",
    "Zīmoga galvenē nav sertifikāta (x5c).",
    "There is no certificate in the header of the seal (x5c).",
)
