"""`atestats evidence`: records that prove the age of a whole archive with one time stamp (RFC 4998)."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from issuer.commands.moment import moment
from issuer.commands.tsa_options import tsa_client, tsa_options

if TYPE_CHECKING:
    from issuer.seal.evidence_making import Stamp
    from issuer.trust.certificates import CertificateStore

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_HASHES = click.Choice(["sha256", "sha384", "sha512"])
_keys = click.option("--keys", "keydir", type=_FOLDER, help="Key store to whose root the authority belongs.")
_at = click.option("--at", type=moment, metavar="TIME", help="Rehearse at this time; the default is now.")


@click.group("evidence")
def command() -> None:
    """Evidence records: one time stamp for a whole archive, and its renewal."""


@command.command("make")
@click.argument("out", type=_FOLDER)
@tsa_options
@_keys
@click.option("--hash", "algorithm", type=_HASHES, default="sha256", show_default=True)
@_at
def make(
    out: Path,
    tsa_urls: tuple[str, ...],
    tsa_anchors: tuple[Path, ...],
    routes: tuple[str, ...],
    keydir: Path | None,
    algorithm: str,
    at: dt.datetime | None,
) -> None:
    """Write <uuid>.ers beside each document of OUT that has none about its present bytes.

    A record is about a file's bytes: make it after the last `augment`.
    """
    from issuer.bulk.evidence_run import make as run

    done = run(out, algorithm, _stamp(tsa_urls, tsa_anchors, routes, keydir, at))
    changed = f" {done.replaced} datnes bija mainītas / files had changed since." if done.replaced else ""
    click.echo(f"{out}: {done.written} ieraksti / records, {done.kept} jau bija / were there.{changed}")


@command.command("renew")
@click.argument("out", type=_FOLDER)
@tsa_options
@_keys
@click.option(
    "--hash",
    "algorithm",
    type=_HASHES,
    help="Hash everything anew with this function; default: only stamp anew.",
)
@_at
def renew(
    out: Path,
    tsa_urls: tuple[str, ...],
    tsa_anchors: tuple[Path, ...],
    routes: tuple[str, ...],
    keydir: Path | None,
    algorithm: str | None,
    at: dt.datetime | None,
) -> None:
    """Renew all records of OUT, before the authority's key (or, with --hash, the hash function) ages."""
    from issuer.bulk.evidence_run import renew as run

    done = run(out, _stamp(tsa_urls, tsa_anchors, routes, keydir, at), algorithm=algorithm)
    click.echo(f"{out}: {done.written} ieraksti atjaunoti / records renewed.")


@command.command("verify")
@click.argument("files", nargs=-1, required=True, type=_FILE)
@click.option("--evidence", "record", type=_FILE, help="The record; default: <uuid>.ers beside the file.")
@click.option(
    "--bundle", "bundle_path", type=_FILE, help="Trust the time-stamping authorities of this bundle."
)
@click.option("--anchor", "anchor_path", type=_FILE, help="The operator's certificate (PEM), with --bundle.")
@click.option(
    "--tsa-anchor",
    "tsa_anchors",
    multiple=True,
    type=_FILE,
    help="Certificate (PEM) of an authority to trust.",
)
@click.option("--at", type=moment, metavar="TIME", help="Judge as of this time; the default is now.")
def verify(
    files: tuple[Path, ...],
    record: Path | None,
    bundle_path: Path | None,
    anchor_path: Path | None,
    tsa_anchors: tuple[Path, ...],
    at: dt.datetime | None,
) -> None:
    """Say since when each of FILES existed. Exit status 0: all proven; 1: one is not."""
    from issuer.bulk.evidence_run import record_path
    from issuer.commands.operator_options import read_file
    from issuer.errors import AtestatsError
    from issuer.seal import evidence_record
    from issuer.verify.time_proof import trusted_token

    if record is not None and len(files) > 1:
        raise click.UsageError("--evidence der vienai datnei / is for one file")
    now = at or dt.datetime.now(dt.UTC)
    store = _store(bundle_path, anchor_path, tsa_anchors)
    is_proven = True
    for path in files:
        try:
            proof = evidence_record.verify(
                evidence_record.parse(read_file(record or record_path(path))),
                read_file(path),
                lambda raw, until: trusted_token(raw, store, until or now),
            )
        except AtestatsError as error:
            is_proven = False
            click.echo(f"{path}:\n{error.diagnostics()}", err=True)
            continue
        click.echo(
            f"{path}: pastāvēja / existed {proof.proven_time.isoformat()} "
            f"({len(proof.tokens)} laika zīmogi / time stamps, {proof.algorithm})"
        )
    sys.exit(0 if is_proven else 1)


def _stamp(
    urls: tuple[str, ...],
    anchors: tuple[Path, ...],
    routes: tuple[str, ...],
    keydir: Path | None,
    at: dt.datetime | None,
) -> Stamp:
    from issuer.seal.public_keys import PublicKeys

    if not urls:
        raise click.UsageError("Norādiet --tsa. / Give --tsa.")
    public = PublicKeys.read(keydir) if keydir else None
    client = tsa_client(urls, anchors, routes, public, at)
    return lambda algorithm, digest: client.stamp(digest, algorithm).raw


def _store(
    bundle_path: Path | None, anchor_path: Path | None, tsa_anchors: tuple[Path, ...]
) -> CertificateStore:
    from issuer.commands.operator_options import read_file
    from issuer.commands.pem import certificates_in
    from issuer.trust.bundle import Bundle, read_content
    from issuer.trust.certificates import CertificateStore

    if bundle_path is not None and anchor_path is not None:
        return Bundle(
            read_content(read_file(bundle_path), certificates_in(read_file(anchor_path)))
        ).timestamp_certificates
    anchors = [der for path in tsa_anchors for der in certificates_in(read_file(path))]
    if not anchors:
        raise click.UsageError(
            "Norādiet --bundle un --anchor vai --tsa-anchor. / Give --bundle and --anchor, or --tsa-anchor."
        )
    return CertificateStore(anchors)
