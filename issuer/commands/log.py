"""`atestats log`: write issued documents into the public log, check a log, watch what it holds in a school's name."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from issuer.commands.moment import moment
from issuer.commands.tsa_options import tsa_client, tsa_options

if TYPE_CHECKING:
    from issuer.transparency.audit import Found
    from issuer.transparency.checkpoint import Checkpoint
    from issuer.transparency.note import VerifierKey

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_TEST_ORIGIN = "log.atestats.test"

_log = click.option("--log", "folder", required=True, type=_FOLDER, help="Folder of the log.")
_bundle = click.option(
    "--bundle",
    "bundle_path",
    type=_FILE,
    help="Take the log's keys from this bundle, not from the log itself.",
)
_anchor = click.option(
    "--anchor", "anchor_path", type=_FILE, help="The operator's certificate (PEM), with --bundle."
)
_known = click.option(
    "--known",
    "known_path",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File with the checkpoint seen last time: the log must begin with it. It is replaced by the new one.",
)


@click.group("log")
def command() -> None:
    """The public, append-only log of issued documents."""


@command.command("append")
@click.argument("out", type=_FOLDER)
@click.option(
    "--log",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the log.",
)
@click.option("--keys", "keydir", required=True, type=_FOLDER, help="Folder of the key store.")
@click.option(
    "--origin", help="Name of the log, such as log.example.lv/2037; asked for once, when the log begins."
)
@tsa_options
@click.option(
    "--status", "status_folder", type=_FOLDER, help="Status store: log what was annulled or replaced."
)
@click.option("--at", type=moment, metavar="TIME", help="Time of the new entries; the default is now.")
@click.option("--key-file", type=click.Path(path_type=Path), help="Key file of the key store.")
def append(
    out: Path,
    folder: Path,
    keydir: Path,
    origin: str | None,
    tsa_urls: tuple[str, ...],
    tsa_anchors: tuple[Path, ...],
    routes: tuple[str, ...],
    status_folder: Path | None,
    at: dt.datetime | None,
    key_file: Path | None,
) -> None:
    """Log the documents of OUT and the life of the keys; write <uuid>.proof.json beside each document.

    Run again, it logs nothing twice and does what is left.
    """
    import hashlib

    from issuer.bulk.log_run import Operator
    from issuer.bulk.log_run import append as run
    from issuer.seal.keystore import KeyStore
    from issuer.seal.passphrase import passphrase
    from issuer.seal.signers import StoreSigner
    from issuer.status.store import StatusStore
    from issuer.transparency.log_keys import CheckpointSigner, LogKeys

    store = KeyStore.open(keydir, key_file=key_file)
    public = KeyStore.public(keydir)
    secret = None if key_file else passphrase(is_test=public.is_test)
    name = origin or _origin_of(folder) or (_TEST_ORIGIN if public.is_test else None)
    if name is None:
        raise click.UsageError("Žurnāls vēl nav sākts: norādiet --origin. / The log is new: give --origin.")
    keys = LogKeys.open(keydir, name, passphrase=secret, key_file=key_file)
    signer = CheckpointSigner(keys, public.key("operator", "operator"), StoreSigner(store))
    client = tsa_client(tsa_urls, tsa_anchors, routes, public, at) if tsa_urls else None
    done = run(
        out,
        folder,
        Operator(signer, keys, public),
        status=StatusStore.existing(status_folder) if status_folder else None,
        stamp=(lambda note: client.stamp(hashlib.sha256(note).digest()).raw) if client else None,
        at=at or dt.datetime.now(dt.UTC),
    )
    stamped = "" if done.stamped else " Bez laika zīmoga / not time-stamped: --tsa."
    click.echo(
        f"{name}: {done.head.size} ieraksti / entries (+{done.added}), {done.documents} dokumenti / documents, "
        f"{done.proofs} pierādījumi / proofs.{stamped}"
    )


@command.command("verify")
@_log
@_bundle
@_anchor
@_known
def verify(folder: Path, bundle_path: Path | None, anchor_path: Path | None, known_path: Path | None) -> None:
    """Recompute the whole log: entries, tiles, signatures, time stamps, and that no checkpoint was taken back."""
    from issuer.transparency.audit import audit

    origin, keys = _keys(folder, bundle_path, anchor_path)
    report = audit(folder, keys, origin, known=_known_head(known_path, keys, origin))
    _remember(known_path, report.head)
    click.echo(
        f"{origin}: kārtībā / in order. {report.head.size} ieraksti / entries, {report.checkpoints} kontrolpunkti / "
        f"checkpoints, {report.stamps} laika zīmogi / time stamps."
    )


@command.command("monitor")
@_log
@click.option("--owner", required=True, help="Registration number of the institution.")
@click.option(
    "--own", type=_FOLDER, help="The institution's own sealed files: entries about others are marked."
)
@_bundle
@_anchor
@_known
@click.option("--json", "as_json", is_flag=True, help="One JSON object per entry.")
def monitor(
    folder: Path,
    owner: str,
    own: Path | None,
    bundle_path: Path | None,
    anchor_path: Path | None,
    known_path: Path | None,
    as_json: bool,
) -> None:
    """Show everything logged in the name of one institution: its keys, and what was sealed with them.

    With --known, only what is new since last time. With --own, the exit status is 1 when the log holds a document
    that is not among the institution's files: somebody else sealed it with the institution's key.
    """
    from issuer.transparency.audit import check_consistency, entries_of, latest
    from issuer.transparency.tiles import TileTree

    origin, keys = _keys(folder, bundle_path, anchor_path)
    head = latest(folder, keys, origin)
    known = _known_head(known_path, keys, origin)
    if known is not None:
        check_consistency(TileTree(folder, head.size), head, known)
    mine = _digests(own) if own else None
    strangers = 0
    for found in entries_of(folder, head, start=known.size if known else 0, owner=owner):
        document = found.entry.members.get("document")
        is_strange = mine is not None and document is not None and document not in mine
        strangers += is_strange
        click.echo(_line(found, is_strange, as_json))
    _remember(known_path, head)
    if strangers:
        click.echo(
            f"UZMANĪBU: {strangers} dokumentu nav iestādes mapē; iespējams, atslēga ir svešās rokās.\n"
            f"WARNING: {strangers} documents are not among the institution's files; its key may be in other hands.",
            err=True,
        )
        sys.exit(1)


def _line(found: Found, is_strange: bool, as_json: bool) -> str:
    member = found.entry.members
    if as_json:
        line = {"index": found.index, **member}
        return json.dumps(line | {"unknown": True} if is_strange else line, ensure_ascii=False)
    mark = " SVEŠS / UNKNOWN" if is_strange else ""
    if member["event"] == "key":
        return f"{found.index}  {member['time']}  key {member['purpose']} {member['state']}  {member['key'][:16]}"
    return (
        f"{found.index}  {member['time']}  {member['event']} {member['type']}  {member['document'][:16]} "
        f"({member['key'][:16]}){mark}"
    )


def _digests(own: Path) -> set[str]:
    from issuer.seal import jades
    from issuer.transparency.entry import document_digest

    return {document_digest(jades.parse(path.read_bytes())).hex() for path in own.rglob("*.jsonld")}


def _origin_of(folder: Path) -> str | None:
    try:
        return str(json.loads((folder / "bundle.json").read_bytes())["origin"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _keys(
    folder: Path, bundle_path: Path | None, anchor_path: Path | None
) -> tuple[str, Sequence[VerifierKey]]:
    """Origin and keys: from a bundle, or else from the log itself, which then vouches for itself."""
    from issuer.commands.operator_options import read_file
    from issuer.commands.pem import certificates_in
    from issuer.errors import AtestatsError
    from issuer.transparency.note import VerifierKey
    from issuer.trust.bundle import read_content

    if (bundle_path is None) != (anchor_path is None):
        raise click.UsageError("--bundle un --anchor der tikai kopā / go together only")
    try:
        if bundle_path is not None and anchor_path is not None:
            told = read_content(read_file(bundle_path), certificates_in(read_file(anchor_path)))["log"]
        else:
            told = json.loads(read_file(folder / "bundle.json"))
            click.echo(
                "Atslēgas ņemtas no paša žurnāla; pilnai pārbaudei norādiet --bundle un --anchor.\n"
                "The keys are taken from the log itself; for a full check give --bundle and --anchor.",
                err=True,
            )
        return told["origin"], [VerifierKey.parse(key) for key in told["keys"]]
    except (ValueError, KeyError, TypeError):
        raise AtestatsError(
            "LOG_NOT_KNOWN",
            "Žurnāla apraksts nav atrodams vai nav nolasāms.",
            "The description of the log is missing or cannot be read.",
            next_lv="Norādiet operatora datni ar žurnālu (atestats bundle --log).",
            next_en="Give a bundle that holds the log (atestats bundle --log).",
        ) from None


def _known_head(path: Path | None, keys: Sequence[VerifierKey], origin: str) -> Checkpoint | None:
    from issuer.transparency import checkpoint

    if path is None or not path.exists():
        return None
    return checkpoint.trusted(path.read_bytes(), keys, origin)


def _remember(path: Path | None, head: Checkpoint) -> None:
    from issuer.transparency.durable import put

    if path is not None:
        put(path, head.data)
