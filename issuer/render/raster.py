"""From PDF to grey dots, by PDFium: letters sit on whole dots, so that equal letters are equal dots and pack well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DPI = 110
WIDTH, HEIGHT = 908, 1286  # A4 at 110 dpi; the width is a multiple of 4, as packing wants it


def page_count(pdf: bytes) -> int:
    """How many pages the PDF has."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def greys(pdf: bytes) -> Iterator[NDArray[np.uint8]]:
    """Every page as HEIGHT × WIDTH greys, 255 is white. The next page overwrites the array."""
    import pypdfium2
    from pypdfium2 import raw

    document = pypdfium2.PdfDocument(pdf)
    bitmap = pypdfium2.PdfBitmap.new_native(WIDTH, HEIGHT, raw.FPDFBitmap_Gray)
    pixels: NDArray[np.uint8] = bitmap.to_numpy().reshape(HEIGHT, WIDTH)
    try:
        for index in range(len(document)):
            page = document[index]
            pixels.fill(255)
            raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, WIDTH, HEIGHT, 0, raw.FPDF_GRAYSCALE)
            page.close()
            yield pixels
    finally:
        bitmap.close()
        document.close()
