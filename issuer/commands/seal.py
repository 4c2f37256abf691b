"""`atestats seal`: records in, sealed documents and their QR codes out."""

from __future__ import annotations

import signal
import sys
import time
from collections import Counter
from datetime import datetime
from pathlib import Path

import click

from issuer.commands.moment import moment

_TEXTS = {
    "sealed": "apzīmogoti / sealed",
    "rejected": "noraidīti / rejected",
    "skipped": "izlaisti / skipped",
}


@click.command("seal")
@click.argument("source", type=click.Path(exists=True, path_type=Path))
@click.option("--reference", required=True, type=click.Path(path_type=Path), help="The reference file.")
@click.option(
    "--as-of", required=True, type=click.DateTime(["%Y-%m-%d"]), help="Reference date of the checks."
)
@click.option("--keys", required=True, type=click.Path(path_type=Path), help="Folder of the key store.")
@click.option(
    "--out", required=True, type=click.Path(path_type=Path), help="Folder for the sealed documents."
)
@click.option(
    "--types", default="", help="Document types, comma-separated; all that a record yields by default."
)
@click.option(
    "--document-types",
    "more_types",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of more document types (TOML), beside the product's own.",
)
@click.option("--workers", default=1, type=click.IntRange(1, 256), show_default=True, help="Processes.")
@click.option(
    "--format",
    "source_format",
    type=click.Choice(["jsonl", "csv", "xlsx", "xml"]),
    help="Format of the records.",
)
@click.option(
    "--sealed-by",
    type=click.Choice(["institution", "ministry", "exam_body"]),
    help="Who seals; by default as the document type says.",
)
@click.option("--confirm-warnings", is_flag=True, help="Seal rows that have warnings only.")
@click.option("--full-qr", is_flag=True, help="Put marks and exam results into the QR code too.")
@click.option(
    "--key-file", type=click.Path(path_type=Path), help="Key file of the key store, not a passphrase."
)
@click.option(
    "--at",
    "sealed_at",
    type=moment,
    metavar="TIME",
    help="Sealing time, RFC 3339; with TEST keys only. The default is now.",
)
@click.option(
    "--host", default="ATESTATS.LV", show_default=True, help="Host of the verifier page in the QR code."
)
@click.option(
    "--status",
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the status store, made if absent: documents can be revoked. Without it they stand in no list.",
)
def command(
    source: Path,
    reference: Path,
    as_of: datetime,
    keys: Path,
    out: Path,
    types: str,
    more_types: Path | None,
    workers: int,
    source_format: str | None,
    sealed_by: str | None,
    confirm_warnings: bool,
    full_qr: bool,
    key_file: Path | None,
    sealed_at: datetime | None,
    host: str,
    status: Path | None,
) -> None:
    """Check, compose and seal the records in SOURCE (a file, or a folder of an export).

    Writes one sealed .jsonld and one QR code per document and OUT/results.jsonl. A rejected row never stops the others.
    Killed and run again, it goes on where it was. Exit status 1 when rows were rejected.
    """
    from issuer.bulk.run import SealRun
    from issuer.bulk.worker import Settings
    from issuer.catalogue.document_types import load_document_types

    chosen = frozenset(name.strip() for name in types.split(",") if name.strip()) or None
    unknown = (chosen or frozenset()) - load_document_types(more=more_types).keys()
    if unknown:
        raise click.BadParameter(f"nezināms dokumenta veids / unknown type: {', '.join(sorted(unknown))}")
    settings = Settings(
        out, reference, keys, key_file, chosen, sealed_by, full_qr, host, more_types, sealed_at, status
    )
    signal.signal(signal.SIGTERM, _stop)
    run = SealRun(settings, source, source_format, as_of.date(), confirm_warnings=confirm_warnings)
    progress = _Progress(_count_rows(source, source_format))
    outcomes = run(workers, progress)
    progress.end()
    for outcome, text in _TEXTS.items():
        click.echo(f"  {outcomes[outcome]:>8}  {text}")
    click.echo(f"  → {out / 'results.jsonl'}")
    sys.exit(1 if outcomes["rejected"] else 0)


def _stop(_number: int, _frame: object) -> None:
    """Asked to end: as Ctrl-C, with ranges under way finished and the workers gone."""
    click.echo(
        "\nBeidzu. Palaidiet to pašu komandu vēlreiz: nekas netiks izlaists vai atkārtots. /"
        " Stopping. Run the same command again: nothing will be left out or repeated.",
        err=True,
    )
    raise KeyboardInterrupt


def _count_rows(source: Path, source_format: str | None) -> int | None:
    """How many rows to expect, where counting is cheap (line ends of JSON Lines); else None."""
    file = source / "graduates.jsonl" if source.is_dir() else source
    if source_format not in (None, "jsonl") or file.suffix != ".jsonl" or not file.exists():
        return None
    with file.open("rb") as lines:
        return sum(block.count(b"\n") for block in iter(lambda: lines.read(1 << 20), b""))


class _Progress:
    """A bar on a terminal; elsewhere a plain line now and then, so that logs stay readable."""

    _EVERY_SECONDS = 10.0

    def __init__(self, total: int | None) -> None:
        self._total = total
        self._terminal = sys.stderr.isatty()
        self._began = self._told = time.monotonic()

    def __call__(self, rows: int, outcomes: Counter[str]) -> None:
        now = time.monotonic()
        documents = outcomes["sealed"]
        rate = documents / max(now - self._began, 0.001)
        if self._terminal:
            share = min(1.0, rows / self._total) if self._total else 0.0
            bar = "█" * round(30 * share) + "·" * (30 - round(30 * share)) if self._total else ""
            of = f"/{self._total}" if self._total else ""
            click.echo(f"\r{bar} {rows}{of}  {documents} ✓  {rate:.0f}/s ", err=True, nl=False)
        elif now - self._told >= self._EVERY_SECONDS:
            self._told = now
            click.echo(
                f"{rows} ieraksti / records, {documents} dokumenti / documents, {rate:.0f}/s", err=True
            )

    def end(self) -> None:
        """Leave the terminal's line."""
        if self._terminal:
            click.echo("", err=True)
