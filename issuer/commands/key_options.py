"""What the commands that change a key have in common: the store, the time, and telling what the key is now."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from issuer.commands.moment import moment

if TYPE_CHECKING:
    from issuer.seal.key_life import KeyRecord

PATH = click.Path(path_type=Path)

KEYS = click.option("--keys", "keydir", type=PATH, required=True, help="The key store.")
KEY_ID = click.argument("key_id")
KEY_FILE = click.option("--key-file", type=PATH, help="Key file of the store, not a passphrase.")
AT = click.option(
    "--at",
    type=moment,
    metavar="TIME",
    help="When it happens, RFC 3339; with TEST keys only. The default is now.",
)
REASON = click.option("--reason", required=True, help="Why, for the key's history; no personal data.")


def time_of(keydir: Path, at: datetime | None) -> datetime:
    """Now, or the time that was given, which only the history of a TEST key may bear."""
    from issuer.errors import AtestatsError
    from issuer.seal.public_keys import PublicKeys

    if at is not None and not PublicKeys.read(keydir).is_test:
        raise AtestatsError(
            "AT_NEEDS_TEST_KEYS",
            "Laiku drīkst norādīt tikai ar TESTA atslēgām.",
            "The time may be given with TEST keys only.",
            next_lv="Izlaidiet --at: īstas atslēgas vēsture nes īsto laiku.",
            next_en="Leave --at out: the history of a real key carries the real time.",
        )
    return at or datetime.now(UTC).replace(microsecond=0)


def step_options(function: Callable[..., None]) -> Callable[..., None]:
    """KEY_ID, --keys and --at."""
    for option in (AT, KEYS, KEY_ID):
        function = option(function)
    return function


def tell(record: KeyRecord) -> None:
    """What the key is now."""
    click.echo(f"{record.key.key_id}  {record.state}  {record.changed_at.isoformat()}")
