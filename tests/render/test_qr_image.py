"""QR codes: small enough to print, drawn as vectors, and read back from any picture, however hostile."""

from __future__ import annotations

import io
import re
import struct
import zlib

import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from PIL import Image, ImageDraw

from issuer.render import RenderError, qr_png, qr_svg, read_qr, read_qrs
from issuer.render.qr_image import MAX_FILE_BYTES, qr_matrix

# Lengths and versions of a core and a full code, measured with three encoders (offline-qr, section 2.1).
CORE = "HTTPS://ATESTATS.LV/V#" + "1234567890" * 59 + "1234"
FULL = "HTTPS://ATESTATS.LV/V#" + "1234567890" * 79 + "123456789"


def picture(text: str = CORE, **options) -> Image.Image:
    return Image.open(io.BytesIO(qr_png(text, **options))).convert("L")


def file(image: Image.Image, kind: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


# --- making ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "length", "version"), [(CORE, 616, 12), (FULL, 821, 14)], ids=["core", "full"]
)
def test_three_segments_keep_the_symbol_small(text, length, version):
    assert len(text) == length
    assert qr_matrix(text).shape == (17 + 4 * version,) * 2


@pytest.mark.parametrize("text", ["HTTPS://A.LV/V#1", CORE, FULL])
def test_the_level_is_m_and_never_raised(text):
    """ISO/IEC 18004, 7.9: format information beside the upper left finder, masked with 101010000010010; M is 00."""
    matrix = qr_matrix(text)
    first_two = [int(matrix[8, 0]) ^ 1, int(matrix[8, 1]) ^ 0]
    assert first_two == [0, 0]


@settings(max_examples=40, deadline=None)
@given(st.text("0123456789", min_size=1, max_size=799))
def test_the_mask_is_the_one_that_the_encoder_would_choose(digits):
    """ISO/IEC 18004, 7.8.3. The encoder scores its eight symbols by itself when no mask is given."""
    text = "HTTPS://ATESTATS.LV/V#" + digits
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    theirs = np.array(code.to_image(scale=1, add_quiet_zones=False)) < 128
    assert np.array_equal(qr_matrix(text), theirs)


def test_a_symbol_above_version_17_is_refused():
    longest = "HTTPS://ATESTATS.LV/V#" + "9" * 1160
    assert qr_matrix(longest).shape[0] <= 17 + 4 * 17
    for text in (longest + "9" * 80, "9" * 5000, "ā" * 9000):
        with pytest.raises(RenderError) as caught:
            qr_png(text)
        assert caught.value.code == "QR_TOO_LONG"


def test_an_empty_text_is_refused():
    with pytest.raises(RenderError) as caught:
        qr_svg("")
    assert caught.value.code == "QR_EMPTY"


def test_the_png_is_black_on_white_with_a_quiet_zone_of_four_modules():
    image = np.asarray(picture(module_px=5))
    assert set(np.unique(image)) == {0, 255}
    dark = np.nonzero(image == 0)
    assert {int(axis.min()) for axis in dark} == {20}
    assert {image.shape[0] - 1 - int(axis.max()) for axis in dark} == {20}
    assert image.shape == ((65 + 8) * 5,) * 2


def test_the_svg_is_scalable_and_draws_exactly_the_modules():
    root = etree.fromstring(qr_svg(CORE))
    assert root.get("viewBox") == "0 0 73 73"
    box, modules = root.findall("{*}path")
    assert (box.get("fill"), modules.get("fill")) == ("#fff", "#000")
    assert box.get("d") == "M0 0h73v73h-73z"
    drawn = np.zeros((73, 73), bool)
    path = modules.get("d")
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-(\d+)z", path)
    assert "".join(f"M{x} {y}h{run}v1h-{back}z" for x, y, run, back in runs) == path
    for x, y, run, back in runs:
        assert run == back
        drawn[int(y), int(x) : int(x) + int(run)] = True
    assert (drawn[4:-4, 4:-4] == qr_matrix(CORE)).all()
    assert drawn.sum() == qr_matrix(CORE).sum()
    millimetres = float(root.get("width").removesuffix("mm"))
    assert 25 <= millimetres <= 35
    assert root.get("width") == root.get("height")


