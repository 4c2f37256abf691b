"""A page that cannot be drawn says why, in two languages, names the document and spoils no other page."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from page_samples import both, certificate, transcript

from issuer.errors import AtestatsError
from issuer.render import Painter, RenderError
from issuer.render import page as page_room

TEMPLATES = Path(__file__).parents[2] / "issuer/render/templates"


def refusal(painter: Painter, page) -> RenderError:
    (result,) = painter.paint_each([page])
    assert isinstance(result, AtestatsError)
    assert result.message_lv
    assert result.message_en
    assert page["key"] in result.message_lv
    assert page["key"] in result.message_en
    return result


@pytest.fixture
def own_templates(tmp_path) -> Path:
    folder = tmp_path / "templates"
    shutil.copytree(TEMPLATES, folder)
    return folder


def test_a_page_that_does_not_fit_is_refused(painter):
    assert refusal(painter, transcript(120, 6)).code == "RENDER_PAGE_OVERFLOW"


def test_paint_raises_the_first_refusal(painter):
    with pytest.raises(RenderError) as caught:
        painter.paint([certificate(), transcript(120, 6)])
    assert caught.value.code == "RENDER_PAGE_OVERFLOW"


def test_one_bad_page_spoils_no_other(painter):
    good = [certificate(key=str(n), series_number=f"VE {n}") for n in range(5)]
    bad = [
        transcript(120, 6),
        certificate(layout="nav_tāda"),
        certificate(notes=[both("Anna\u202e")]),
        certificate(
            director={"position": both("direktore")}
        ),  # the template asks for a name that is not there
        certificate(tables=[{**transcript()["tables"][0], "rows": [[both("x")] * 4] * 90}]),
    ]
    mixed = [page for pair in zip(good, bad, strict=True) for page in pair]
    results = painter.paint_each(mixed)
    assert results[::2] == painter.paint(good)
    codes = [result.code for result in results[1::2] if isinstance(result, RenderError)]
    assert codes == [
        "RENDER_PAGE_OVERFLOW",
        "RENDER_LAYOUT_UNKNOWN",
        "RENDER_LETTER_UNKNOWN",
        "RENDER_TEMPLATE_FAILED",
        "RENDER_PAGE_OVERFLOW",
    ]


@pytest.mark.parametrize(
    "layout", ["nezinams", "../certificate", "/etc/passwd", "certificate.typ", "", "style/x"]
)
def test_a_layout_is_a_template_of_the_folder_and_nothing_else(painter, layout):
    assert refusal(painter, certificate(layout=layout)).code == "RENDER_LAYOUT_UNKNOWN"


def test_a_page_that_lacks_a_text_is_refused(painter):
    page = certificate()
    del page["legal_basis"]
    error = refusal(painter, page)
    assert error.code == "RENDER_PAGE_INCOMPLETE"
    assert "legal_basis" in error.message_en


def test_the_refusal_names_the_character_not_the_text(painter):
    error = refusal(painter, certificate(notes=[both("Slepens vārds\u202e")]))
    assert "U+202E" in error.message_en
    assert "Slepens" not in error.diagnostics()


def test_what_the_typesetter_quotes_is_not_repeated(own_templates):
    (own_templates / "loud.typ").write_text(
        '#import "certificate.typ": foot, frame, head, margin\n#let body(page, tight) = int(page.holder.family_name)\n'
    )
    error = refusal(Painter(own_templates), certificate(layout="loud"))
    assert error.code == "RENDER_TEMPLATE_FAILED"
    assert "Ģēģere" not in error.diagnostics()


def test_a_broken_template_is_an_error_and_not_a_traceback(own_templates):
    (own_templates / "style.typ").write_text("#let (")
    assert refusal(Painter(own_templates), certificate()).code == "RENDER_TEMPLATE_FAILED"


def test_a_template_may_not_fetch_packages(own_templates):
    (own_templates / "net.typ").write_text('#import "@preview/cetz:0.3.1"\n')
    with pytest.raises(RenderError) as caught:
        Painter(own_templates).paint([certificate()])
    assert caught.value.code == "RENDER_TEMPLATE_PACKAGE"


def test_a_template_cannot_read_outside_its_folder(own_templates, tmp_path):
    (tmp_path / "secret.txt").write_text("secret")
    (own_templates / "nosy.typ").write_text(
        '#import "certificate.typ": foot, frame, head, margin\n#let body(page, tight) = read("../secret.txt")\n'
    )
    assert refusal(Painter(own_templates), certificate(layout="nosy")).code == "RENDER_TEMPLATE_FAILED"


def test_missing_fonts_are_named(monkeypatch):
    monkeypatch.setattr("issuer.render.fonts.find_spec", lambda name: None)
    with pytest.raises(RenderError) as caught:
        Painter().paint([certificate()])
    assert caught.value.code == "RENDER_FONTS_MISSING"
    assert "manimgx_fonts" in caught.value.message_en


def test_the_template_knows_as_many_steps_as_the_painter_tries():
    steps = (TEMPLATES / "style.typ").read_text("utf-8").split("#let steps = (")[1].split("\n)\n")[0]
    assert steps.count("gap:") == page_room._STEPS


@pytest.mark.parametrize("letter", ["\ud800", "\t", "\x7f", "\u2028"])
def test_half_letters_and_control_characters_are_refused(painter, letter):
    assert refusal(painter, certificate(notes=[both("Piezīme " + letter)])).code == "RENDER_LETTER_UNKNOWN"


def test_backslashes_and_quotes_are_ordinary_letters(painter):
    painter.paint([certificate(notes=[both('C:\\mape "pēdiņas"')])])
