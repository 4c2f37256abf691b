"""`atestats deliver`: copies of the documents that may be handed out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

if TYPE_CHECKING:
    from issuer.seal.levels import Level

_SHOWN = 20


@click.command("deliver")
@click.argument("out", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--to", required=True, type=click.Path(path_type=Path), help="Folder for the copies.")
@click.option(
    "--level",
    type=click.Choice(["B-T", "B-LT", "B-LTA"]),
    default="B-T",
    show_default=True,
    help="The lowest level to hand out; never below B-T.",
)
def command(out: Path, to: Path, level: str) -> None:
    """Copy the documents of OUT that have a time stamp, with their QR codes and log proofs.

    A document below B-T is refused (LEVEL_BELOW_BT): its seal would die with its key. Exit status 1 when any was
    refused.
    """
    from issuer.bulk.deliver import deliver

    delivery = deliver(out, to, cast("Level", level))
    for reached, count in sorted(delivery.delivered.items()):
        if count:
            click.echo(f"  {count:>8}  {reached}  izsniegti / delivered")
    if delivery.unchanged:
        click.echo(f"  {delivery.unchanged:>8}  jau bija / were there already")
    for path, problem in list(delivery.refused.items())[:_SHOWN]:
        click.echo(f"{path.relative_to(out)}\n{problem.diagnostics()}", err=True)
    if delivery.refused:
        click.echo(f"Atteikti / refused: {len(delivery.refused)}", err=True)
    sys.exit(1 if delivery.refused else 0)
