"""The steps of a key's life as commands: create, csr, certify (TEST), import, activate, suspend, resume, retire."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from issuer.commands.key_options import AT, KEY_FILE, KEYS, PATH, REASON, step_options, tell, time_of

if TYPE_CHECKING:
    from issuer.seal.key import Algorithm, Purpose
    from issuer.seal.keystore import KeyStore
    from issuer.seal.public_keys import PublicKeys


@click.command("create")
@KEYS
@click.option(
    "--owner", required=True, help="Registration number of the institution, ministry, exam_body, operator."
)
@click.option("--purpose", type=click.Choice(["seal", "qr", "operator"]), default="seal", show_default=True)
@click.option(
    "--algorithm", type=click.Choice(["ES256", "RS256", "PS256"]), default="ES256", show_default=True
)
@click.option(
    "--organization-identifier",
    metavar="NTRLV-…",
    help="Of the legal person; by default as the owner's earlier keys.",
)
@click.option("--socket", type=PATH, help="Make it on the token that serve-token serves here.")
@click.option("--csc", "csc_url", metavar="URL", help="It is a remote seal of this CSC API service.")
@click.option("--csc-version", type=click.Choice(["v1", "v2"]), default="v2", show_default=True)
@click.option("--credential", help="The remote seal's credentialID.")
@KEY_FILE
@AT
def create(
    keydir: Path,
    owner: str,
    purpose: str,
    algorithm: str,
    organization_identifier: str | None,
    socket: Path | None,
    csc_url: str | None,
    csc_version: str,
    credential: str | None,
    key_file: Path | None,
    at: datetime | None,
) -> None:
    """Make a new key: in the store, on a token, or by naming a remote seal.

    It seals nothing before it has a certificate (csr, import) and is activated. A remote seal has its certificate
    already. The owner's other keys stay as they are.
    """
    from issuer.seal.key_making import in_store, on_token, remote
    from issuer.seal.public_keys import PublicKeys

    if (csc_url is None) != (credential is None) or (csc_url and socket):
        raise click.UsageError(
            "--csc un --credential kopā, bez --socket / --csc and --credential together, no --socket"
        )
    when = time_of(keydir, at)
    public = PublicKeys.read(keydir)
    identifier = organization_identifier or _identifier_of(public, owner)
    what = (owner, cast("Purpose", purpose), cast("Algorithm", algorithm), identifier)
    if csc_url and credential:
        tell(remote(keydir, *what, url=csc_url, version=csc_version, credential=credential, at=when))
    elif socket:
        tell(on_token(keydir, *what, socket=socket, at=when))
    else:
        tell(in_store(_open(keydir, key_file), *what, at=when))


@click.command("csr")
@step_options
@click.option("--out", type=PATH, required=True, help="The request to write, PEM.")
@click.option("--name", help="Name of the legal person; by default as in the owner's earlier certificate.")
@KEY_FILE
def csr(
    key_id: str, keydir: Path, at: datetime | None, out: Path, name: str | None, key_file: Path | None
) -> None:
    """Write the request for a certificate (PKCS #10) of a key that has none yet."""
    from issuer.commands.pem import as_pem
    from issuer.seal.certificate_request import certificate_request, subject_name
    from issuer.seal.key_making import name_of
    from issuer.seal.signers import StoreSigner

    time_of(keydir, at)
    store = _open(keydir, key_file)
    record = store.public_keys.record(key_id)
    if record.state != "requested":
        from issuer.seal.keystore_error import certified_already

        raise certified_already(key_id)
    key = record.key
    subject = subject_name(name or name_of(store.public_keys, key), key.organization_identifier)
    _write(out, as_pem("CERTIFICATE REQUEST", certificate_request(key, subject, StoreSigner(store))))
    click.echo(f"→ {out}")


@click.command("certify")
@KEYS
@AT
@click.option("--csr", "request_path", type=PATH, required=True, help="The request, PEM.")
@click.option("--out", type=PATH, required=True, help="The certificate and its chain to write, PEM.")
@KEY_FILE
def certify(keydir: Path, at: datetime | None, request_path: Path, out: Path, key_file: Path | None) -> None:
    """Answer a request with a TEST certificate of the store's own CA; in production a trust service does."""
    from issuer.commands.pem import as_pem, blocks
    from issuer.seal.dev_ca import certify_request

    when = time_of(keydir, at)
    store = _open(keydir, key_file)
    requests = blocks("CERTIFICATE REQUEST", _read(request_path))
    chain = certify_request(store, requests[0] if requests else b"", start=when)
    _write(out, b"".join(as_pem("CERTIFICATE", der) for der in (*chain, store.public_keys.root)))
    click.echo(f"→ {out}")


@click.command("import")
@step_options
@click.option(
    "--certificate",
    "paths",
    type=PATH,
    multiple=True,
    required=True,
    help="Certificate and chain up to the root, PEM or DER; may be repeated.",
)
@click.option("--activate", "activate_too", is_flag=True, help="Let it seal at once.")
def import_certificate(
    key_id: str, keydir: Path, at: datetime | None, paths: tuple[Path, ...], activate_too: bool
) -> None:
    """Bring in the certificate of a key, checked: this key, this holder, for sealing, with a way to a root."""
    from issuer.commands.pem import blocks
    from issuer.seal.key_register import KeyRegister

    when = time_of(keydir, at)
    certificates: list[bytes] = []
    for path in paths:
        data = _read(path)
        certificates += blocks("CERTIFICATE", data) or [data]
    register = KeyRegister(keydir)
    record = register.certify(key_id, certificates, at=when)
    tell(register.activate(key_id, at=when) if activate_too else record)


@click.command("activate")
@step_options
def activate(key_id: str, keydir: Path, at: datetime | None) -> None:
    """Let a certified key seal; the owner's key before it retires in the same step."""
    from issuer.seal.key_register import KeyRegister

    tell(KeyRegister(keydir).activate(key_id, at=time_of(keydir, at)))


@click.command("suspend")
@step_options
@REASON
def suspend(key_id: str, keydir: Path, at: datetime | None, reason: str) -> None:
    """Stop a key for a while, at once; nothing takes its place."""
    from issuer.seal.key_register import KeyRegister

    tell(KeyRegister(keydir).suspend(key_id, at=time_of(keydir, at), reason=reason))


@click.command("resume")
@step_options
@click.option("--reason", default="", help="Why, for the key's history; no personal data.")
def resume(key_id: str, keydir: Path, at: datetime | None, reason: str) -> None:
    """Let a suspended key seal again."""
    from issuer.seal.key_register import KeyRegister

    tell(KeyRegister(keydir).resume(key_id, at=time_of(keydir, at), reason=reason))


@click.command("retire")
@step_options
@REASON
def retire(key_id: str, keydir: Path, at: datetime | None, reason: str) -> None:
    """End the use of a key for good; its documents stay valid."""
    from issuer.seal.key_register import KeyRegister

    tell(KeyRegister(keydir).retire(key_id, at=time_of(keydir, at), reason=reason))


steps = (create, csr, certify, import_certificate, activate, suspend, resume, retire)


def _identifier_of(public: PublicKeys, owner: str) -> str:
    known = {record.key.organization_identifier for record in public.records if record.key.owner == owner}
    if len(known) != 1:
        raise click.UsageError("vajag / needed: --organization-identifier NTRLV-…")
    return known.pop()


def _open(keydir: Path, key_file: Path | None) -> KeyStore:
    from issuer.seal.keystore import KeyStore

    return KeyStore.open(keydir, key_file=key_file)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise click.FileError(str(path), error.strerror or "") from None


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise click.FileError(str(path), error.strerror or "") from None
