"""Writes what the table of terms generates into `contexts/` and `schemas/`: `python -m issuer.elm.generate`.

A test proves the written files up to date.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from issuer.elm.context import edc_context, vc2_context
from issuer.elm.json_schema import profile_schema

CHECKOUT = Path(__file__).resolve().parents[2]


def generated() -> dict[str, str]:
    """Path inside the checkout -> full text of the file."""
    return {
        "contexts/edc-ap.jsonld": _text(edc_context()),
        "contexts/edc-ap-vc2.jsonld": _text(vc2_context()),
        "schemas/credential-profile.schema.json": _text(profile_schema()),
    }


def _text(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def main(root: Path = CHECKOUT) -> None:
    """Write every generated file below `root`."""
    for name, text in generated().items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(root))


if __name__ == "__main__":
    main()
