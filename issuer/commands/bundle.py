"""`atestats bundle`: the operator's signed list of who may issue what, for verifiers without a network."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from issuer import strict_json
from issuer.commands.moment import moment
from issuer.commands.pem import certificates_in

if TYPE_CHECKING:
    from issuer.seal.keystore import PublicKeys


@click.command("bundle")
@click.option(
    "--keys", "keydir", type=click.Path(path_type=Path), required=True, help="Folder of the key store."
)
@click.option(
    "--reference",
    "reference_path",
    type=click.Path(path_type=Path),
    required=True,
    help="The reference file: institutions, programmes, accreditation.",
)
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The bundle to write.")
@click.option(
    "--days",
    type=click.IntRange(1, 366),
    default=30,
    show_default=True,
    help="How long verifiers may use it.",
)
@click.option(
    "--at", type=moment, metavar="TIME", help="Time of issue, RFC 3339 or a date; the default is now."
)
@click.option(
    "--sequence",
    type=click.IntRange(0, 2**53 - 1),
    help="Default: one more than the previous bundle, or the time of issue in seconds.",
)
@click.option(
    "--previous",
    type=click.Path(path_type=Path),
    help="The bundle before this one: its rights and keys are history that the new one keeps.",
)
@click.option(
    "--compromised", multiple=True, metavar="KEY_ID", help="Report a key as compromised; may be repeated."
)
@click.option(
    "--mandate",
    "mandates",
    multiple=True,
    metavar="AUTHORITY=TYPE",
    help="Let ministry or exam_body seal a type for all institutions (* for every type); may be repeated.",
)
@click.option(
    "--document-types",
    "more_types",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of more document types (TOML), beside the product's own.",
)
@click.option(
    "--timestamp-anchor",
    "timestamp_anchors",
    multiple=True,
    type=click.Path(path_type=Path),
    help="CA certificates (PEM) that time stamps may lead to, besides the store's own root; may be repeated.",
)
@click.option(
    "--status-lists",
    "status_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder with published status lists (*.cwt).",
)
@click.option(
    "--log",
    "log_folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of the log of issued documents (its bundle.json is taken over).",
)
@click.option("--key-file", type=click.Path(path_type=Path), help="Key file of the store, not a passphrase.")
def command(
    keydir: Path,
    reference_path: Path,
    out: Path,
    days: int,
    at: dt.datetime | None,
    sequence: int | None,
    previous: Path | None,
    compromised: tuple[str, ...],
    mandates: tuple[str, ...],
    more_types: Path | None,
    timestamp_anchors: tuple[Path, ...],
    status_folder: Path | None,
    log_folder: Path | None,
    key_file: Path | None,
) -> None:
    """Make the signed file that lets a verifier work offline.

    It says which institution may award which document types when, which keys are theirs, and what the numbers in QR
    codes mean. The operator's key in the key store signs it; verifiers get KEYDIR/operator.crt as their anchor.
    """
    from issuer.catalogue.reference import Reference
    from issuer.seal.keystore import KeyStore
    from issuer.seal.signer import SoftSigner
    from issuer.trust.bundle import open_bundle, read_content
    from issuer.trust.publication import Issue, Publication, sign

    issued_at = (at or dt.datetime.now(dt.UTC)).replace(microsecond=0)
    store = KeyStore.open(keydir, key_file=key_file)
    public = KeyStore.public(keydir)
    operator = public.key("operator", "operator")
    before: dict[str, Any] = {}
    if previous is not None:
        before = read_content(_read(previous), [operator.certificate])
    if sequence is None:
        sequence = before["sequence"] + 1 if before else int(issued_at.timestamp())
    issue = Issue(
        sequence=sequence,
        issued_at=issued_at,
        next_update=issued_at + dt.timedelta(days=days),
        is_test=public.is_test,
        compromised=_known(compromised, public),
        previous=before,
        timestamp_anchors=[public.root, *_certificates(timestamp_anchors)],
        status_lists=_status_lists(status_folder),
        log=_log(log_folder),
    )
    publication = Publication.of(Reference.load(reference_path), _parsed(mandates), more_types)
    content = publication.content(public.keys, [public.root], issue)
    data = sign(content, operator, SoftSigner(store))
    open_bundle(
        data, [operator.certificate], issued_at, sequence
    )  # what verifiers would refuse is not written
    _write(out, data)
    click.echo(_summary(content, out, len(data)))


def _known(key_ids: Iterable[str], public: PublicKeys) -> frozenset[str]:
    known = {key.key_id for key in public.keys}
    for key_id in key_ids:
        if key_id not in known:
            raise click.BadParameter(f"atslēgas nav krātuvē / no such key: {key_id}")
    return frozenset(key_ids)


def _parsed(mandates: Iterable[str]) -> dict[str, set[str]]:
    parsed: dict[str, set[str]] = {}
    for mandate in mandates:
        authority, equals, document_type = mandate.partition("=")
        if not (authority and equals and document_type):
            raise click.BadParameter(f"jābūt IESTĀDE=VEIDS / must be AUTHORITY=TYPE: {mandate}")
        parsed.setdefault(authority, set()).add(document_type)
    return parsed


def _certificates(paths: Iterable[Path]) -> list[bytes]:
    return [der for path in paths for der in certificates_in(_read(path))]


def _status_lists(folder: Path | None) -> list[bytes]:
    """The lists that `atestats status publish` wrote, in the order of their names."""
    if folder is None:
        return []
    lists = [_read(path) for path in sorted(folder.glob("*.cwt"))]
    if not lists:
        raise click.BadParameter(f"mapē nav statusa sarakstu / no status lists (*.cwt) in: {folder}")
    return lists


def _log(folder: Path | None) -> dict[str, Any] | None:
    if folder is None:
        return None
    path = folder / "bundle.json"
    value = strict_json.loads(_read(path))
    if not isinstance(value, dict) or not {"origin", "keys", "checkpoint"} <= value.keys():
        raise click.ClickException(f"{path}: nav žurnāla apraksts / not the description of a log")
    return value


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from None


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all: a verifier may fetch the file at any moment."""
    partial = path.with_name(path.name + ".partial")
    try:
        partial.write_bytes(data)
        partial.replace(path)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from None


def _summary(content: dict[str, Any], out: Path, size: int) -> str:
    institutions = sum(entity["kind"] == "institution" for entity in content["entities"])
    keys = sum(len(entity["keys"]) for entity in content["entities"])
    test = " TESTS / TEST." if content["test"] else ""
    return (
        f"{out}: Nr. {content['sequence']}, {institutions} iestādes / institutions, {keys} atslēgas / keys, "
        f"{size / 1e6:.2f} MB, derīga līdz / valid until {content['next_update']}.{test}"
    )