def test_a_code_can_check_itself():
    assert qr_png(FULL, check=True) == qr_png(FULL)
    assert qr_svg("https://ā.lv/€", check=True) == qr_svg("https://ā.lv/€")


def test_the_same_text_gives_the_same_picture():
    assert (qr_svg(FULL), qr_png(FULL)) == (qr_svg(FULL), qr_png(FULL))


# --- reading -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_pictures_of_common_formats_are_read(kind):
    assert read_qr(file(picture(FULL), kind)) == FULL


@pytest.mark.parametrize("angle", [0, 90, 180, 270, 15, -40])
def test_a_tilted_photograph_is_read(angle):
    page = Image.new("L", (1500, 1500), 235)
    code = picture(FULL, module_px=6)
    page.paste(code, (400, 500))
    assert read_qr(file(page.rotate(angle, fillcolor=200), "JPEG", quality=60)) == FULL


def test_a_code_on_a_printed_page_is_found():
    page = Image.new("RGB", (1240, 1754), "white")
    drawing = ImageDraw.Draw(page)
    for line in range(40):
        drawing.text((80, 60 + 25 * line), "Atestats par visparejo videjo izglitibu " * 3, fill="black")
    page.paste(picture(CORE, module_px=4), (800, 1300))
    assert read_qr(file(page, "PNG")) == CORE


def test_transparent_sixteen_bit_and_palette_pictures_are_read():
    grey = picture(CORE)
    clear = Image.new("RGBA", grey.size, (0, 0, 0, 0))
    clear.paste((0, 0, 0, 255), mask=grey.point(lambda value: 255 - value))
    assert read_qr(file(clear, "PNG")) == CORE
    assert read_qr(file(Image.fromarray(np.asarray(grey).astype(np.uint16) * 150), "PNG")) == CORE
    assert read_qr(file(grey.convert("P"), "PNG")) == CORE


def test_a_large_photograph_is_read():
    page = Image.new("L", (6000, 5000), 255)
    page.paste(picture(CORE, module_px=20), (2000, 1500))
    assert read_qr(file(page, "PNG", compress_level=1)) == CORE


def test_all_codes_of_a_picture_are_found():
    page = Image.new("L", (1600, 800), 255)
    page.paste(picture(CORE, module_px=6), (20, 20))
    page.paste(picture("HTTPS://ATESTATS.LV/V#1", module_px=6), (1000, 100))
    found = read_qrs(file(page, "PNG"))
    assert sorted(found) == sorted([CORE, "HTTPS://ATESTATS.LV/V#1"])
    assert read_qr(file(page, "PNG")) in found


def test_a_picture_without_a_code_has_none():
    assert read_qr(file(Image.new("L", (300, 300), 128), "PNG")) is None


def png_claiming(width: int, height: int) -> bytes:
    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "data", [png_claiming(60_000, 60_000), png_claiming(2**31 - 1, 1), bytes(MAX_FILE_BYTES + 1)]
)
def test_bombs_are_refused_before_they_are_unpacked(data):
    with pytest.raises(RenderError) as caught:
        read_qr(data)
    assert caught.value.code == "IMAGE_TOO_LARGE"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a picture",
        b'{"type": "VerifiableCredential"}',
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        qr_png(CORE)[:400],
        b"\x89PNG\r\n\x1a\n" + bytes(100),
    ],
    ids=["nothing", "text", "json", "eps", "svg", "cut", "hollow"],
)
def test_what_is_no_picture_is_refused(data):
    with pytest.raises(RenderError) as caught:
        read_qr(data)
    assert caught.value.code == "IMAGE_UNREADABLE"
    assert caught.value.message_lv


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_damaged_pictures_give_codes_or_a_refusal_and_nothing_else(data):
    kind = data.draw(st.sampled_from(["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"]))
    damaged = bytearray(file(picture("HTTPS://ATESTATS.LV/V#1", module_px=2), kind))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        outcome = read_qrs(bytes(damaged))
    except RenderError as error:
        outcome = [error.code]
    assert set(outcome) <= {"IMAGE_UNREADABLE", "IMAGE_TOO_LARGE", "HTTPS://ATESTATS.LV/V#1"}
