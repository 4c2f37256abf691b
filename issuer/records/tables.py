"""Records from three tables: graduates, and their subjects and exams joined by `line` and `record_id`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing

from issuer.findings import Finding
from issuer.records.columns import DETAILS, GRADUATES, Columns
from issuer.records.details import DetailStore, Orphan
from issuer.records.messages import say
from issuer.records.row import SourceRow
from issuer.records.sheet import Sheet, SheetRow


def read_tables(sheets: dict[str, Sheet]) -> Iterator[SourceRow]:
    """The rows of the sheet `graduates`, each with what the sheets `subjects` and `exams` hold for it.

    Detail rows of nobody come last, as rows without a record.
    """
    main = sheets[GRADUATES[0]]
    columns = Columns(main.heading, GRADUATES[1], GRADUATES[0], tied=False)
    plans = [
        (name, sheets[name], Columns(sheets[name].heading, group, name, tied=True)) for name, group in DETAILS
    ]
    with ExitStack() as stack:
        stores: dict[str, DetailStore] = {}
        for name, sheet, plan in plans:
            stores[name] = stack.enter_context(closing(DetailStore(name, plan, sheet.rows())))
        last = 0
        for row in main.rows():
            for line in range(last + 1, row.number):
                yield from _without_graduate(line, stores)
            last = row.number
            yield _source_row(row, columns, stores)
        for name, store in stores.items():
            for orphan in store.orphans(last):
                yield _orphan(name, orphan)


def _source_row(row: SheetRow, columns: Columns, stores: dict[str, DetailStore]) -> SourceRow:
    if row.cells is None:
        assert row.problem is not None
        limits = {"found": row.found, "expected": row.expected, "limit": row.expected}
        return SourceRow(row.number, None, (say(row.problem, "", **limits),))
    findings: list[Finding] = [say(row.problem, "")] if row.problem else []
    findings += columns.problems(row.cells)
    record = columns.value(row.cells) or {}
    for name, store in stores.items():
        record[name], problems = store.take(row.number, record.get("record_id"))
        findings += problems
    return SourceRow(row.number, record, tuple(findings))


def _without_graduate(line: int, stores: dict[str, DetailStore]) -> Iterator[SourceRow]:
    """An empty row among the graduates is nothing, unless subjects or exams name it."""
    for name, store in stores.items():
        if store.holds(line):
            yield _orphan(name, Orphan(line, 1))
            return


def _orphan(table: str, orphan: Orphan) -> SourceRow:
    finding = say("DETAIL_ORPHAN", table, table=table, row=orphan.row)
    return SourceRow(orphan.line, None, (finding,))
