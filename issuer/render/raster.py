"""From PDF to grey dots, by PDFium: letters sit on whole dots, so that equal letters are equal dots and pack well."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

DPI = 110
WIDTH, HEIGHT = 908, 1286  # A4 at 110 dpi; the width is a multiple of 4, as packing wants it


@dataclass(frozen=True, slots=True)
class Ground:
    """What documents of one type share: grey dots for `png_four_greys`, and the heights of head and foot in points."""

    dots: NDArray[np.uint8]
    rooms: tuple[float, float]


def ground_of(pdf: bytes) -> Ground:
    """The ground from its three pages: as it lies under others, its head alone, its foot alone (templates/page.typ)."""
    import pypdfium2

    from issuer.render.png import as_ground

    document = pypdfium2.PdfDocument(pdf)
    try:
        _, head, foot = (document.get_page_size(index)[1] for index in range(len(document)))
    finally:
        document.close()
    return Ground(as_ground(next(greys(pdf, [0]))), (head, foot))


def pages_of_each(pdf: bytes, documents: int) -> list[int]:
    """How many pages each of the documents in the PDF fills; 1 unless it overflows.

    The page labels of neighbouring documents begin with different letters (templates/page.typ).
    """
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        count = len(document)
        if count == documents:
            return [1] * documents
        letters = [document.get_page_label(index)[:1] for index in range(count)]
    finally:
        document.close()
    filled: list[int] = []
    for index, letter in enumerate(letters):
        if index and letter == letters[index - 1]:
            filled[-1] += 1
        else:
            filled.append(1)
    return filled


def greys(pdf: bytes, wanted: Sequence[int]) -> Iterator[NDArray[np.uint8]]:
    """The wanted pages (from 0) as HEIGHT × WIDTH greys, 255 is white. The next page overwrites the array."""
    import pypdfium2
    from pypdfium2 import raw

    document = pypdfium2.PdfDocument(pdf)
    bitmap = pypdfium2.PdfBitmap.new_native(WIDTH, HEIGHT, raw.FPDFBitmap_Gray)
    pixels: NDArray[np.uint8] = bitmap.to_numpy().reshape(HEIGHT, WIDTH)
    try:
        for index in wanted:
            page = document[index]
            pixels.fill(255)
            raw.FPDF_RenderPageBitmap(bitmap, page, 0, 0, WIDTH, HEIGHT, 0, raw.FPDF_GRAYSCALE)
            page.close()
            yield pixels
    finally:
        bitmap.close()
        document.close()
