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
    from issuer.trust.eu_lists import EuService
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
@click.option("--lotl", type=_PATH, help="The EU's list of the lists (XML), sealed by whom pyHanko knows.")
@click.option(
    "--lotl-anchor", type=_PATH, help="Certificates (PEM) that seal the list of the lists instead of those."
)
@click.option(
    "--eu-list",
    "eu_lists",
    multiple=True,
    type=_PATH,
    help="A national trusted list (XML): its issuers of seals and time stamps become anchors; may be repeated.",
)
def command(
    previous: Path | None,
    list_path: Path | None,
    timestamp_anchors: tuple[Path, ...],
    status_folder: Path | None,
    log_folder: Path | None,
    lotl: Path | None,
    lotl_anchor: Path | None,
    eu_lists: tuple[Path, ...],
    **given: Any,
) -> None:
    """Make the signed file that lets a verifier work offline.

    It says which institution may award which document types when, which keys are theirs, and what the numbers in QR
    codes mean. The operator's key in the key store signs it; verifiers get KEYDIR/operator.crt as their anchor.
    """
    from issuer.trust.bundle import open_bundle, read_content
    from issuer.trust.publication import Issue, sign

    if list_path is not None and (given["compromised"] or given["mandates"] or given["awards"]):
        raise click.UsageError(
            "--compromised, --mandate, --award pieder sarakstam / belong to the list: trust-list make"
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
        eu_services=_eu_services(lotl, lotl_anchor, eu_lists, making),
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


def _eu_services(
    lotl: Path | None, anchor: Path | None, paths: tuple[Path, ...], making: Making
) -> list[EuService]:
    """The qualified services of the national lists, each sealed by whom the list of the lists names for its country."""
    from issuer.trust.eu_lists import read_lotl, read_national_list, territory_of

    if not paths:
        return []
    if lotl is None:
        raise click.UsageError("ar --eu-list vajag --lotl / --eu-list needs --lotl")
    trusted = certificates_in(read_file(anchor)) if anchor is not None else []
    operators = read_lotl(read_file(lotl), trusted, making.issued_at)
    services = []
    for path in paths:
        xml = read_file(path)
        services += read_national_list(xml, operators.get(territory_of(xml), ()), making.issued_at)
    return services


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
