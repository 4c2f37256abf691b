"""Rendering: Jinja2 templates with the texts of the reader's language. Values are escaped; nothing is marked safe.

return pages.answer(request, "year.html", year=year)
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from issuer.desk.guard import held_by
from issuer.desk.session import Held
from issuer.desk.visitor import Visitor
from issuer.desk.wording import LANGUAGES, Language, Texts, Wording

LANGUAGE_COOKIE: Final = "valoda"
_TEMPLATES: Final = Path(__file__).parent / "templates"


def environment() -> Environment:
    """The templates; an unknown name in one is an error, not an empty place."""
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def language_of(request: Request) -> Language:
    """Latvian, unless the reader has chosen otherwise."""
    chosen = request.cookies.get(LANGUAGE_COOKIE, "lv")
    return chosen if chosen in LANGUAGES else "lv"


def texts_of(request: Request) -> Texts:
    """The catalogue in the reader's language."""
    return Wording.load().in_language(language_of(request))


def answer(
    request: Request, template: str, *, status: int = 200, who: Visitor | None = None, **values: Any
) -> Response:
    """A page. Every template knows: `t`, `lang`, `who`, `csrf` (a function), `here`, `notices`, `development`."""
    held: Held = request.scope.get("held") or Held()
    texts = texts_of(request)
    html = request.app.state.templates.get_template(template).render(
        t=texts,
        lang=texts.language,
        who=who,
        institution=_institution(request, who),
        csrf=lambda: held.csrf,
        here=request.url.path,
        notices=held.data.pop("notices", []) if held.data.get("notices") else [],
        development=request.app.state.settings.development,
        version=request.app.state.version,
        **values,
    )
    return HTMLResponse(html, status_code=status)


def go(path: str) -> RedirectResponse:
    """After something was done: to the page that shows it (303, so that reloading does not do it again)."""
    return RedirectResponse(path, status_code=303)


def notice(request: Request, key: str, **values: str | int) -> None:
    """Something to be said on the next page, once: a key of the catalogue with its values (nothing personal)."""
    held_by(request).data.setdefault("notices", []).append({"key": key, "values": values})


def local_path(path: str | None, default: str = "/") -> str:
    """`path` if it is a page of ours, or else `default`: nobody is sent to another site (CWE-601)."""
    if not path or not path.startswith("/") or path.startswith(("//", "/\\")) or "\\" in path:
        return default
    return path if all(letter.isprintable() for letter in path) else default


def _institution(request: Request, who: Visitor | None) -> str:
    if who is None or who.chosen.reg_no is None:
        return ""
    names: dict[str, str] = request.app.state.institution_names
    return names.get(who.chosen.reg_no, who.chosen.reg_no)
