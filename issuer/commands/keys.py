"""`atestats keys`: the life of keys; here, a TEST key store for development."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from issuer.commands.key_compromise import compromise
from issuer.commands.key_list import list_keys
from issuer.commands.key_steps import steps
from issuer.commands.moment import moment
from issuer.commands.serve_token import command as serve_token

if TYPE_CHECKING:
    from issuer.catalogue.authorities import Authority
    from issuer.catalogue.reference import Reference
    from issuer.seal.key import Algorithm
    from issuer.seal.keystore import NewKey
    from issuer.seal.pki import Holder


@click.group(name="keys")
def command() -> None:
    """Keys and certificates of the institutions."""


@command.command()
@click.option(
    "--reference",
    "reference_path",
    type=click.Path(path_type=Path),
    required=True,
    help="Institutions: reference.json.",
)
@click.option("--out", "keydir", type=click.Path(path_type=Path), required=True, help="The folder to make.")
@click.option(
    "--algorithm",
    type=click.Choice(["ES256", "RS256", "PS256"]),
    default="ES256",
    show_default=True,
    help="Of the seal keys; QR keys are always P-256.",
)
@click.option(
    "--key-file",
    type=click.Path(path_type=Path),
    help="Lock the store with this file (made if absent) instead of a passphrase.",
)
@click.option(
    "--at", "at_text", metavar="TIME", help="When the certificates begin, RFC 3339; the default is now."
)
def dev(
    reference_path: Path, keydir: Path, algorithm: str, key_file: Path | None, at_text: str | None
) -> None:
    """Make a TEST public-key infrastructure with a seal and a QR key for every institution.

    The passphrase comes from ATESTATS_PASSPHRASE. An existing store is never overwritten; a run that is
    stopped leaves nothing behind at OUT.
    """
    from issuer.catalogue.authorities import load_authorities
    from issuer.catalogue.reference import Reference
    from issuer.seal.keystore import KeyStore
    from issuer.seal.lock import Lock
    from issuer.seal.passphrase import passphrase
    from issuer.seal.pki import development_keys, key_count

    start = moment(at_text) if at_text else datetime.now(UTC)
    authorities = load_authorities()
    holders = _holders(Reference.load(reference_path), authorities)
    lock = Lock.new(key_file=key_file) if key_file else Lock.new(passphrase=passphrase(is_test=True))
    keys = development_keys(
        holders, _operator(authorities), algorithm=cast("Algorithm", algorithm), start=start
    )
    KeyStore.create(
        keydir, _with_progress(keys, key_count(len(holders))), lock=lock, made_at=start, is_test=True
    )
    click.echo(f"TESTA atslēgas: {len(holders)} iestādes un pārvaldes → {keydir}")
    click.echo(f"TEST keys for {len(holders)} institutions and authorities → {keydir}")
    click.echo("Tikai izstrādei; juridiska spēka nav. / For development only; no legal effect.")


for _step in (list_keys, *steps, serve_token, compromise):
    command.add_command(_step)


def _holders(reference: Reference, authorities: dict[str, Authority]) -> list[Holder]:
    """Everyone who seals: the authorities and all institutions, open or closed."""
    from issuer.seal.pki import Holder

    bodies = [
        Holder(key, body.legal_name["lv"], body.organization_identifier) for key, body in authorities.items()
    ]
    schools = [
        Holder(school.reg_no, school.name, school.organization_identifier)
        for school in reference.institutions.values()
    ]
    return bodies + schools


def _operator(authorities: dict[str, Authority]) -> Holder:
    """Who runs the system and signs the bundle: the ministry."""
    from issuer.seal.pki import Holder

    return Holder("operator", "Atestats", authorities["ministry"].organization_identifier)


def _with_progress(keys: Iterable[NewKey], count: int) -> Iterator[NewKey]:
    """Show how far it is on stderr: a bar on a terminal (RSA keys take about a third of a second each)."""
    with click.progressbar(keys, length=count, label="Atslēgas / keys", file=sys.stderr) as bar:
        yield from bar
