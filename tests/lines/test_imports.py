"""Transcribed pages of other tools as training lines: PAGE XML, ALTO, hOCR."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from tessnb.errors import FormatError, InputError
from tessnb.lines import open_lines, read_layout
from tessnb.lines.imports import read_layout_file
from tests.conftest import run_tool

FONT = ImageFont.truetype("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf", 32)
TEXTS = ("The ferry leaves", "at half past nine")
BOXES = ((40, 30, 380, 75), (40, 100, 400, 145))


@pytest.fixture
def page(tmp_path: Path) -> Path:
    """A folder with ``page.png``: two lines."""
    image = Image.new("L", (500, 300), 230)
    for text, (left, top, _, _) in zip(TEXTS, BOXES, strict=True):
        ImageDraw.Draw(image).text((left, top), text, 20, FONT)
    image.save(tmp_path / "page.png", dpi=(300, 300))
    return tmp_path


def corners(box: tuple[int, int, int, int]) -> str:
    left, top, right, bottom = box
    return f"{left},{top} {right},{top} {right},{bottom} {left},{bottom}"


def page_xml(body: str, namespace: str = "2019-07-15") -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/{namespace}">'
        f'<Page imageFilename="page.png" imageWidth="500" imageHeight="300">{body}</Page></PcGts>'
    )


def text_line(number: int, more: str = "", name: str = "") -> str:
    text = f"<TextEquiv><Unicode>{TEXTS[number]}</Unicode></TextEquiv>"
    coords = f'<Coords points="{corners(BOXES[number])}"/>'
    return f'<TextLine id="{name or f"l{number}"}">{coords}{more or text}</TextLine>'


def crop(folder: Path, box: tuple[int, int, int, int]) -> np.ndarray:
    left, top, right, bottom = box
    return np.asarray(Image.open(folder / "page.png"))[top - 4 : bottom + 4, left - 4 : right + 4]


def test_lines_of_page_xml(page: Path) -> None:
    (page / "page.xml").write_text(
        page_xml(f'<TextRegion id="r">{text_line(0)}{text_line(1)}</TextRegion>'), "utf-8"
    )
    cut = read_layout(page / "page.xml", language="eng")
    assert [line.transcription for line in cut.lines] == list(TEXTS)
    assert cut.dropped == []
    for line, box in zip(cut.lines, BOXES, strict=True):
        np.testing.assert_array_equal(line.image, crop(page, box))
        assert (line.language, line.resolution, line.source) == ("eng", (300, 300), str(page / "page.png"))
    assert [line.transcription for line in open_lines(page / "page.xml")] == list(TEXTS)
    assert [line.transcription for line in open_lines(page)] == list(TEXTS)


@pytest.mark.parametrize("namespace", ["2009-03-16", "2010-03-19", "2013-07-15", "2017-07-15", "2019-07-15"])
def test_every_version_of_page_xml(page: Path, namespace: str) -> None:
    coords = "".join(f'<Point x="{x}" y="{y}"/>' for x, y in ((40, 30), (380, 30), (380, 75), (40, 75)))
    body = (
        f'<TextRegion id="r"><TextLine id="l"><Coords>{coords}</Coords><TextEquiv><PlainText>x</PlainText>'
        f"<Unicode>{TEXTS[0]}</Unicode></TextEquiv></TextLine></TextRegion>"
    )
    if namespace >= "2013":
        body = f'<TextRegion id="r">{text_line(0)}</TextRegion>'
    (page / "page.xml").write_text(page_xml(body, namespace), "utf-8")
    (line,) = read_layout(page / "page.xml").lines
    assert line.transcription == TEXTS[0]
    np.testing.assert_array_equal(line.image, crop(page, BOXES[0]))


def test_reading_order_and_nested_regions(page: Path) -> None:
    def region(name: str, inside: str = "") -> str:
        return f'<TextRegion id="{name}">{text_line(0, name=name)}{inside}</TextRegion>'

    order = (
        '<ReadingOrder><OrderedGroup id="g"><RegionRefIndexed index="2" regionRef="a"/>'
        '<UnorderedGroupIndexed index="1"><RegionRef regionRef="c"/></UnorderedGroupIndexed>'
        '<RegionRefIndexed index="0" regionRef="table"/><RegionRefIndexed index="3" regionRef="d"/>'
        "</OrderedGroup></ReadingOrder>"
    )
    body = order + region("a", region("b")) + region("c") + region("rest") + region("d")
    (page / "page.xml").write_text(page_xml(body), "utf-8")
    (layout,) = read_layout_file(page / "page.xml")
    assert [line.name for line in layout.lines] == ["c", "a", "b", "d", "rest"]
    lines = "".join(
        text_line(0, name=name).replace("<TextLine", f'<TextLine custom="readingOrder {{index:{place};}}"')
        for name, place in (("x", 1), ("y", 0))
    )
    (page / "page.xml").write_text(page_xml(f'<TextRegion id="r">{lines}</TextRegion>'), "utf-8")
    assert [line.name for line in read_layout_file(page / "page.xml")[0].lines] == ["y", "x"]


def test_several_transcriptions(page: Path) -> None:
    both = '<TextEquiv index="1"><Unicode>as read</Unicode></TextEquiv>'
    both += '<TextEquiv index="0"><Unicode>as it is</Unicode></TextEquiv>'
    word = "<Word><TextEquiv><Unicode>{}</Unicode></TextEquiv></Word>"
    words = word.format("by") + word.format("words")
    empty = "<TextEquiv><Unicode> </Unicode></TextEquiv>"
    lines = "".join(text_line(0, part, name) for part, name in ((both, "a"), (words, "b"), (empty, "c")))
    (page / "page.xml").write_text(page_xml(f'<TextRegion id="r">{lines}</TextRegion>'), "utf-8")
    cut = read_layout(page / "page.xml")
    assert [line.transcription for line in cut.lines] == ["as it is", "by words"]
    assert [dropped.reason for dropped in cut.dropped] == ["c: no transcription"]
    other = read_layout(page / "page.xml", text_index=1)
    assert [line.transcription for line in other.lines] == ["as read"]
    assert "c: no TextEquiv with the index 1" in [dropped.reason for dropped in other.dropped]


def alto(body: str, *, unit: str = "pixel", size: str = 'WIDTH="500" HEIGHT="300"', version: int = 4) -> str:
    namespace = {2: "http://www.loc.gov/standards/alto/ns-v2#", 4: "http://www.loc.gov/standards/alto/ns-v4#"}
    return (
        f'<alto xmlns="{namespace[version]}"><Description><MeasurementUnit>{unit}</MeasurementUnit>'
        "<sourceImageInformation><fileName>C:\\scans\\page.png</fileName></sourceImageInformation></Description>"
        f'<Layout><Page ID="p" PHYSICAL_IMG_NR="1" {size}>{body}</Page></Layout></alto>'
    )


def alto_line(number: int, scale: float = 1.0) -> str:
    left, top, right, bottom = (value * scale for value in BOXES[number])
    words = '<SP WIDTH="9"/>'.join(f'<String CONTENT="{word}"/>' for word in TEXTS[number].split())
    place = f'HPOS="{left:g}" VPOS="{top:g}" WIDTH="{right - left:g}" HEIGHT="{bottom - top:g}"'
    return f'<TextLine ID="l{number}" {place}>{words}</TextLine>'


@pytest.mark.parametrize(
    ("unit", "scale", "version"), [("pixel", 1.0, 2), ("pixel", 1.0, 4), ("mm10", 0.5, 2), ("inch1200", 4, 4)]
)
def test_lines_of_alto(page: Path, unit: str, scale: float, version: int) -> None:
    body = "".join(alto_line(number, scale) for number in (0, 1))
    size = f'WIDTH="{500 * scale:g}" HEIGHT="{300 * scale:g}"'
    text = alto(
        f'<PrintSpace><ComposedBlock><TextBlock ID="b">{body}</TextBlock></ComposedBlock></PrintSpace>',
        unit=unit, size=size, version=version,
    )  # fmt: skip
    (page / "page.xml").write_text(text, "utf-8")
    cut = read_layout(page / "page.xml")
    assert [line.transcription for line in cut.lines] == list(TEXTS)
    for line, box in zip(cut.lines, BOXES, strict=True):
        np.testing.assert_array_equal(line.image, crop(page, box))


def test_order_hyphens_and_polygons_of_alto(page: Path) -> None:
    order = '<OrderedGroup><ElementRef REF="l1"/><ElementRef REF="b"/></OrderedGroup>'
    shape = f'<Shape><Polygon POINTS="{corners(BOXES[0]).replace(",", " ")}"/></Shape>'
    hyphen = f'<TextLine ID="l0">{shape}<String CONTENT="fer"/><HYP CONTENT="-"/></TextLine>'
    block = f'<PrintSpace><TextBlock ID="b">{hyphen}{alto_line(1)}</TextBlock></PrintSpace>'
    text = alto(f"<ReadingOrder>{order}</ReadingOrder>{block}")
    (page / "page.xml").write_text(text, "utf-8")
    first, second = read_layout(page / "page.xml").lines
    assert (first.transcription, second.transcription) == (TEXTS[1], "fer-")
    np.testing.assert_array_equal(second.image, crop(page, BOXES[0]))


def test_lines_of_hocr(page: Path) -> None:
    def words(text: str) -> str:
        one = "<span class='ocrx_word' title='bbox 1 2 3 4'>{}&nbsp;</span>"
        return " ".join(one.format(word) for word in text.split())

    lines = "".join(
        f"<span class='ocr_line' id='l{number}' title='bbox {' '.join(map(str, box))}; baseline 0 -9'>"
        f"{words(text)}</span>"
        for number, (text, box) in enumerate(zip(TEXTS, BOXES, strict=True))
    )
    text = (
        '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://x/x.dtd">'
        "<html xmlns='http://www.w3.org/1999/xhtml'><head><meta charset='utf-8'></head><body>"
        "<div class='ocr_page' title='image \"page.png\"; bbox 0 0 500 300; ppageno 0'>"
        f"<div class='ocr_carea'><p class='ocr_par'>{lines}</div></body></html>"
    )
    for name in ("page.hocr", "page.html", "page.xml"):
        (page / name).write_text(text, "utf-8")
        cut = read_layout(page / name)
        assert [line.transcription for line in cut.lines] == list(TEXTS)
        for line, box in zip(cut.lines, BOXES, strict=True):
            np.testing.assert_array_equal(line.image, crop(page, box))


def test_the_real_tools_own_files(page: Path) -> None:
    """What Tesseract writes as hOCR and ALTO comes back as the same text in the same places."""
    run_tool("tesseract", page / "page.png", page / "out", "--psm", "6", "hocr", "alto")
    for name in ("out.hocr", "out.xml"):
        cut = read_layout(page / name, page / "page.png")
        assert [line.transcription for line in cut.lines] == list(TEXTS)
        for line, (left, top, right, bottom) in zip(cut.lines, BOXES, strict=True):
            assert 0.6 * (right - left) < line.width < right - left + 8
            assert 0.6 * (bottom - top) < line.height < bottom - top + 8
            assert (line.image < 100).any()


def test_vertical_lines_are_turned(page: Path) -> None:
    body = f'<TextRegion id="r" readingDirection="top-to-bottom">{text_line(0)}</TextRegion>'
    (page / "page.xml").write_text(page_xml(body), "utf-8")
    (line,) = read_layout(page / "page.xml").lines
    assert line.vertical
    np.testing.assert_array_equal(line.image, np.rot90(crop(page, BOXES[0])))


BILLION = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><PcGts><Page>&b;</Page></PcGts>'
OUTSIDE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><PcGts><Page>&a;</Page></PcGts>'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BILLION, "XML that declares entities; found a"),
        (OUTSIDE, "XML that declares entities; found a"),
        ("<PcGts><Page></PcGts>", "not well-formed XML"),
        ("<a>" * 400 + "</a>" * 400, "elements within elements without end"),
        ("<mets/>", "of no known kind; found mets"),
        ("", "not well-formed XML"),
        (alto("", unit="ells"), "an unknown unit of coordinates; found ells"),
        ("<html><p>no lines</p></html>", "no lines of hOCR"),
    ],
)
def test_bad_files_are_told(page: Path, text: str, message: str) -> None:
    (page / "page.xml").write_text(text, "utf-8")
    with pytest.raises(FormatError, match=message):
        read_layout(page / "page.xml")


def test_images_that_do_not_fit_are_told(page: Path) -> None:
    body = page_xml(f'<TextRegion id="r">{text_line(0)}</TextRegion>')
    (page / "page.xml").write_text(body.replace('imageHeight="300"', 'imageHeight="900"'), "utf-8")
    with pytest.raises(
        InputError, match="another shape than its transcription; found 500 x 300; expected 500 x 900"
    ):
        read_layout(page / "page.xml")
    (page / "page.xml").write_text(body.replace("page.png", "other.png"), "utf-8")
    assert len(read_layout(page / "page.xml").lines) == 1  # page.png is named like it
    (page / "page.xml").rename(page / "else.xml")
    with pytest.raises(InputError, match=r"no image for this page; found other\.png"):
        read_layout(page / "else.xml")
    outside = page_xml(f'<TextRegion id="r">{text_line(0)}</TextRegion>').replace("40,30", "4000,30")
    outside = outside.replace("380,", "4380,").replace("40,75", "4040,75")
    (page / "page.xml").write_text(outside, "utf-8")
    cut = read_layout(page / "page.xml")
    assert cut.lines == []
    assert "outside of the page" in cut.dropped[0].reason


def test_every_truncation_is_one_clear_error(page: Path) -> None:
    text = page_xml(f'<TextRegion id="r">{text_line(0)}</TextRegion>').encode()
    for length in range(0, len(text) - 1, 7):
        (page / "page.xml").write_bytes(text[:length])
        with pytest.raises(FormatError):
            read_layout(page / "page.xml")


def hocr(page: Path, title: str, line: str = "") -> Path:
    """A file with a line that has this title, and one as it should be."""
    good = "<span class='ocr_line' title='bbox 40 30 380 75'>good</span>"
    bad = line or f"<span class='ocr_line' title='{title}'>bad</span>"
    (page / "page.hocr").write_text(
        f"<div class='ocr_page' title='bbox 0 0 500 300'>{bad}{good}</div>", "utf-8"
    )
    return page / "page.hocr"


@pytest.mark.parametrize(
    "title",
    [
        "x" * 3000 + '"',  # once a matter of hours
        "bbox 1 2 3 4; poly 1 836479 9 1 9 7; baseline 1 -2",
        "bbox 1e999 0 -1e999 9",
        "bbox 1 1 90 70; baseline " + "9 " * 400,
        "bbox 1 1 90 70; textangle 1e300",
    ],
)
def test_titles_without_sense_take_neither_time_nor_memory(page: Path, title: str) -> None:
    cut = read_layout(hocr(page, title))
    assert cut.lines[-1].transcription == "good"
    assert all(line.image.size < 2_000_000 for line in cut.lines)


def test_lines_within_pages_within_pages_are_there_once(page: Path) -> None:
    nested = (
        "<div class='ocr_page'>" * 150
        + "<span class='ocr_line' title='bbox 1 1 90 70'>deep</span>"
        + "</div>" * 150
    )
    cut = read_layout(hocr(page, "", nested))
    assert [line.transcription for line in cut.lines] == ["deep", "good"]


def test_pages_before_the_first_are_the_first(page: Path) -> None:
    path = hocr(page, "bbox 1 1 90 70")
    path.write_text(path.read_text().replace("bbox 0 0 500 300", "bbox 0 0 500 300; ppageno -7"))
    assert len(read_layout(path).lines) == 2


@pytest.mark.parametrize("size", ["junk", "nan", "1e-320", "-500", "1e999"])
def test_sizes_that_are_none(page: Path, size: str) -> None:
    text = page_xml(f'<TextRegion id="r">{text_line(0)}</TextRegion>').replace('"500"', f'"{size}"')
    (page / "page.xml").write_text(text, "utf-8")
    if size in ("junk", "nan"):
        assert len(read_layout(page / "page.xml").lines) == 1
    else:
        with pytest.raises(InputError, match="an image of another shape"):
            read_layout(page / "page.xml")


def test_a_region_is_read_once_however_it_is_named(page: Path) -> None:
    inner = f'<TextRegion id="c">{text_line(0, name="c")}</TextRegion>'
    middle = f'<TextRegion id="b">{text_line(1, name="b")}{inner}</TextRegion>'
    refs = "".join(f'<RegionRefIndexed index="{n}" regionRef="{r}"/>' for n, r in enumerate("aab"))
    order = f'<ReadingOrder><OrderedGroup id="g">{refs}</OrderedGroup></ReadingOrder>'
    (page / "page.xml").write_text(page_xml(f'{order}<TextRegion id="a">{middle}</TextRegion>'), "utf-8")
    (layout,) = read_layout_file(page / "page.xml")
    assert [line.name for line in layout.lines] == ["b", "c"]


def test_lines_that_are_all_the_whole_page_are_too_much(tmp_path: Path) -> None:
    Image.new("1", (2000, 2000), 1).save(tmp_path / "page.png")
    line = "<span class='ocr_line' title='bbox 0 0 2000 2000'>x</span>"
    (tmp_path / "page.hocr").write_text(f"<div class='ocr_page' title='bbox 0 0 2000 2000'>{line * 90}</div>")
    with pytest.raises(InputError, match="over and over; found 69 times; expected at most 64"):
        read_layout(tmp_path / "page.hocr")
