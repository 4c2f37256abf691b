"""`atestats trust-list`: the register of institutions as a signed ETSI TS 119 602 list, made and read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from issuer.commands.moment import moment
from issuer.commands.operator_options import Making, operator_options, read_file, write_file
from issuer.commands.pem import certificates_in

if TYPE_CHECKING:
    from issuer.trust.lote import TrustedEntity, TrustList

_PATH = click.Path(path_type=Path)


@click.group("trust-list")
def command() -> None:
    """Who may issue which document when: the operator's list of trusted entities (LoTE, ETSI TS 119 602)."""


@command.command()
@operator_options
@click.option("--previous", type=_PATH, help="The list before this one: its past is history that stays.")
def make(previous: Path | None, **given: Any) -> None:
    """Make the list, signed by the operator's key as compact JAdES."""
    from issuer.trust.lote_file import open_trust_list, read_signed, sign
    from issuer.trust.lote_register import bodies_of
    from issuer.trust.publication import Issue
    from issuer.trust.times import format_time

    making = Making.of(**given)
    before = read_signed(read_file(previous), making.anchors) if previous is not None else None
    history = (
        {"entities": bodies_of(before), "issued_at": format_time(before.issued_at)}
        if before is not None
        else {}
    )
    issue = Issue(
        sequence=making.sequence_after(before.sequence if before is not None else None),
        issued_at=making.issued_at,
        next_update=making.next_update,
        is_test=making.public.is_test,
        compromised=making.compromised,
        previous=history,
        histories=making.histories,
    )
    data = sign(making.publication.trust_list(making.public.keys, issue), making.operator, making.signer)
    made = open_trust_list(data, [making.operator.certificate], making.issued_at)
    bodies_of(made)  # what nobody could read is not written
    write_file(given["out"], data)
    click.echo(f"{given['out']}: {_headline(made)}, {len(data) / 1e6:.2f} MB")


@command.command()
@click.argument("path", type=_PATH)
@click.option(
    "--anchor",
    "anchor_path",
    type=_PATH,
    required=True,
    help="Certificate of the operator (PEM): operator.crt.",
)
@click.option("--institution", help="Show one body only: registration number, ministry, exam_body.")
@click.option(
    "--at", type=moment, metavar="TIME", help="The time to ask about, RFC 3339 or a date; the default is now."
)
def show(path: Path, anchor_path: Path, institution: str | None, at: dt.datetime | None) -> None:
    """Check the seal of a list and say what held at a time."""
    from issuer.trust import lote_terms as terms
    from issuer.trust.lote_file import read_signed

    trust_list = read_signed(read_file(path), certificates_in(read_file(anchor_path)))
    click.echo(_headline(trust_list))
    asked = at or dt.datetime.now(dt.UTC)
    shown = [
        entity
        for entity in trust_list.entities
        if institution is None or (entity.extension(terms.BODY) or {}).get("key") == institution
    ]
    if not shown:
        raise click.ClickException(f"sarakstā nav / not on the list: {institution}")
    for entity in shown:
        for line in _lines(entity, asked):
            click.echo(line)


def _headline(trust_list: TrustList) -> str:
    return (
        f"Nr. {trust_list.sequence}, {len(trust_list.entities)} iestādes / bodies, "
        f"izdots / issued {trust_list.issued_at.isoformat()}, "
        f"derīgs līdz / valid until {trust_list.next_update.isoformat()}"
    )


def _lines(entity: TrustedEntity, asked: dt.datetime) -> list[str]:
    """What each service of the body was at that time; days are those in Latvia."""
    from issuer.trust.entity import local_day

    names = " / ".join(entity.name.values())
    identifier = ", ".join(entity.trade_name.values())
    lines = [f"{names} ({identifier})"]
    for service in entity.services:
        status = service.at(asked)
        if status is not None and status.status is not None:
            what = (service.type or "").rsplit("/lote/svctype/", 1)[-1]
            until = status.extension("GrantedUntil")
            since = local_day(status.since).isoformat() if status.since is not None else "?"
            period = f"{since} … {until}" if until else f"{since} …"
            lines.append(f"  {what}: {status.status.rsplit('/', 1)[-1]} ({period})")
    return lines
