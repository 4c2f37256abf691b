"""`atestats keys compromise`: a key may be in other hands; say so, and name the documents that it takes along."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import click

from issuer.commands.key_options import PATH, REASON, step_options, tell, time_of
from issuer.commands.moment import moment

_NEEDS = {
    "evidence": "vajag jaunu pierādījumu / need new evidence",
    "new_code": "vajag jaunu QR kodu / need a new QR code",
    "nothing": "laika zīmogs ir vecāks: paliek derīgi / time-stamped before: stay good",
}


@click.command("compromise")
@step_options
@REASON
@click.option(
    "--since", type=moment, metavar="TIME", help="Since when it may be in other hands; the default is now."
)
@click.option(
    "--documents",
    "folders",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    multiple=True,
    help="Output folder of `atestats seal` to look through; may be repeated.",
)
@click.option("--report", type=PATH, help="Write the documents found to this file, one JSON object per line.")
def compromise(
    key_id: str,
    keydir: Path,
    at: datetime | None,
    reason: str,
    since: datetime | None,
    folders: tuple[Path, ...],
    report: Path | None,
) -> None:
    """Report a key as compromised, for ever, and list its documents that need new evidence.

    The key stops at once, before anything else. Documents with a time stamp from before `--since` stay good. Called
    again for a key that is compromised already, it only looks for documents.
    """
    from issuer.bulk.key_documents import documents_of_key
    from issuer.seal.key_register import KeyRegister
    from issuer.seal.public_keys import PublicKeys

    when = time_of(keydir, at)
    record = PublicKeys.read(keydir).record(key_id)
    if record.state != "compromised":
        record = KeyRegister(keydir).compromise(key_id, at=when, reason=reason, since=since)
    tell(record)
    if not record.key.certificate_chain or record.invalid_since is None:
        return
    found: Counter[str] = Counter()
    lines: list[bytes] = []
    for folder in folders:
        for document in documents_of_key(folder, record.key, record.invalid_since):
            found[document.needs] += 1
            lines.append(_line(folder, document.as_dict()))
            if document.needs != "nothing" and report is None:
                click.echo(f"  {document.needs:<9} {folder / document.path}")
    if report is not None:
        try:
            report.write_bytes(b"".join(lines))
        except OSError as error:
            raise click.FileError(str(report), error.strerror or "") from None
        click.echo(f"  → {report}")
    for need, text in _NEEDS.items():
        if found[need]:
            click.echo(f"  {found[need]:>8}  {text}")
    if found["evidence"] or found["new_code"]:
        click.echo(
            "→ Apzīmogojiet no jauna ar citu atslēgu (issue_kind: correction), tad: atestats bundle, status set."
        )
        click.echo(
            "→ Seal them anew with another key (issue_kind: correction), then: atestats bundle, status set."
        )


def _line(folder: Path, document: dict[str, str | None]) -> bytes:
    import orjson

    return orjson.dumps({"folder": str(folder), **document}, option=orjson.OPT_APPEND_NEWLINE)
