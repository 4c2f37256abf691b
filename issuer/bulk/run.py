"""One run: read and judge rows in order, hand ranges of them to workers, write the results in the order of the rows.

The reading process never holds more than a few ranges, so memory does not grow with the file. Workers are processes,
because the Python part of composing holds the GIL; each takes whole ranges and writes its own files, so that next to
nothing travels between processes.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from io import FileIO
from multiprocessing.connection import Connection
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from issuer.bulk.folder_error import writing_to
from issuer.bulk.outbox import Outbox, lock_run, lock_worker
from issuer.bulk.result import Result
from issuer.bulk.worker import Row, Sealer, Settings
from issuer.catalogue.document_types import load_document_types
from issuer.catalogue.reference import Reference
from issuer.errors import AtestatsError
from issuer.findings import Finding
from issuer.records import Batch, CheckedRow, Checker, read

RANGE = 32
"""Records of one range: about 190 documents, a few seconds of work, one flush of the disk."""

Progress = Callable[[int, Counter[str]], None]


@dataclass(frozen=True, slots=True)
class _Range:
    """Judged rows in order; `results` are those known without sealing, `rows` those to seal."""

    results: list[Result]
    rows: list[Row]


class SealRun:
    """Seal everything in `source` that may be sealed.

    `confirm_warnings`: rows with warnings only are sealed too (a clerk has looked at them); otherwise they are skipped.
    `progress(rows_read, outcomes)` is called after each range.
    """

    def __init__(
        self,
        settings: Settings,
        source: Path,
        source_format: str | None,
        as_of: date,
        *,
        confirm_warnings: bool,
    ) -> None:
        self._settings = settings
        self._source = source
        self._format = source_format
        self._as_of = as_of
        self._confirm_warnings = confirm_warnings

    def __call__(self, workers: int, progress: Progress) -> Counter[str]:
        """Run to the end; returns how many results had each outcome. Raises `AtestatsError`."""
        outcomes: Counter[str] = Counter()
        folder = self._settings.out
        with lock_run(folder), ExitStack() as stack:
            Outbox(folder).clear_aside()
            reference = Reference.load(self._settings.reference)
            types = load_document_types(more=self._settings.more_types)
            batch = stack.enter_context(Batch(Checker(reference, self._as_of, types)))
            seal_all: Callable[[Iterable[_Range]], Iterator[list[Result]]]
            if workers == 1:
                seal_all = _in_this_process(Sealer(self._settings))
            else:
                seal_all = stack.enter_context(_Workers(self._settings, workers))
            partial = folder / "results.jsonl.partial"
            rows_read = 0
            with writing_to(folder):
                lines = stack.enter_context(partial.open("wb", buffering=0))
            for results in seal_all(self._ranges(batch)):
                with writing_to(folder):
                    _write_whole(lines, b"".join(result.as_line() for result in results))
                outcomes.update(result.outcome for result in results)
                rows_read = max([rows_read, *(result.line for result in results)])
                progress(rows_read, outcomes)
            with writing_to(folder):
                partial.rename(folder / "results.jsonl")
        return outcomes

    def _ranges(self, batch: Batch) -> Iterator[_Range]:
        current = _Range([], [])
        count = 0
        for source_row in read(self._source, self._format):
            self._place(batch.judge(source_row), current)
            count += 1
            if count == RANGE:
                yield current
                current, count = _Range([], []), 0
        if count:
            yield current

    def _place(self, row: CheckedRow, into: _Range) -> None:
        """Decide what becomes of a judged row: sealed by a worker, rejected, or skipped with the reason."""
        record = row.record
        document = (record or {}).get("document")
        document_type = document.get("type") if isinstance(document, dict) else None
        if row.decision == "reject" or record is None:
            into.results.append(
                Result(row.line, row.record_id, document_type, "rejected", findings=row.findings)
            )
        elif row.decision == "no_document":
            findings = [*row.findings, _NO_DOCUMENT]
            into.results.append(Result(row.line, row.record_id, document_type, "skipped", findings=findings))
        elif row.decision == "review" and not self._confirm_warnings:
            findings = [*row.findings, _NEEDS_REVIEW]
            into.results.append(Result(row.line, row.record_id, document_type, "skipped", findings=findings))
        else:
            into.rows.append(Row(row.line, record, tuple(row.findings)))


def _write_whole(file: FileIO, data: bytes) -> None:
    """Unbuffered, so that nothing is left to fail when the file is closed; a write may be cut short (a full disk)."""
    rest = memoryview(data)
    while rest:
        rest = rest[file.write(rest) :]


_NO_DOCUMENT = Finding(
    "NO_DOCUMENT",
    "warning",
    "completion.result",
    "Izglītība nav iegūta: valsts atzītu dokumentu neizsniedz.",
    "The education was not completed: no State-recognised document is issued.",
)
_NEEDS_REVIEW = Finding(
    "NEEDS_REVIEW",
    "warning",
    "",
    "Ierakstam ir brīdinājumi. Pārskatiet tos un zīmogojiet ar --confirm-warnings.",
    "The record has warnings. Look at them and seal with --confirm-warnings.",
)


def _merge(judged: _Range, sealed: Iterable[Result]) -> list[Result]:
    return sorted([*judged.results, *sealed], key=lambda result: result.line)


def _in_this_process(sealer: Sealer) -> Callable[[Iterable[_Range]], Iterator[list[Result]]]:
    def seal_all(ranges: Iterable[_Range]) -> Iterator[list[Result]]:
        for judged in ranges:
            yield _merge(judged, sealer.seal(judged.rows) if judged.rows else ())

    return seal_all


class _Workers:
    """Worker processes, each with one range at a time; results come back in the order of the rows.

    A thread per worker sends a range and waits for its answer: neither side can block the other with a full pipe.
    """

    _AHEAD = 2  # ranges read ahead per worker: the next one is judged while the current one is sealed

    def __init__(self, settings: Settings, count: int) -> None:
        self._settings = settings
        self._count = count
        self._idle: SimpleQueue[Connection] = SimpleQueue()
        self._pipes: list[Connection] = []
        self._processes: list[Any] = []
        self._threads = ThreadPoolExecutor(max_workers=count, thread_name_prefix="worker")

    def __enter__(self) -> Callable[[Iterable[_Range]], Iterator[list[Result]]]:
        # "spawn": a forked worker would inherit the other workers' pipes and never see this process die.
        context = multiprocessing.get_context("spawn")
        for _ in range(self._count):
            ours, theirs = context.Pipe()
            process = context.Process(target=_work, args=(theirs, self._settings), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
            self._idle.put(ours)
        return self._seal_all

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(
            cancel_futures=True
        )  # ranges under way are finished, waiting ones are not begun
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join()

    def _seal_all(self, ranges: Iterable[_Range]) -> Iterator[list[Result]]:
        under_way: deque[Future[list[Result]]] = deque()
        for judged in ranges:
            under_way.append(self._threads.submit(self._seal, judged))
            if len(under_way) > self._AHEAD * self._count:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()

    def _seal(self, judged: _Range) -> list[Result]:
        if not judged.rows:
            return _merge(judged, ())
        pipe = self._idle.get()
        try:
            pipe.send(judged.rows)
            answer = pipe.recv()
        except (EOFError, OSError) as error:
            raise _worker_lost() from error
        finally:
            self._idle.put(pipe)
        if isinstance(answer, AtestatsError):
            raise answer
        return _merge(judged, answer)


def _worker_lost() -> AtestatsError:
    return AtestatsError(
        "WORKER_LOST",
        "Zīmogošanas process tika pārtraukts.",
        "A sealing process was killed.",
        next_lv="Palaidiet to pašu komandu vēlreiz: nekas netiks izlaists vai atkārtots.",
        next_en="Run the same command again: nothing will be left out or repeated.",
    )


def _work(pipe: Connection, settings: Settings) -> None:
    """A worker: seals ranges until the process that feeds it closes the pipe or dies."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the reading process's business
    with lock_worker(settings.out):
        sealer: Sealer | None = None
        while True:
            try:
                rows = pipe.recv()
            except (EOFError, OSError):
                return
            try:
                sealer = sealer or Sealer(settings)
                answer: list[Result] | AtestatsError = sealer.seal(rows)
            except AtestatsError as error:
                answer = error
            try:
                pipe.send(answer)
            except OSError:
                return
