"""A page of texts becomes an A4 picture: small, sharp, complete, and the same picture every time."""

from __future__ import annotations

import hashlib
import io
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from page_samples import both, certificate, transcript
from PIL import Image
from pypdfium2 import raw

from issuer.render import Painter
from issuer.render.raster import HEIGHT, WIDTH, greys

NOT_DRAWN = {"key", "layout", "align"}


def texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for name, part in value.items():
            if name not in NOT_DRAWN:
                yield from texts_of(part)
    elif isinstance(value, list):
        for part in value:
            yield from texts_of(part)


def squeezed(text: str) -> str:
    """Without what line breaking changes: white space, and hyphens at line ends (PDFium: U+FFFE or U+0002)."""
    return "".join(letter for letter in text if not letter.isspace() and letter not in "-\ufffe\x02")


def text_layer(painter: Painter, page) -> str:
    document = pypdfium2.PdfDocument(painter.pdf(page))
    assert len(document) == 1
    return squeezed(document[0].get_textpage().get_text_bounded())


def grey(picture: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(picture)).convert("L"))


def test_a_page_is_an_a4_png_in_four_greys(painter):
    (picture,) = painter.paint([certificate()])
    image = Image.open(io.BytesIO(picture))
    image.verify()
    image = Image.open(io.BytesIO(picture))
    assert image.format == "PNG"
    assert (picture[24], picture[25]) == (2, 0)  # IHDR: bit depth 2, colour type grey
    assert image.size == (WIDTH, HEIGHT)
    dots_per_mm = image.info["dpi"][0] / 25.4
    assert WIDTH / dots_per_mm == pytest.approx(210, abs=0.5)
    assert HEIGHT / dots_per_mm == pytest.approx(297, abs=0.5)
    assert set(np.unique(grey(picture))) == {0, 85, 170, 255}


def test_a_certificate_is_small(painter):
    assert len(painter.paint([certificate()])[0]) < 25_000


@pytest.mark.parametrize(
    "page", [certificate(), transcript(), transcript(22, 6)], ids=["certificate", "18", "22+6"]
)
def test_every_text_of_the_page_is_drawn(painter, page):
    drawn = text_layer(painter, page)
    missing = [text for text in texts_of(page) if squeezed(text) not in drawn]
    assert missing == []


def test_marks_of_a_duplicate_and_facts_of_one_type_are_drawn(painter):
    page = certificate(
        mark=both("DUBLIKĀTS", "DUPLICATE"),
        qualification=both("Programmēšanas tehniķis", "Programming technician"),
        facts=[
            {
                "label": both("Aizstātais dokuments", "Replaced document"),
                "value": both("VE 000123", "No VE 000123"),
            }
        ],
        notes=[both("Piezīme.", "A note.")],
    )
    drawn = text_layer(painter, page)
    assert all(squeezed(text) in drawn for text in texts_of(page))


def test_a_page_with_nothing_optional_is_drawn(painter):
    page = certificate(
        programme=None, qualification=None, levels=None, completion_date=None, director=None, entitlement=None,
        statement=[], registration_number="", legal_basis=both(""), sealing_note=both(""), proof_note=both(""),
    )  # fmt: skip
    assert "ĢēģereŠķēle" in text_layer(painter, page)
    assert (grey(painter.paint([page])[0]) < 128).any()


def test_english_that_equals_the_latvian_is_printed_once(painter):
    page = certificate(title=both("Atestāts", "Atestāts"))
    assert text_layer(painter, page).count("Atestāts") == 1


def test_the_longest_names_wrap_inside_the_frame(painter):
    holder = {**certificate()["holder"]}
    holder["given_names"] = "Maksimiliāns Ferdinands-Emanuels Teodor"
    holder["family_name"] = "Mežvidzemnieks-Lielkrūmiņš-Strazdbērziņš-Ziemeļnieks-Ozoliņš"
    page = certificate(holder=holder)
    assert squeezed(holder["family_name"]) in text_layer(painter, page)
    nameless = certificate(holder={**holder, "given_names": "", "family_name": "i"})
    named, bare = (grey(picture) for picture in painter.paint([page, nameless]))
    changed = np.nonzero((named != bare).any(axis=0))[0]
    assert changed.min() > 60  # the frame's inner edge is 49 dots from the edge
    assert changed.max() < WIDTH - 60


def test_a_long_transcript_is_set_tighter_until_it_fits(painter):
    page = transcript(40, 6)
    drawn = text_layer(painter, page)
    assert all(squeezed(text) in drawn for text in texts_of(page))


