"""Every letter that the page promises has a typeface; a name in a script without one is pointed at, not mangled."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import typst
from page_samples import certificate
from test_page_picture import squeezed, text_layer

from issuer.render.fonts import LATIN, font_folders, undrawable

TEMPLATES = Path(__file__).parents[2] / "issuer/render/templates"
CELL = 24  # points and, as drawn here, dots
COLUMNS = 30
MISSING = "\U0010fffd"  # private use, in no typeface

# The original forms of shared/viis' generator, and scripts that people who live in Latvia write.
NAMES = [
    "Schröder", "Seán O'Brien", "Aoife Ní hAodáin", "García Márquez", "Katarzyna Kowalska", "Nguyễn Thị Minh",
    "Daniel Ørensen", "Оксана Григор'єва-Ліщинська", "Андрій Щербанюк", "Mehmet Yılmaz", "João da Silva e Sousa",
    "Guðrún Helgadóttir", "晓明 王", "प्रिया शर्मा", "გიორგი ბერიძე", "Արամ Հակոբյան", "محمد علي", "דוד כהן",
    "Αλέξανδρος Παπαδόπουλος", "김민준", "さくら 山田", "สมชาย", "ሰላም", "রহিম", "தமிழ்", "Ұлпан Әлиева", "ណារិទ្ធ", "မောင်",
]  # fmt: skip


def drawn_cells(letters: str, faces: str, tmp_path: Path) -> list[bytes]:
    """Each letter in a cell of its own, as pixels; `faces` is a Typst expression with the names of style.typ."""
    for template in TEMPLATES.glob("*.typ"):
        (tmp_path / template.name).write_text(template.read_text("utf-8"), "utf-8")
    rows = -(-len(letters) // COLUMNS)
    (tmp_path / "cells.typ").write_text(
        '#import "style.typ": *\n'
        f"#set page(width: {COLUMNS * CELL}pt, height: {rows * CELL}pt, margin: 0pt)\n"
        f"#set text({faces}, size: 11pt, fallback: false)\n"
        f"#grid(columns: ({CELL}pt,) * {COLUMNS}, rows: {CELL}pt, inset: 5pt, "
        "..sys.inputs.letters.codepoints().map(it => text(it)))\n",
        "utf-8",
    )
    pdf = typst.compile(
        str(tmp_path / "cells.typ"), root=str(tmp_path), font_paths=font_folders(), ignore_system_fonts=True,
        sys_inputs={"letters": letters},
    )  # fmt: skip
    pixels = pypdfium2.PdfDocument(pdf)[0].render(scale=1, grayscale=True).to_numpy().reshape(rows * CELL, -1)
    return [
        pixels[row * CELL : (row + 1) * CELL, column * CELL : (column + 1) * CELL].tobytes()
        for row in range(rows)
        for column in range(COLUMNS)
    ][: len(letters)]


@pytest.mark.parametrize(
    "faces",
    [
        "font: serif",
        'font: serif, style: "italic"',
        'font: serif, weight: "bold"',
        'font: serif, weight: "semibold"',
        "font: sans",
    ],
)
def test_every_latin_letter_is_drawn_by_every_face_a_page_uses(faces, tmp_path):
    letters = "".join(
        chr(code)
        for first, last in LATIN
        for code in range(first, last + 1)
        if unicodedata.category(chr(code))[0] not in "ZCM"
    )
    missing, *cells = drawn_cells(MISSING + letters, faces, tmp_path)
    assert (
        np.frombuffer(missing, np.uint8).min() < 255
    )  # the empty box shows, so comparing with it means something
    assert [letter for letter, cell in zip(letters, cells, strict=True) if cell == missing] == []


def test_every_letter_of_a_foreign_name_is_drawn(tmp_path):
    letters = "".join(sorted({letter for letter in "".join(NAMES) if unicodedata.category(letter)[0] == "L"}))
    missing, *cells = drawn_cells(MISSING + letters, "font: any-script", tmp_path)
    assert [letter for letter, cell in zip(letters, cells, strict=True) if cell == missing] == []


@pytest.mark.parametrize("name", NAMES)
def test_names_in_their_original_form_are_accepted(name):
    assert undrawable(name, original_form=True) is None


@pytest.mark.parametrize(
    "letter", ["\u202e", "\u2066", "\u200b", "\n", "\x00", "\ufeff", "\ud800", "🎓", "\ue000"]
)
def test_letters_that_hide_or_reorder_text_are_not(letter):
    assert undrawable("Anna" + letter, original_form=True) == letter
    assert undrawable("Anna" + letter) == letter


def test_latvian_texts_may_not_be_written_in_other_scripts():
    assert undrawable("Ķēniņš Ōŗe “x” – № 7 €") is None
    assert undrawable("王") == "王"


def test_a_name_in_an_unknown_script_points_at_the_data(painter):
    page = certificate(holder={**certificate()["holder"], "original_name": "ᏣᎳᎩ"})
    drawn = text_layer(painter, page)
    assert squeezed("oriģinālforma: dokumenta datos / original form: in the document's data") in drawn
    assert "ᏣᎳᎩ" not in drawn
    assert len(painter.paint([page])[0]) > 10_000


def test_a_name_in_a_known_script_is_in_the_text_layer(painter):
    page = certificate(holder={**certificate()["holder"], "original_name": "晓明 王"})
    assert "晓明王" in text_layer(painter, page)
