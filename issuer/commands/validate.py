"""`atestats validate`: check credentials, sealed or not, against the European Learning Model."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from issuer.errors import AtestatsError
from issuer.findings import Finding, has_errors

if TYPE_CHECKING:
    from issuer.elm.shacl import OfficialShapes

_JUDGED = {
    True: ("kā mūsu dokuments, stingri", "as a document of ours, strictly"),
    False: (
        "kā svešs dokuments; kas nozīmi nezaudē, ir brīdinājums",
        "as a document of others; what loses no meaning is a warning",
    ),
}


@click.command(name="validate")
@click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)
@click.option(
    "--shacl",
    "shapes_dir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Also ask the official SHACL shapes in this folder (extra: shacl).",
)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON list instead of text.")
def command(files: tuple[Path, ...], shapes_dir: Path | None, as_json: bool) -> None:
    """Check credentials against the European Learning Model (ELM 3.2, EDC AP 1.2.0).

    FILES hold one credential each, unsealed or sealed (JAdES); the seal itself is judged by `atestats
    verify`. Exit status: 0 valid (warnings allowed), 1 errors found, 2 wrong usage.
    """
    shapes = _shapes(shapes_dir)
    reports = [_report(path, shapes) for path in files]
    if as_json:
        click.echo(json.dumps([_as_json(*report) for report in reports], ensure_ascii=False, indent=1))
    else:
        for report in reports:
            click.echo(_as_text(*report))
    sys.exit(1 if any(has_errors(findings) for _, _, findings in reports) else 0)


def _shapes(folder: Path | None) -> OfficialShapes | None:
    if folder is None:
        return None
    from issuer.elm.shacl import OfficialShapes

    return OfficialShapes(folder)


def _report(path: Path, shapes: OfficialShapes | None) -> tuple[Path, dict[str, Any] | None, list[Finding]]:
    """Path; what the file was taken for, or None when it could not be read; findings."""
    from issuer.elm.opening import open_document
    from issuer.elm.validate import validate

    try:
        opened = open_document(path.read_bytes())
    except AtestatsError as error:
        return path, None, [Finding(error.code, "error", "", error.message_lv, error.message_en)]
    findings = validate(opened.credential, own=opened.ours)
    taken = {"form": opened.form, "ours": opened.ours, "shacl": None}
    if shapes is not None:
        complaints = shapes.judge(opened.credential)
        findings = [*findings, *complaints]
        taken["shacl"] = not has_errors(complaints)
    return path, taken, findings


def _as_json(path: Path, taken: dict[str, Any] | None, findings: list[Finding]) -> dict[str, Any]:
    return {
        "file": str(path),
        "valid": not has_errors(findings),
        **(taken or {"form": None, "ours": None, "shacl": None}),
        "findings": [finding.as_dict() for finding in findings],
    }


def _as_text(path: Path, taken: dict[str, Any] | None, findings: list[Finding]) -> str:
    errors = sum(finding.severity == "error" for finding in findings)
    warnings = len(findings) - errors
    lines = [f"{path}: " + ("NEDERĪGS / INVALID" if errors else "derīgs / valid")]
    if taken is not None:
        lv, en = _JUDGED[taken["ours"]]
        lines.append(f"  Vērtēts {lv}. / Judged {en}.")
        if taken["shacl"] is not None:
            said = ("pieņem", "accept") if taken["shacl"] else ("noraida", "reject")
            lines.append(f"  Oficiālās SHACL formas to {said[0]}. / The official SHACL shapes {said[1]} it.")
    if findings:
        lines.append(f"  Kļūdas / errors: {errors}; brīdinājumi / warnings: {warnings}")
    for finding in findings:
        word = "KĻŪDA" if finding.severity == "error" else "brīdinājums"
        lines.append(f"  {word} {finding.code}  {finding.path or '·'}")
        lines += [f"      {finding.message_lv}", f"      {finding.message_en}"]
    return "\n".join(lines)
