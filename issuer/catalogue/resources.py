"""Where the data files of the product are: a checkout keeps them in `schemas/`, an installed wheel inside itself."""

from __future__ import annotations

from pathlib import Path

from issuer.errors import AtestatsError

_PACKAGE = Path(__file__).resolve().parents[1]


def data_dir() -> Path:
    """The folder that holds `document_types/`, `authorities.toml`, `code_lists.toml` and their neighbours.

    `schemas/` of the checkout when the package runs from one, else `issuer/_data/schemas` of the wheel.
    Raises `AtestatsError` DATA_MISSING when there is neither.
    """
    for folder in (_PACKAGE / "_data" / "schemas", _PACKAGE.parent / "schemas"):
        if (folder / "document_types").is_dir():
            return folder
    raise AtestatsError(
        "DATA_MISSING",
        "Nav atrodama datņu mape „schemas”.",
        "The data folder `schemas` is missing.",
        next_lv="Uzstādiet pakotni no jauna.",
        next_en="Install the package again.",
    )
