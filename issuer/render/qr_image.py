"""QR pictures: drawn small, sharp and black on white; read from any photograph that a person sends.

    svg = qr_svg("HTTPS://ATESTATS.LV/V#1234…")      # for paper: vector rectangles
    png = qr_png("HTTPS://ATESTATS.LV/V#1234…")      # for screens
    read_qr(png) == "HTTPS://ATESTATS.LV/V#1234…"

The text of a document's code (`HTTPS://HOST/V#DIGITS`) goes into the symbol as three segments, alphanumeric, one
byte and numeric, which the encoder finds by itself: 821 characters are version 14. Error correction is level M,
never raised silently; the quiet zone is 4 modules (ISO/IEC 18004, 5.3.8); symbols above version 17 are refused
because telephones stop reading small prints of them.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING

from issuer.render.render_error import RenderError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

MAX_VERSION = 17
QUIET_ZONE = 4  # modules
MODULE_MM = 0.4  # printed size that the SVG asks for; 0.33 mm is the smallest that prints reliably

MAX_FILE_BYTES = 32 * 1024 * 1024
MAX_PIXELS = 64_000_000  # beyond the cameras of telephones; what a decompression bomb needs is far more
_SEARCH_PIXELS = 16_000_000  # larger pictures are halved until they are smaller than this
_FORMATS = (
    "PNG",
    "JPEG",
    "WEBP",
    "GIF",
    "BMP",
    "TIFF",
)  # never EPS or PDF: Pillow hands those to Ghostscript


def qr_matrix(text: str, *, check: bool = False) -> NDArray[np.bool_]:
    """The modules of the symbol, True is dark, without quiet zone; side = 17 + 4 × version.

    `check` decodes the symbol again and compares. Raises `RenderError` QR_TOO_LONG, QR_EMPTY, QR_CHECK_FAILED.
    """
    import numpy as np
    import zxingcpp

    from issuer.render.qr_mask import best_masked

    if not text:
        raise RenderError("QR_EMPTY", "QR kodam nav teksta.", "The QR code has no text.")

    def under(mask: int) -> NDArray[np.bool_]:
        code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M", data_mask=mask)
        dark: NDArray[np.bool_] = np.array(code.to_image(scale=1, add_quiet_zones=False)) < 128
        return dark

    try:
        dark = best_masked(under)
    except (ValueError, RuntimeError):
        raise _too_long(len(text)) from None
    if (dark.shape[0] - 17) // 4 > MAX_VERSION:
        raise _too_long(len(text))
    if check:
        _decode_again(dark, text)
    return dark


def qr_svg(text: str, *, check: bool = False) -> bytes:
    """SVG 1.1 (ASCII): a white box and one path of horizontal runs; unit = module, size given in millimetres."""
    dark = qr_matrix(text, check=check)
    side = dark.shape[0] + 2 * QUIET_ZONE
    path = "".join(f"M{x} {y}h{run}v1h-{run}z" for x, y, run in _runs(dark))
    size = f"{side * MODULE_MM:.1f}mm"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{size}" height="{size}" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}h-{side}z"/>'
        f'<path fill="#000" d="{path}"/></svg>\n'
    ).encode("ascii")


def qr_png(text: str, module_px: int = 8, *, check: bool = False) -> bytes:
    """1-bit PNG with `module_px` pixels a module (at least 1), quiet zone included."""
    import numpy as np

    from issuer.render.png import png_modules

    dark = np.pad(qr_matrix(text, check=check), QUIET_ZONE)
    return png_modules(dark, module_px, dpi=module_px / MODULE_MM * 25.4)


def read_qr(image: bytes) -> str | None:
    """Text of the first QR code found in a picture, or None; errors as for `read_qrs`."""
    return next(iter(read_qrs(image)), None)


def read_qrs(image: bytes) -> list[str]:
    """Texts of all QR codes in a picture (PNG, JPEG, WebP, GIF, BMP, TIFF; first frame; any rotation).

    Raises `RenderError` IMAGE_TOO_LARGE (bytes or pixels) or IMAGE_UNREADABLE. Work is bounded by MAX_PIXELS.
    """
    import zxingcpp

    grey = _open_grey(image)
    found = zxingcpp.read_barcodes(grey, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    return [barcode.text for barcode in found if barcode.valid]


def _open_grey(data: bytes) -> Image.Image:
    """The picture as 8-bit grey, transparent parts white, at most _SEARCH_PIXELS large."""
    if len(data) > MAX_FILE_BYTES:
        raise _too_large()
    from PIL import Image, TiffImagePlugin, WebPImagePlugin  # noqa: F401  (importing them makes the formats known)

    Image.preinit()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            file = Image.open(io.BytesIO(data), formats=_FORMATS)
            if file.width * file.height > MAX_PIXELS:
                raise _too_large()
            file.draft("L", (4000, 4000))
            file.load()
            picture: Image.Image = file
            if file.has_transparency_data:
                picture = Image.new("RGBA", file.size, "white")
                picture.alpha_composite(file.convert("RGBA"))
            grey = picture.convert("L") if not picture.mode.startswith(("I", "F")) else _sixteen_bit(picture)
    except RenderError:
        raise
    except Image.DecompressionBombError:
        raise _too_large() from None
    except Exception as error:
        # Pillow's decoders raise what they like on damaged data: OSError, SyntaxError, struct.error, ValueError …
        raise RenderError(
            "IMAGE_UNREADABLE",
            "Datne nav nolasāms attēls.",
            f"The file is not a readable picture ({type(error).__name__}).",
            next_lv="Iesniedziet attēlu PNG, JPEG vai WebP formātā.",
            next_en="Give a picture as PNG, JPEG or WebP.",
        ) from None
    while grey.width * grey.height > _SEARCH_PIXELS:
        grey = grey.reduce(2)
    return grey


def _sixteen_bit(picture: Image.Image) -> Image.Image:
    """Pictures of 16-bit or float greys, stretched to 8 bits."""
    import numpy as np
    from PIL import Image

    values = np.nan_to_num(np.asarray(picture, dtype=np.float64), posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    return Image.fromarray(((values - low) * (255 / ((high - low) or 1.0))).astype(np.uint8))


def _runs(dark: NDArray[np.bool_]) -> list[tuple[int, int, int]]:
    """Horizontal runs of dark modules as (x, y, length), quiet zone added."""
    import numpy as np

    edges = np.diff(np.pad(dark, ((0, 0), (1, 1))).astype(np.int8), axis=1)
    rows, starts = np.nonzero(edges == 1)
    ends = np.nonzero(edges == -1)[1]
    return [
        (start + QUIET_ZONE, row + QUIET_ZONE, end - start)
        for row, start, end in zip(rows.tolist(), starts.tolist(), ends.tolist(), strict=True)
    ]


def _decode_again(dark: NDArray[np.bool_], text: str) -> None:
    import numpy as np
    import zxingcpp

    grey = np.where(np.pad(dark, QUIET_ZONE), np.uint8(0), np.uint8(255)).repeat(3, axis=0).repeat(3, axis=1)
    found = zxingcpp.read_barcode(grey, formats=zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode]))
    if found is None or found.text != text or found.ec_level != "M":
        raise RenderError(
            "QR_CHECK_FAILED",
            "Izveidoto QR kodu neizdevās nolasīt.",
            "The QR code that was made does not read back.",
            next_lv="Ziņojiet uzturētājam; kodu neizsniedziet.",
            next_en="Report it to the maintainer; do not hand out the code.",
        )


def _too_long(length: int) -> RenderError:
    return RenderError(
        "QR_TOO_LONG",
        f"Teksts ({length} zīmes) neietilpst QR koda {MAX_VERSION}. versijā.",
        f"The text ({length} characters) does not fit into QR version {MAX_VERSION}.",
        next_lv="Izmantojiet pamata kodu bez vērtējumiem.",
        next_en="Use the core code without marks.",
    )


def _too_large() -> RenderError:
    return RenderError(
        "IMAGE_TOO_LARGE",
        f"Attēls ir pārāk liels (vairāk nekā {MAX_PIXELS // 1_000_000} megapikseļi vai 32 MB).",
        f"The picture is too large (over {MAX_PIXELS // 1_000_000} megapixels or 32 MB).",
        next_lv="Izgrieziet no attēla tikai QR kodu.",
        next_en="Crop the picture to the QR code.",
    )
