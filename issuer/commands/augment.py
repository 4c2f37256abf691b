"""`atestats augment`: time stamps, revocation data and archive time stamps for the documents of a folder."""

from __future__ import annotations

import sys
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from issuer.bulk.augment import Report
    from issuer.seal.levels import Level
    from issuer.seal.tsa_client import TsaClient

_SHOWN = 20


@click.command("augment")
@click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--to", "level", type=click.Choice(["B-T", "B-LT", "B-LTA"]), default="B-LTA", show_default=True
)
@click.option(
    "--tsa",
    "urls",
    multiple=True,
    required=True,
    metavar="URL",
    help="Time-stamping authority; the first is asked first.",
)
@click.option(
    "--keys", "keydir", required=True, type=click.Path(path_type=Path), help="The key store (no passphrase)."
)
@click.option(
    "--route", "route_words", multiple=True, metavar="HOST=URL", help="Where requests for HOST really go."
)
@click.option(
    "--tsa-anchor",
    "anchor_files",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Roots of time-stamping authorities (PEM), beside those of the key store.",
)
@click.option(
    "--tsa-policy", "policies", multiple=True, metavar="OID", help="Accepted policies; any by default."
)
@click.option(
    "--client-certificate",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Certificate and key (PEM) for authorities that ask who we are.",
)
@click.option(
    "--workers", default=8, type=click.IntRange(1, 64), show_default=True, help="Requests under way at once."
)
@click.option(
    "--rate", type=click.FloatRange(min=0, min_open=True), help="Requests per second to one authority."
)
@click.option(
    "--patience",
    default=30.0,
    type=click.FloatRange(min=0),
    show_default=True,
    help="Seconds to wait in an outage.",
)
def command(
    out: Path,
    level: str,
    urls: tuple[str, ...],
    keydir: Path,
    route_words: tuple[str, ...],
    anchor_files: tuple[Path, ...],
    policies: tuple[str, ...],
    client_certificate: Path | None,
    workers: int,
    rate: float | None,
    patience: float,
) -> None:
    """Raise the sealed documents of OUT to a level: B-T (time stamp), B-LT (certificates and revocation data), B-LTA.

    Killed and run again, it goes on where it was. When no authority answers any more it ends with status 2 and keeps
    what is done. Exit status 1 when documents stayed behind, each for a reason of its own.
    """
    from issuer.bulk.augment import AugmentRun
    from issuer.commands.pem import certificates_in
    from issuer.commands.routes import routes
    from issuer.seal.http_fetch import Fetcher
    from issuer.seal.public_keys import PublicKeys
    from issuer.seal.revocation_client import RevocationClient
    from issuer.seal.tsa_client import Limits, Trust, TsaClient

    keys = PublicKeys.read(keydir)
    fetch = Fetcher(routes(route_words), client_certificate=client_certificate)
    issuers = tuple(keys.issuers.values())
    anchors = [*keys.anchors, *(der for path in anchor_files for der in certificates_in(path.read_bytes()))]
    trust = Trust(
        anchors,
        [der for der in issuers if der not in anchors],
        policies,
        None if keys.is_test else timedelta(minutes=5),  # rehearsals live at another time
    )
    tsa = TsaClient(urls, trust=trust, fetch=fetch, limits=Limits(workers, rate, patience))
    revocation = RevocationClient(fetch, anchors, known=issuers, folder=out / ".evidence")
    progress = _Progress()
    try:
        report = AugmentRun(out, cast("Level", level), tsa, revocation, parallel=workers)(progress)
    finally:
        progress.end()
    _tell(report, tsa, out)
    sys.exit(1 if report.problems else 0)


def _tell(report: Report, tsa: TsaClient, out: Path) -> None:
    for level, count in sorted(report.levels.items()):
        click.echo(f"  {count:>8}  {level}  (+{report.raised[level]})")
    for url, count in tsa.stamped.items():
        click.echo(f"  {count:>8}  laika zīmogi / time stamps  {url}")
    for path, problem in list(report.problems.items())[:_SHOWN]:
        click.echo(f"{path.relative_to(out)}\n{problem.diagnostics()}", err=True)
    if report.problems:
        click.echo(f"Nav pacelti / not raised: {len(report.problems)}", err=True)


class _Progress:
    """A line that is written over on a terminal; elsewhere a plain line now and then."""

    _EVERY_SECONDS = 10.0

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._told = time.monotonic()

    def __call__(self, level: Level, done: int, total: int) -> None:
        now = time.monotonic()
        if self._terminal:
            click.echo(f"\r{level}  {done}/{total} ", err=True, nl=False)
        elif now - self._told >= self._EVERY_SECONDS:
            self._told = now
            click.echo(f"{level}  {done}/{total}", err=True)

    def end(self) -> None:
        """Leave the terminal's line."""
        if self._terminal:
            click.echo("", err=True)
