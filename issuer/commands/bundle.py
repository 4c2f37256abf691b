"""`atestats bundle`: the operator's signed list of who may issue what, for verifiers without a network."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from issuer import strict_json
from issuer.commands.operator_options import Making, operator_options, read_file, write_file
from issuer.commands.pem import certificates_in

if TYPE_CHECKING:
    from issuer.trust.lote import TrustList

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_PATH = click.Path(path_type=Path)


@click.command("bundle")
@operator_options
@click.option(
    "--previous",
    type=_PATH,
    help="The bundle before this one: its rights and keys are history that the new one keeps.",
)
@click.option(
    "--trust-list",
    "list_path",
    type=_PATH,
    help="The published trust list (atestats trust-list make); the default is the one that would be made now.",
)
@click.option(
    "--timestamp-anchor",
    "timestamp_anchors",
    multiple=True,
    type=_PATH,
    help="CA certificates (PEM) that time stamps may lead to, besides the store's own; may be repeated.",
)
@click.option(
    "--status-lists", "status_folder", type=_FOLDER, help="Folder with published status lists (*.cwt)."
)
@click.option(
    "--log",
    "log_folder",
    type=_FOLDER,
    help="Folder of the log of issued documents (its bundle.json is taken over).",
)
def command(
    previous: Path | None,
    list_path: Path | None,
    timestamp_anchors: tuple[Path, ...],
    status_folder: Path | None,
    log_folder: Path | None,
    **given: Any,
) -> None:
    """Make the signed file that lets a verifier work offline.

    It says which institution may award which document types when, which keys are theirs, and what the numbers in QR
    codes mean. The operator's key in the key store signs it; verifiers get KEYDIR/operator.crt as their anchor.
    """
    from issuer.trust.bundle import open_bundle, read_content
    from issuer.trust.publication import Issue, sign

    if list_path is not None and (given["compromised"] or given["mandates"]):
        raise click.UsageError(
            "--compromised un --mandate pieder sarakstam: trust-list make / belong to the list: trust-list make"
        )
    making = Making.of(**given)
    before = read_content(read_file(previous), making.anchors) if previous is not None else {}
    issue = Issue(
        sequence=making.sequence_after(before.get("sequence")),
        issued_at=making.issued_at,
        next_update=making.next_update,
        is_test=making.public.is_test,
        compromised=making.compromised,
        previous=before,
        timestamp_anchors=[*making.public.anchors, *_certificates(timestamp_anchors)],
        status_lists=_status_lists(status_folder),
        log=_log(log_folder),
        histories=making.histories,
    )
    content = making.publication.content(
        making.public.keys, making.public.anchors, issue, _trust_list(list_path, making)
    )
    data = sign(content, making.operator, making.signer)
    open_bundle(  # what verifiers would refuse is not written
        data, [making.operator.certificate], making.issued_at, issue.sequence
    )
    write_file(given["out"], data)
    click.echo(_summary(content, given["out"], len(data)))


def _trust_list(path: Path | None, making: Making) -> TrustList | None:
    from issuer.trust.lote_file import open_trust_list

    return open_trust_list(read_file(path), making.anchors, making.issued_at) if path is not None else None


def _certificates(paths: Iterable[Path]) -> list[bytes]:
    return [der for path in paths for der in certificates_in(read_file(path))]


def _status_lists(folder: Path | None) -> list[bytes]:
    """The lists that `atestats status publish` wrote, in the order of their names."""
    if folder is None:
        return []
    lists = [read_file(path) for path in sorted(folder.glob("*.cwt"))]
    if not lists:
        raise click.BadParameter(f"mapē nav statusa sarakstu / no status lists (*.cwt) in: {folder}")
    return lists


def _log(folder: Path | None) -> dict[str, Any] | None:
    if folder is None:
        return None
    path = folder / "bundle.json"
    value = strict_json.loads(read_file(path))
    if not isinstance(value, dict) or not {"origin", "keys", "checkpoint"} <= value.keys():
        raise click.ClickException(f"{path}: nav žurnāla apraksts / not the description of a log")
    return value


def _summary(content: dict[str, Any], out: Path, size: int) -> str:
    institutions = sum(entity["kind"] == "institution" for entity in content["entities"])
    keys = sum(len(entity["keys"]) for entity in content["entities"])
    test = " TESTS / TEST." if content["test"] else ""
    return (
        f"{out}: Nr. {content['sequence']}, {institutions} iestādes / institutions, {keys} atslēgas / keys, "
        f"{size / 1e6:.2f} MB, derīga līdz / valid until {content['next_update']}.{test}"
    )
