"""From the texts of a page to its picture: Typst sets it, PDFium draws it in grey, `png` packs it.

    painter = Painter()
    pictures = painter.paint(pages)             # one A4 PNG per page, in the same order

The same page gives the same picture whatever stands beside it in the batch, in any process and on any machine with the
same package versions: system fonts are ignored, no clock is read, nothing is fetched. (The last step is zlib-ng's;
another version may pack the same pixels into other bytes.)

What documents of one type share (frame, head, legal basis) is drawn once and laid under each page: its ground.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import orjson

from issuer.catalogue.page_content import PageContent
from issuer.render.fonts import font_folders, undrawable
from issuer.render.raster import DPI, Ground, greys, ground_of, pages_of_each
from issuer.render.render_error import RenderError

if TYPE_CHECKING:
    import typst

BATCH = (
    60  # pages in one typesetting run: a quarter less CPU than 12; the typesetter remembers its last ten runs
)
_SHARED = ("heading", "title", "legal_basis", "proof_note")  # what a ground shows, as in page.typ
_MOST_GROUNDS = 32  # of 1.2 MB each; a type has one for each of its titles
_STEPS = 5  # as many as `steps` in style.typ
_Draw = Literal["own", "ground", "all"]
_LAYOUT = re.compile(r"[a-z][a-z0-9_]{0,40}")
_QUOTED = re.compile(r'"[^"]*"|`[^`]*`')
_POINTER = "oriģinālforma: dokumenta datos / original form: in the document's data"


class Painter:
    """Draws pages from the templates of one folder (default: the package's own). Not for use from two threads.

    A process that forks workers creates its Painter in the worker: the typesetter keeps threads of its own.
    """

    def __init__(self, template_dir: Path | None = None) -> None:
        self._folder = template_dir or Path(__file__).parent / "templates"
        self._compiler: typst.Compiler | None = None
        self._grounds: dict[tuple[str, bytes], Ground] = {}

    def paint(self, pages: Sequence[PageContent]) -> list[bytes]:
        """PNG bytes of every page (908 × 1286, 2-bit grey); raises the `RenderError` of the first that failed."""
        pictures = self.paint_each(pages)
        for picture in pictures:
            if isinstance(picture, RenderError):
                raise picture
        return [picture for picture in pictures if isinstance(picture, bytes)]

    def paint_each(self, pages: Sequence[PageContent]) -> list[bytes | RenderError]:
        """As `paint`, but a page that cannot be drawn leaves its error in its place and spoils no other."""
        results: dict[int, bytes | RenderError] = {}
        by_layout: dict[str, list[tuple[int, PageContent]]] = {}
        for index, page in enumerate(pages):
            try:
                self._check(page)
            except RenderError as error:
                results[index] = error
            else:
                by_layout.setdefault(page["layout"], []).append((index, page))
        for layout, members in by_layout.items():
            for start in range(0, len(members), BATCH):
                indexes, batch = zip(*members[start : start + BATCH], strict=True)
                results.update(zip(indexes, self._paint_run(layout, batch, 0), strict=True))
        return [results[index] for index in range(len(pages))]

    def pdf(self, page: PageContent) -> bytes:
        """The page as PDF with a text layer: what a designer looks at and tests read."""
        self._check(page)
        for step in range(_STEPS):
            pdf = self.typeset(page["layout"], [page], step, draw="all")
            if pages_of_each(pdf, 1) == [1]:
                return pdf
        raise _overflow(page)

    # --- one run of the typesetter ---------------------------------------------------------------------------

    def _paint_run(self, layout: str, pages: Sequence[PageContent], step: int) -> list[bytes | RenderError]:
        """Draw pages of one layout at one tightness; what overflows is drawn again, tighter.

        A run in which the typesetter fails is split in halves until the culprit is alone.
        """
        try:
            pdf = self.typeset(layout, pages, step)
        except RenderError as error:
            return self._halves(layout, pages, step) if len(pages) > 1 else [error]
        filled = pages_of_each(pdf, len(pages))
        if len(filled) != len(pages):  # a template of its own that begins no page of its own
            return self._halves(layout, pages, step) if len(pages) > 1 else [_overflow(pages[0])]
        first_pages = list(accumulate(filled, initial=0))[:-1]
        fitting = [index for index, count in enumerate(filled) if count == 1]
        too_long = [index for index, count in enumerate(filled) if count > 1]
        results: dict[int, bytes | RenderError] = dict(
            zip(
                fitting,
                self._pictures(pdf, [(first_pages[index], pages[index]) for index in fitting]),
                strict=True,
            )
        )
        if too_long:
            again = [pages[index] for index in too_long]
            tighter: Sequence[bytes | RenderError] = (
                self._paint_run(layout, again, step + 1)
                if step + 1 < _STEPS
                else [_overflow(page) for page in again]
            )
            results.update(zip(too_long, tighter, strict=True))
        return [results[index] for index in range(len(pages))]

    def _halves(self, layout: str, pages: Sequence[PageContent], step: int) -> list[bytes | RenderError]:
        middle = len(pages) // 2
        return [
            *self._paint_run(layout, pages[:middle], step),
            *self._paint_run(layout, pages[middle:], step),
        ]

    def typeset(self, layout: str, pages: Sequence[PageContent], step: int = 0, draw: _Draw = "own") -> bytes:
        """PDF of pages of one layout at one tightness, unchecked: what is their own, their ground, or all of them."""
        import typst

        drawn = [_drawn(page) for page in pages]
        rooms = [self.ground(page).rooms for page in pages] if draw != "ground" else []
        job = {
            "layout": layout, "draw": draw, "steps": [step] * len(drawn), "rooms": rooms, "pages": drawn,
        }  # fmt: skip
        try:
            pdf = self._ready().compile(
                format="pdf", sys_inputs={"job": orjson.dumps(job).decode()}, pdf_tags=False
            )
        except typst.TypstError as error:
            raise _template_failed(pages[0]["key"], str(error)) from None
        if not isinstance(pdf, bytes):
            raise _template_failed(pages[0]["key"], "no output")
        return pdf

    def _pictures(self, pdf: bytes, wanted: Sequence[tuple[int, PageContent]]) -> Iterator[bytes]:
        from issuer.render.png import png_four_greys

        grounds = [self.ground(page).dots for _, page in wanted]
        for grey, ground in zip(greys(pdf, [index for index, _ in wanted]), grounds, strict=True):
            yield png_four_greys(grey, ground, DPI)

    def ground(self, page: PageContent) -> Ground:
        """What the page shares with others of its type."""
        key = (page["layout"], orjson.dumps([text for name, text in page.items() if name in _SHARED]))
        if key not in self._grounds:
            if len(self._grounds) >= _MOST_GROUNDS:
                del self._grounds[next(iter(self._grounds))]
            self._grounds[key] = ground_of(self.typeset(page["layout"], [page], draw="ground"))
        return self._grounds[key]

    def _ready(self) -> typst.Compiler:
        if self._compiler is None:
            import typst

            for template in sorted(self._folder.glob("*.typ")):
                if '"@' in template.read_text(encoding="utf-8"):
                    raise RenderError(
                        "RENDER_TEMPLATE_PACKAGE",
                        f"Veidne {template.name} ielādē pakotni no tīkla; tas nav atļauts.",
                        f"The template {template.name} imports a package from the network, which is not allowed.",
                        next_lv="Iekopējiet vajadzīgo veidnes mapē.",
                        next_en="Put what the template needs into its own folder.",
                    )
            self._compiler = typst.Compiler(
                str(self._folder / "page.typ"),
                root=str(self._folder),
                font_paths=font_folders(),
                ignore_system_fonts=True,
            )
        return self._compiler

    def _check(self, page: PageContent) -> None:
        """What must hold before the typesetter sees a page: known layout, all keys, letters that can be drawn."""
        key = page.get("key", "?")
        if missing := PageContent.__required_keys__ - page.keys():
            names = ", ".join(sorted(missing))
            raise RenderError(
                "RENDER_PAGE_INCOMPLETE",
                f"Dokumenta {key} lapas saturam trūkst: {names}.",
                f"The page content of document {key} lacks: {names}.",
            )
        layout = page["layout"]
        if not _LAYOUT.fullmatch(layout) or not (self._folder / f"{layout}.typ").is_file():
            raise RenderError(
                "RENDER_LAYOUT_UNKNOWN",
                f"Dokumenta {key} lapas izkārtojumam nav veidnes.",
                f"There is no template for the page layout of document {key}.",
                next_lv="Pārbaudiet dokumenta veida `layout` un veidņu mapi.",
                next_en="Check `layout` of the document type and the template folder.",
            )
        for text in _doubtful_texts(page):
            if letter := undrawable(text):
                raise RenderError(
                    "RENDER_LETTER_UNKNOWN",
                    f"Dokumenta {key} tekstā ir zīme, kuru lapā nevar attēlot: U+{ord(letter):04X}.",
                    f"A text of document {key} has a character that a page cannot show: U+{ord(letter):04X}.",
                    next_lv="Izlabojiet tekstu avota sistēmā.",
                    next_en="Correct the text in the source system.",
                )


def _drawn(page: PageContent) -> dict[str, Any]:
    """The page as the template gets it: an original form in a script without a font becomes a pointer to the data."""
    holder = page["holder"]
    if undrawable(holder["original_name"], original_form=True):
        holder = {**holder, "original_name": _POINTER}
    return {**page, "holder": holder}


def _doubtful_texts(page: PageContent) -> Iterator[str]:
    """The texts to look at one by one: none if the page written as JSON holds only letters that can be drawn."""
    content = {**page, "holder": {**page["holder"], "original_name": ""}}
    try:
        written = orjson.dumps(content).decode()
    except orjson.JSONEncodeError:  # half a surrogate pair
        written = "\\"
    if "\\" in written or undrawable(written):  # a backslash may stand for a control character
        yield from _texts(content)


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _overflow(page: PageContent) -> RenderError:
    return RenderError(
        "RENDER_PAGE_OVERFLOW",
        f"Dokumenta {page['key']} saturs neietilpst vienā lapā.",
        f"The content of document {page['key']} does not fit on one page.",
        next_lv="Saīsiniet piezīmes vai pielāgojiet veidni.",
        next_en="Shorten the notes or adapt the template.",
    )


def _template_failed(key: str, message: str) -> RenderError:
    """The typesetter's words without anything that it quotes: a quotation could be what the document says."""
    reason = _QUOTED.sub("…", message.splitlines()[0] if message else "?")[:160]
    return RenderError(
        "RENDER_TEMPLATE_FAILED",
        f"Dokumenta {key} lapu neizdevās salikt: {reason}.",
        f"The page of document {key} could not be set: {reason}.",
        next_lv="Pārbaudiet lapas veidni un tās datus.",
        next_en="Check the page template and its data.",
    )
