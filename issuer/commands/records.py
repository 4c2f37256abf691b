"""`atestats records check`: every row of an export with its findings, before anything is issued."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import click

_DECISIONS = {
    "issue": ("izsniedzami", "to be issued"),
    "review": ("jāpārskata", "to be reviewed"),
    "no_document": ("bez dokumenta", "without a document"),
    "reject": ("noraidīti", "rejected"),
}
_MOST_COMMON = 10


@click.group("records")
def command() -> None:
    """Source records of graduates."""


@command.command("check")
@click.argument("source", type=click.Path(path_type=Path))
@click.option("--reference", required=True, type=click.Path(path_type=Path), help="The reference file.")
@click.option(
    "--as-of",
    required=True,
    type=click.DateTime(["%Y-%m-%d"]),
    help="Dates after this day are in the future.",
)
@click.option(
    "--report", required=True, type=click.Path(path_type=Path), help="JSON Lines, one line for each row."
)
@click.option(
    "--format",
    "source_format",
    type=click.Choice(["jsonl", "csv", "xlsx", "xml"]),
    help="Format of the records; by default as the file name says.",
)
@click.option(
    "--document-types",
    "more_types",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of more document types (TOML), beside the product's own.",
)
def check(
    source: Path,
    reference: Path,
    as_of: datetime,
    report: Path,
    source_format: str | None,
    more_types: Path | None,
) -> int:
    """Check the records in SOURCE (a file, or the folder of an export) and write a report.

    Exit status: 0 nothing is rejected, 1 some rows are rejected, 2 wrong usage or an unreadable file.
    """
    import orjson

    from issuer.catalogue.document_types import load_document_types
    from issuer.catalogue.reference import Reference
    from issuer.records import Batch, Checker, read

    checker = Checker(Reference.load(reference), as_of.date(), load_document_types(more=more_types))
    decisions: Counter[str] = Counter()
    codes: Counter[str] = Counter()
    unfinished = report.with_name(f".{report.name}.part")
    try:
        with _created(unfinished).open("wb") as out, Batch(checker) as batch:
            for row in read(source, source_format):
                checked = batch.judge(row)
                decisions[checked.decision] += 1
                codes.update({finding.code for finding in checked.findings})
                out.write(orjson.dumps(checked.as_report(), option=orjson.OPT_APPEND_NEWLINE))
        unfinished.replace(report)
    finally:
        unfinished.unlink(missing_ok=True)
    _summarise(decisions, codes, report)
    return 1 if decisions["reject"] else 0


def _created(path: Path) -> Path:
    from issuer.errors import AtestatsError

    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
    except OSError as error:
        raise AtestatsError(
            "REPORT_UNWRITABLE",
            f"Mapē {path.parent} nevar rakstīt.",
            f"The folder {path.parent} cannot be written to ({error.strerror}).",
            next_lv="Norādiet citu --report ceļu.",
            next_en="Give another path with --report.",
        ) from error
    return path


def _summarise(decisions: Counter[str], codes: Counter[str], report: Path) -> None:
    total = sum(decisions.values())
    click.echo(f"Ieraksti / Records: {total}")
    for decision, (lv, en) in _DECISIONS.items():
        click.echo(f"  {decisions[decision]:>8}  {lv} / {en}")
    if codes:
        click.echo("Biežākie kodi (rindas) / Commonest codes (rows):")
        for code, rows in codes.most_common(_MOST_COMMON):
            click.echo(f"  {rows:>8}  {code}")
    click.echo(f"Pārskats / Report: {report}")
