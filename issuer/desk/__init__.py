"""The desk: where schools, education boards, the exam body and the ministry work with their documents in a browser.

    app = create_app(Settings.load(Path("desk.toml")), database)        # an ASGI application

Pages are rendered here and work without script. The rooms of this folder: who is asking (`login`, `session`,
`visitor`), what protects the pages (`guard`, `headers`, `limits`, `uploads`), what they say (`wording`, `texts/`),
how they look (`templates/`, `static/`), and one module of endpoints per noun. What a person may see is decided in one
place (`issuer.register.scope`), what they may do in the register and in `issuer.bulk.batches`; it decides neither.
"""

from __future__ import annotations

from typing import Any

__all__ = ["Settings", "create_app"]


def __getattr__(name: str) -> Any:
    if name == "Settings":
        from issuer.desk.settings import Settings

        return Settings
    if name == "create_app":
        from issuer.desk.app import create_app

        return create_app
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
