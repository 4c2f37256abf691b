"""What pictures cost: CPU per page and per QR code, bytes of each. Run: python -m bench.render

The pages are those of a generated year, in the mix in which its documents come; names and numbers differ from page to
page, as they do in June. `--quick` takes 40 pages instead of 600.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import tempfile
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.measure import Figure, cpu_of, peak_mib, synthetic_year
from issuer.catalogue import Reference
from issuer.catalogue.page_content import PageContent
from issuer.credential import Issuing, compose, documents_of
from issuer.render import Painter, qr_png, qr_svg, read_qr
from issuer.render.page import BATCH
from issuer.render.png import png_four_greys
from issuer.render.raster import DPI, greys

_SEALED_AT = dt.datetime(2037, 7, 31, 9, tzinfo=dt.UTC)
_CODE = "HTTPS://ATESTATS.LV/V#" + "1234567890" * 79 + "123456789"  # 821 characters, version 14


def page_total(pdf: bytes) -> int:
    """Pages in the PDF."""
    import pypdfium2

    with pypdfium2.PdfDocument(pdf) as document:
        return len(document)


def main() -> None:
    """Print one line per document type and per stage."""
    parser = argparse.ArgumentParser(prog="python -m bench.render")
    parser.add_argument("--quick", action="store_true")
    count = 40 if parser.parse_args().quick else 600
    with tempfile.TemporaryDirectory() as folder:
        pages = _pages(synthetic_year(Path(folder), count // 3, "--year", 2037))[:count]
    painter = Painter()
    first = cpu_of(lambda: painter.paint(pages[:1]))
    print(Figure("first page (fonts, template, background)", 1, first))

    pictures: list[bytes] = []
    print(Figure("page, mix of a year", len(pages), cpu_of(lambda: pictures.extend(painter.paint(pages)))))
    sizes: dict[str, list[int]] = defaultdict(list)
    by_layout: dict[str, list[PageContent]] = defaultdict(list)
    for page, picture in zip(pages, pictures, strict=True):
        sizes[page["layout"]].append(len(picture))
        by_layout[page["layout"]].append(page)
    for layout, some in sizes.items():
        print(
            f"  {layout}: {len(some)} pages, mean {sum(some) / len(some):,.0f} bytes, largest {max(some):,}"
        )
    print(f"  all: mean {sum(map(len, pictures)) / len(pictures):,.0f} bytes; peak {peak_mib():.0f} MiB")
    for layout, same in by_layout.items():
        _stages(painter, layout, same)
    _codes(20 if count < 100 else 200)


def _pages(year: Path) -> list[PageContent]:
    issuing = Issuing.of(Reference.load(year / "reference.json"))
    with (year / "graduates.jsonl").open(encoding="utf-8") as lines:
        return [
            compose(plan, issuing, _SEALED_AT).page
            for line in lines
            for plan in documents_of(json.loads(line), issuing)
        ]


def _stages(painter: Painter, layout: str, pages: Sequence[PageContent]) -> None:
    """The same pages under new names, so that the typesetter cannot remember them."""
    renamed: list[PageContent] = [
        {**page, "holder": {**page["holder"], "given_names": page["holder"]["given_names"][::-1]}}
        for page in pages
    ]
    runs = [renamed[start : start + BATCH] for start in range(0, len(renamed), BATCH)]
    pdfs: list[bytes] = []
    setting = cpu_of(lambda: pdfs.extend(painter.typeset(layout, run) for run in runs))
    print(Figure(f"{layout}: set", len(pages), setting))
    drawing = cpu_of(lambda: [sum(1 for _ in greys(pdf, range(page_total(pdf)))) for pdf in pdfs])
    print(Figure(f"{layout}: to grey dots", len(pages), drawing))
    dots = [page.copy() for page in greys(pdfs[0], range(page_total(pdfs[0])))]
    ground = painter.ground(pages[0]).dots
    packing = cpu_of(lambda: [png_four_greys(page, ground, DPI) for page in dots])
    print(Figure(f"{layout}: to four greys, deflate", len(dots), packing))


def _codes(count: int) -> None:
    picture = qr_png(_CODE)
    works: dict[str, Callable[[], object]] = {
        f"QR, PNG ({len(picture):,} bytes)": lambda: qr_png(_CODE),
        f"QR, SVG ({len(qr_svg(_CODE)):,} bytes)": lambda: qr_svg(_CODE),
        "QR, PNG, read back before it is used": lambda: qr_png(_CODE, check=True),
        "QR, read from a picture": lambda: read_qr(picture),
    }
    for name, work in works.items():
        work()
        print(Figure(name, count, cpu_of(lambda work=work: [work() for _ in range(count)])))


if __name__ == "__main__":
    main()
