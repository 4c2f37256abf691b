"""`atestats keys list`: what a store holds, what became of it, and what ends soon."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from issuer.commands.moment import moment

if TYPE_CHECKING:
    from issuer.seal.expiry import ExpiryAlarm
    from issuer.seal.key_life import KeyRecord


@click.command("list")
@click.option("--keys", "keydir", type=click.Path(path_type=Path), required=True, help="The key store.")
@click.option(
    "--expiring", is_flag=True, help="Only keys with an expiry alarm (60, 30, 7 days); exit status 1 if any."
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object per key, with its history.")
@click.option("--at", type=moment, metavar="TIME", help="Time of the alarms, RFC 3339; the default is now.")
def list_keys(keydir: Path, expiring: bool, as_json: bool, at: datetime | None) -> None:
    """List the keys of a store.

    Key id (owner, purpose, beginning of SHA-256 of the public key), state, algorithm, organisation, validity.
    Certificates that end within 60, 30 or 7 days are marked. Needs no passphrase.
    """
    from issuer.seal.expiry import expiry_alarm
    from issuer.seal.public_keys import PublicKeys

    public = PublicKeys.read(keydir)
    at = at or datetime.now(UTC)
    if public.is_test and not as_json:
        click.echo("TESTA atslēgas / TEST keys")
    alarms = 0
    for record in public.records:
        alarm = expiry_alarm(record, at)
        alarms += alarm is not None
        if alarm is not None or not expiring:
            click.echo(_json(record, alarm) if as_json else _line(record, alarm))
    if alarms and not as_json:
        click.echo(
            f"Beidzas {alarms} sertifikāti: izveidojiet jaunas atslēgas laikus. / "
            f"{alarms} certificates end soon: make new keys in time.",
            err=True,
        )
    sys.exit(1 if expiring and alarms else 0)


def _line(record: KeyRecord, alarm: ExpiryAlarm | None) -> str:
    key = record.key
    text = f"{key.key_id:<38} {record.state:<11} {key.algorithm} {key.organization_identifier} {_validity(record)}"
    if alarm is not None:
        text += f"  ⚠ {'beidzies / expired' if alarm.days == 0 else f'< {alarm.days} d'}"
    return text


def _validity(record: KeyRecord) -> str:
    from issuer.seal.certificate_fields import validity

    if not record.key.certificate_chain:
        return "–"
    begin, end = validity(record.key.certificate)
    return f"{begin:%Y-%m-%d}…{end:%Y-%m-%d}"


def _json(record: KeyRecord, alarm: ExpiryAlarm | None) -> str:
    import orjson

    from issuer.seal.certificate_fields import validity

    key = record.key
    begin, end = validity(key.certificate) if key.certificate_chain else (None, None)
    told: dict[str, Any] = {
        "key_id": key.key_id,
        "owner": key.owner,
        "purpose": key.purpose,
        "algorithm": key.algorithm,
        "organization_identifier": key.organization_identifier,
        "state": record.state,
        "not_before": begin,
        "not_after": end,
        "alarm_days": alarm.days if alarm else None,
        "held_by": dict(record.held_by),
        "history": [event.as_dict() for event in record.history],
    }
    return orjson.dumps(told).decode()
