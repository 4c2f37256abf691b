"""`atestats status`: revoke, suspend, replace; publish the lists; show what became of a document."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from issuer.commands.moment import moment
from issuer.credential_id import StatusRef, slot_of, year_and_shard
from issuer.errors import AtestatsError

if TYPE_CHECKING:
    from issuer.status.store import ListSize, StatusStore

_STATES = {
    "valid": "derīgs / valid",
    "revoked": "atsaukts / revoked",
    "suspended": "apturēts / suspended",
    "replaced": "aizstāts / replaced",
}
_store = click.option(
    "--store",
    "folder",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Folder of the status store: what `atestats seal --status` was given.",
)


@click.group("status")
def command() -> None:
    """Status of issued documents and the lists that publish it."""


@command.command("set")
@_store
@click.argument("state", type=click.Choice(list(_STATES)))
@click.argument("documents", nargs=-1, required=True, metavar="DOCUMENT…")
@click.option("--reason", required=True, help="Reason code; an unknown one is answered with those that fit.")
@click.option("--at", type=moment, metavar="TIME", help="When, RFC 3339; the default is now.")
def set_state(
    folder: Path, state: Any, documents: tuple[str, ...], reason: str, at: dt.datetime | None
) -> None:
    """Set the STATE of DOCUMENTs: sealed files, or identifiers (urn:credential:…).

    It holds for all forms of the document; verifiers see it after the next `status publish`. A revocation is final.
    """
    store = _open(folder)
    refs = [_ref(document) for document in documents]  # all can be read before the first is changed
    for document, ref in zip(documents, refs, strict=True):
        store.set_state(ref, state, reason=reason, at=at or dt.datetime.now(dt.UTC))
        click.echo(f"{document}: {_STATES[state]}")


@command.command("publish")
@_store
@click.option("--keys", required=True, type=click.Path(path_type=Path), help="Folder of the key store.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder for the lists.")
@click.option(
    "--base-url", default="https://atestats.lv/status", show_default=True, help="Where the lists are served."
)
@click.option("--at", type=moment, metavar="TIME", help="Time of issue, RFC 3339; the default is now.")
@click.option(
    "--ttl-hours",
    type=click.IntRange(1, 24 * 366),
    default=24,
    show_default=True,
    help="After this a list is stale: its documents are no longer called valid.",
)
@click.option(
    "--days", type=click.IntRange(1, 366), default=30, show_default=True, help="After this a list is void."
)
@click.option("--key-file", type=click.Path(path_type=Path), help="Key file of the store, not a passphrase.")
def publish(
    folder: Path,
    keys: Path,
    out: Path,
    base_url: str,
    at: dt.datetime | None,
    ttl_hours: int,
    days: int,
    key_file: Path | None,
) -> None:
    """Sign all lists anew: <list>.cwt and .jwt (IETF Token Status List), <list>.vc.json (W3C Bitstring Status List).

    Give the folder to `atestats bundle --status-lists`, so that verifiers have them offline.
    """
    from issuer.seal.keystore import KeyStore
    from issuer.seal.signers import StoreSigner
    from issuer.status.publication import Terms
    from issuer.status.publication import publish as publish_lists

    store = _open(folder)
    key_store = KeyStore.open(keys, key_file=key_file)
    terms = Terms(
        _checked(base_url),
        (at or dt.datetime.now(dt.UTC)).replace(microsecond=0),
        dt.timedelta(hours=ttl_hours),
        dt.timedelta(days=days),
    )
    files = publish_lists(store, key_store.key("operator", "operator"), StoreSigner(key_store), terms)
    try:
        out.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            partial = out / f"{name}.partial"
            partial.write_bytes(content)
            partial.replace(out / name)
    except OSError as error:
        raise click.ClickException(f"{out}: {error.strerror}") from None
    size = sum(len(content) for name, content in files.items() if name.endswith(".cwt"))
    click.echo(f"{out}: {len(store.lists())} saraksti / lists, {size} B (.cwt)")


@command.command("show")
@_store
@click.argument("document", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of text.")
def show(folder: Path, document: str | None, as_json: bool) -> None:
    """How full the lists are; with a DOCUMENT (sealed file or identifier), its state and history."""
    store = _open(folder)
    if document is not None:
        _show_document(store, _ref(document), as_json)
        return
    lists = [_list_facts(store, each) for each in store.lists()]
    if as_json:
        click.echo(json.dumps({"lists": lists}))
        return
    for each in lists:
        states = ", ".join(f"{_STATES[state]}: {count}" for state, count in each["states"].items())
        click.echo(
            f"{each['list']}  {each['year']}/{each['shard']}  {each['taken']} no / of {each['slots']}"
            + (f"  ({states})" if states else "")
        )


def _show_document(store: StatusStore, ref: StatusRef, as_json: bool) -> None:
    from issuer.status.states import REASONS

    history = store.history(ref)
    state = history[-1].state if history else "valid"
    if as_json:
        events = [{"state": e.state, "reason": e.reason, "at": e.at.isoformat()} for e in history]
        click.echo(json.dumps({"list": ref.list_number, "slot": ref.slot, "state": state, "history": events}))
        return
    click.echo(_STATES[state])
    for event in history:
        _, lv, en = REASONS[event.reason]
        click.echo(f"  {event.at.isoformat()}  {_STATES[event.state]}: {lv} / {en}")


def _list_facts(store: StatusStore, each: ListSize) -> dict[str, Any]:
    year, shard = year_and_shard(each.number)
    states = list(store.states(each.number).values())
    return {
        "list": each.number,
        "year": year,
        "shard": shard,
        "slots": each.slots,
        "taken": each.taken,
        "states": {state: states.count(state) for state in _STATES if state in states},
    }


def _open(folder: Path) -> StatusStore:
    from issuer.status.store import StatusStore

    return StatusStore.existing(folder)


def _ref(document: str) -> StatusRef:
    """The slot of a document, named by its identifier or by its sealed file."""
    identifier = document if document.startswith("urn:") else _identifier_in(Path(document))
    ref = slot_of(identifier)
    if ref is None:
        raise AtestatsError(
            "STATUS_NO_SLOT",
            f"Dokuments nav nevienā statusa sarakstā: {document}.",
            f"The document stands in no status list: {document}.",
            next_lv="Tas zīmogots bez --status vai nav no šīs sistēmas.",
            next_en="It was sealed without --status, or is not from this system.",
        )
    return ref


def _identifier_in(path: Path) -> str:
    from issuer import strict_json
    from issuer.seal import jades

    try:
        data = path.read_bytes()
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from None
    credential = strict_json.loads(jades.parse(data).payload)
    return str(credential.get("id")) if isinstance(credential, dict) else ""


def _checked(base_url: str) -> str:
    """Readers take the list's number from the last part of its address."""
    url = base_url.rstrip("/")
    if not url.startswith(("https://", "http://")) or not url.isascii() or set(url) & set(" ?#"):
        raise click.BadParameter(f"jābūt adresei / must be a URL: {base_url}", param_hint="--base-url")
    return url
