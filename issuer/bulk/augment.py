"""From B-B to B-LTA: each level a pass over the stored documents, resumable and idempotent.

    run = AugmentRun(out, "B-LTA", tsa, revocation, parallel=8)
    report = run(progress)

A pass takes the documents that stand exactly one level below and leaves all others alone, so the same command run
again goes on where it was. Revocation data is collected in a pass of its own, after every document of the run has its
time stamp: that is how one answer serves all documents of a school.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from issuer.bulk.folder_error import writing_to
from issuer.bulk.outbox import lock_run
from issuer.bulk.sealed_folder import clear_aside, documents, ranges, replace_whole
from issuer.errors import AtestatsError
from issuer.seal import etsi_u, levels
from issuer.seal.jades_document import JadesDocument, parse
from issuer.seal.levels import LEVELS, Level
from issuer.seal.revocation_client import RevocationClient
from issuer.seal.tsa_client import TsaClient
from issuer.seal.tsp import parse_token

RANGE = 128
"""Documents of one range: one flush of the disk, and what a killed run asks the authority for again at most."""

Progress = Callable[[Level, int, int], None]
Step = Callable[[bytes, JadesDocument], bytes]


@dataclass(slots=True)
class Report:
    """What stands after a run: documents by level, those raised by this run, and those that stayed behind, with why."""

    levels: Counter[Level] = field(default_factory=Counter)
    raised: Counter[Level] = field(default_factory=Counter)
    problems: dict[Path, AtestatsError] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Outcome:
    path: Path
    level: Level | None = None
    content: bytes | None = None
    problem: AtestatsError | None = None
    outage: AtestatsError | None = None


class AugmentRun:
    """Raise the documents of `out` to the level `to`; `parallel` threads wait for the network."""

    def __init__(
        self, out: Path, to: Level, tsa: TsaClient, revocation: RevocationClient, *, parallel: int = 8
    ) -> None:
        self._out = out
        self._to = to
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
        with lock_run(self._out), ThreadPoolExecutor(self._parallel) as threads:
            clear_aside(self._out)
            paths = documents(self._out)
            for level in LEVELS[1 : LEVELS.index(self._to) + 1]:
                self._pass(level, paths, threads, report, progress)
            clear_aside(self._out)
            report.levels.update(level for level in threads.map(_level_of, paths) if level is not None)
        return report

    def _pass(
        self,
        level: Level,
        paths: list[Path],
        threads: ThreadPoolExecutor,
        report: Report,
        progress: Progress,
    ) -> None:
        step, before = self._steps[level], LEVELS[LEVELS.index(level) - 1]

        def raise_one(path: Path) -> _Outcome:
            if path in report.problems:
                return _Outcome(path)
            return _raised(path, before, step)

        done = 0
        for some in ranges(paths, RANGE):
            outcomes = list(threads.map(raise_one, some))
            contents = [(each.path, each.content) for each in outcomes if each.content is not None]
            with writing_to(self._out):
                replace_whole(self._out, contents)
            report.raised[level] += len(contents)
            for each in outcomes:
                if each.problem is not None:
                    report.problems[each.path] = each.problem
            for each in outcomes:
                if each.outage is not None:
                    raise each.outage  # the others of this range are in place; the rest need not be tried
            done += len(some)
            progress(level, done, len(paths))

    # ── the steps, each with a document that is exactly one level below ──

    def _stamp(self, data: bytes, document: JadesDocument) -> bytes:
        token = _stamping(self._tsa, levels.signature_imprint(document))
        return levels.with_timestamp(data, token, document=document)

    def _complete(self, data: bytes, document: JadesDocument) -> bytes:
        [seal] = document.signatures
        [stamp] = [item for item in etsi_u.read_items(seal) if item.name == "sigTst"]
        token = parse_token(etsi_u.tokens(stamp)[0])
        x5c = levels.header_certificates(seal)
        if not x5c:
            raise _NO_CERTIFICATE
        found = self._revocation.collect(
            [x5c[0], token.tsa_certificate], [*x5c, *token.certificates], token.gen_time
        )
        return levels.with_validation_data(
            data, found.certificates, found.crls, found.ocsps, document=document
        )

    def _archive(self, data: bytes, document: JadesDocument) -> bytes:
        token = _stamping(self._tsa, levels.archive_imprint(document))
        return levels.with_archive_timestamp(data, token, document=document)


class _OutageError(Exception):
    """No authority gives time stamps: not a problem of one document."""

    def __init__(self, cause: AtestatsError) -> None:
        super().__init__(cause.code)
        self.cause = cause


def _stamping(tsa: TsaClient, digest: bytes) -> bytes:
    try:
        return tsa.stamp(digest).raw
    except AtestatsError as error:
        raise _OutageError(error) from error


def _raised(path: Path, before: Level, step: Step) -> _Outcome:
    try:
        data = path.read_bytes()
        document = parse(data)
        level = levels.level_of(document)
        if level != before:
            return _Outcome(path, level)
        return _Outcome(path, level, content=step(data, document))
    except _OutageError as error:
        return _Outcome(path, outage=error.cause)
    except OSError as error:
        return _Outcome(path, problem=_unreadable(path, error))
    except AtestatsError as error:
        return _Outcome(path, problem=error)


def _level_of(path: Path) -> Level | None:
    try:
        return levels.level_of(parse(path.read_bytes()))
    except (OSError, AtestatsError):
        return None


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