@pytest.mark.parametrize(
    ("page", "smallest"), [(certificate(), 7.0), (transcript(22, 6), 6.5), (transcript(40, 6), 5.5)]
)
def test_no_letter_is_too_small_to_read_in_print(painter, page, smallest):
    """In points; 6 points are 2.1 mm. Only an overlong transcript goes below what newspapers print."""
    text = pypdfium2.PdfDocument(painter.pdf(page))[0].get_textpage()
    sizes = [raw.FPDFText_GetFontSize(text, index) for index in range(text.count_chars())]
    assert min(size for size in sizes if size > 1) >= smallest


def test_a_picture_does_not_depend_on_its_batch(painter):
    pages = [certificate(key=str(n), series_number=f"VE {n}") for n in range(14)]
    pages[3:3] = [transcript(), transcript(38, 6)]
    together = painter.paint(pages)
    backwards = painter.paint(pages[::-1])[::-1]
    alone = [Painter().paint([pages[index]])[0] for index in (0, 4)]
    assert together == backwards
    assert alone == [together[0], together[4]]


def test_a_picture_does_not_depend_on_process_environment_or_fonts_of_the_machine(painter, tmp_path):
    page = transcript(holder={**certificate()["holder"], "original_name": "晓明 王"})
    program = (
        "import json, sys, hashlib; from issuer.render import Painter; "
        "print(hashlib.sha256(Painter().paint([json.load(sys.stdin)])[0]).hexdigest())"
    )
    environment = {
        "HOME": str(tmp_path),
        "TZ": "Asia/Tokyo",
        "LC_ALL": "C",
        "FONTCONFIG_FILE": str(tmp_path / "none"),
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "PATH": os.environ["PATH"],
    }
    outcome = subprocess.run(
        [sys.executable, "-c", program],
        input=json.dumps(page),
        capture_output=True,
        text=True,
        check=True,
        env=environment,
        cwd=tmp_path,
    )
    assert outcome.stdout.strip() == hashlib.sha256(painter.paint([page])[0]).hexdigest()


@pytest.mark.parametrize(
    "text",
    [
        '#panic("x")',
        "$ x^2 $",
        "*trekns* _slīps_",
        "@atsauce <zīme>",
        "\\u{41} \\ // /* */",
        "= - + 1.",
        '"quoted" `raw`',
    ],
)
def test_texts_are_data_and_never_instructions(painter, text):
    page = certificate(notes=[both(text)])
    assert squeezed(text) in text_layer(painter, page)


def test_a_designer_can_bring_templates_of_their_own(tmp_path):
    folder = tmp_path / "templates"
    folder.mkdir()
    for template in (Path(__file__).parents[2] / "issuer/render/templates").glob("*.typ"):
        (folder / template.name).write_text(template.read_text("utf-8"), "utf-8")
    (folder / "plain.typ").write_text(
        '#import "style.typ": *\n#let margin = (left: 50pt, right: 50pt, top: 50pt, bottom: 50pt)\n'
        "#let frame() = rule()\n#let head(shared) = text(size: 30pt, shared.title.lv)\n"
        "#let body(page, tight) = text(size: 20pt, page.series_number)\n#let foot(shared) = none\n",
        "utf-8",
    )
    own = Painter(folder)
    page = certificate(layout="plain")
    assert text_layer(own, page) == squeezed(page["title"]["lv"] + page["series_number"])
    first_row = grey(own.paint([certificate(layout="plain")])[0])[75:79]
    assert (first_row < 255).any()  # the frame is under the page


@pytest.mark.parametrize("page", [certificate(mark=both("DUBLIKĀTS", "DUPLICATE")), transcript(20, 4)])
def test_what_documents_share_lies_where_the_complete_page_has_it(painter, page):
    """Head, foot and frame are drawn apart from the rest, once for all documents of a type; the PDF is drawn whole."""
    (picture,) = painter.paint([page])
    (complete,) = greys(painter.pdf(page), [0])
    differ = np.abs(grey(picture).astype(int) - complete) > 128  # more than fringes of letters
    assert differ.mean() < 0.0002


def test_documents_of_other_titles_do_not_get_each_others_head(painter):
    pages = [certificate(title=both(f"Dokuments {number}")) for number in range(3)]
    assert painter.paint(pages + pages[::-1]) == [painter.paint([page])[0] for page in pages + pages[::-1]]
    assert len(set(painter.paint(pages))) == 3


def test_every_line_between_rows_is_printed(painter):
    """A thin line may fall between two rows of dots; it must not turn white there."""
    for rows in range(3, 22, 6):
        page = transcript(rows, tables=transcript(rows)["tables"][:1])
        dots = grey(painter.paint([page])[0])[:, 75:830]
        lines = np.nonzero((dots < 255).all(axis=1))[0]
        apart = 1 + np.count_nonzero(np.diff(lines) > 1)
        # two of the frame, the head's, three of the table's frame, those between its rows, two of the box at the foot
        assert apart == 2 + 1 + 3 + (rows - 1) + 2


def test_no_pages_make_no_pictures(painter):
    assert painter.paint([]) == []
