"""Which typefaces a page uses and which letters they can draw; the machine's own fonts are never looked at.

Latvian, English and every other Latin or Cyrillic text: Libertinus Serif, which the typesetter carries inside
itself, and Noto Sans. Names in their original form (`oriģinālforma`) may be in any script that the Noto fonts of the
packages `manimgx-fonts` and `manimgx-fonts-cjk` (SIL Open Font License 1.1) draw. The ranges below are what those
files cover, nearly all of them whole Unicode blocks; a test draws every Latin letter and samples of the others.
"""

from __future__ import annotations

import re
from importlib.util import find_spec
from pathlib import Path

from issuer.render.render_error import RenderError

_PACKAGES = ("manimgx_fonts", "manimgx_fonts_cjk")

# Letters of every text: both typefaces have them, upright, bold and italic.
LATIN = (
    (0x0020, 0x007E), (0x00A0, 0x00AC), (0x00AE, 0x023F), (0x0300, 0x0331), (0x0384, 0x0386), (0x0388, 0x03CE),
    (0x0400, 0x045F), (0x0490, 0x04C4), (0x04D0, 0x04F9), (0x1E00, 0x1E9B), (0x1E9E, 0x1E9E), (0x1EA0, 0x1EF9),
    (0x2010, 0x2027), (0x202F, 0x2037), (0x2039, 0x203E), (0x2044, 0x2044), (0x20AC, 0x20AC), (0x2103, 0x2103),
    (0x2113, 0x2113), (0x2116, 0x2116), (0x2122, 0x2122), (0x2212, 0x2212),
)  # fmt: skip

# Letters that only a name in its original form may have. Joiners yes, direction controls no.
OTHER_SCRIPTS = (
    (0x0370, 0x0377), (0x037F, 0x037F), (0x03CF, 0x03E1), (0x0460, 0x052F), (0x0531, 0x058A), (0x0591, 0x05F4),
    (0x0610, 0x061A), (0x0620, 0x06DC), (0x06DE, 0x06FF), (0x0750, 0x077F), (0x0900, 0x0DF4), (0x0E01, 0x0E5B),
    (0x0E81, 0x0EDF), (0x1000, 0x109F), (0x10A0, 0x10FF), (0x1200, 0x139F), (0x1780, 0x17F9), (0x1C90, 0x1CBF),
    (0x1F00, 0x1FFC), (0x200C, 0x200D), (0x2D00, 0x2D2D), (0x3005, 0x3007), (0x3041, 0x30FF), (0x3400, 0x4DB5),
    (0x4E00, 0x9FEF), (0xAC00, 0xD7A3),
)  # fmt: skip


def _outside(*ranges: tuple[int, int]) -> re.Pattern[str]:
    return re.compile("[^" + "".join(f"{chr(first)}-{re.escape(chr(last))}" for first, last in ranges) + "]")


_NOT_LATIN = _outside(*LATIN)
_NOT_ANY = _outside(*LATIN, *OTHER_SCRIPTS)


def undrawable(text: str, *, original_form: bool = False) -> str | None:
    """The first character of `text` that a page cannot draw (a control character, an unknown script), or None."""
    found = (_NOT_ANY if original_form else _NOT_LATIN).search(text)
    return found.group() if found else None


def font_folders() -> list[str]:
    """Folders of the packaged fonts; raises `RenderError` RENDER_FONTS_MISSING."""
    folders = []
    for package in _PACKAGES:
        spec = find_spec(package)
        if spec is None or spec.origin is None:
            raise RenderError(
                "RENDER_FONTS_MISSING",
                f"Nav uzstādīta fontu pakotne {package}.",
                f"The font package {package} is not installed.",
                next_lv="Uzstādiet visas pakotnes no requirements.lock.",
                next_en="Install all packages of requirements.lock.",
            )
        folders.append(str(Path(spec.origin).parent))
    return folders
