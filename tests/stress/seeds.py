"""Valid files to begin from, of every format."""

from __future__ import annotations

from tessnb.formats import Document, TrainedData
from tests.stress import material

__all__ = [
    "BOX_LINES",
    "ENTRIES",
    "LOG",
    "MARK_ENTRIES",
    "MARK_ROWS",
    "alto",
    "dawgs",
    "documents",
    "hocr",
    "networks",
    "others",
    "page_xml",
    "pngs",
    "tiffs",
]


def page_xml() -> list[bytes]:
    line = (
        '<TextLine id="a" custom="readingOrder {index:0;}"><Coords points="1,1 12,1 12,7 1,7"/>'
        '<Baseline points="1,6 12,5"/><TextEquiv index="1"><Unicode>tea</Unicode></TextEquiv></TextLine>'
    )
    places = '<Point x="1" y="2"/><Point x="9" y="8"/><Point x="1" y="8"/>'
    old = f'<TextLine id="b"><Coords>{places}</Coords></TextLine>'
    named = '<OrderedGroup id="g"><RegionRefIndexed index="0" regionRef="r"/></OrderedGroup>'
    order = f"<ReadingOrder>{named}</ReadingOrder>"
    region = f'<TextRegion id="r" orientation="2.5">{line}{old}</TextRegion>'
    inside = f'<TextRegion id="s" readingDirection="top-to-bottom">{line}</TextRegion>'
    table = f'<TableRegion id="t">{inside}</TableRegion>'
    page = f'<Page imageFilename="page.png" imageWidth="14" imageHeight="9">{order}{region}{table}</Page>'
    return [
        f'<PcGts xmlns="http://schema.primaresearch.org/PAGE/gts/pagecontent/2019-07-15">{page}</PcGts>'.encode()
    ]


def alto() -> list[bytes]:
    word = '<String CONTENT="tea" HPOS="1" VPOS="1" WIDTH="9" HEIGHT="6"/><SP/><HYP CONTENT="-"/>'
    line = f'<TextLine ID="l" HPOS="1" VPOS="1" WIDTH="11" HEIGHT="6" BASELINE="1,6 12,6">{word}</TextLine>'
    shape = '<TextLine ID="m"><Shape><Polygon POINTS="1,1 9,1 9,7"/></Shape><String CONTENT="x"/></TextLine>'
    head = "<Description><MeasurementUnit>pixel</MeasurementUnit><fileName>page.png</fileName></Description>"
    order = '<ReadingOrder><OrderedGroup><ElementRef REF="b"/></OrderedGroup></ReadingOrder>'
    block = f'<PrintSpace><TextBlock ID="b" ROTATION="1">{line}{shape}</TextBlock></PrintSpace>'
    body = f'<Layout><Page WIDTH="14" HEIGHT="9">{order}{block}</Page></Layout>'
    return [
        f'<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#">{head}{body}</alto>'.encode(),
        f"<alto>{head.replace('pixel', 'mm10')}{body}</alto>".encode(),
    ]


def hocr() -> list[bytes]:
    word = "<span class='ocrx_word' title='bbox 1 1 12 7; x_wconf 90'>tea</span>"
    title = "bbox 1 1 12 7; baseline 0.1 -2; poly 1 1 9 1 9 7"
    line = f"<span class='ocr_line' id='l' title='{title}'>{word}</span>"
    turned = "<span class='ocr_line' title='bbox 1 1 5 8; textangle 90; writing-mode vertical'>x</span>"
    title = 'image "page.png"; bbox 0 0 14 9; ppageno 0'
    page = f"<div class='ocr_page' title='{title}'><p>{line}{turned}</p></div>"
    return [f"<html><head><meta charset='utf-8'></head><body>{page}</body></html>".encode(), page.encode()]


LOG = b"""At iteration 100/200/201, Mean rms=3.1%, delta=1.2%, BCER train=50.5%, BWER train=99%, skip \
ratio=0.1%,  New best BCER = 50.5 wrote best model:out/base_50.5_100_200.checkpoint wrote checkpoint.
At iteration 1, stage 0, BCER eval=5.5, BWER eval=16.2
Can't encode transcription: 'x' in language 'eng'
Divergence! Reverted to iteration 10/20/21
Reduced learning rate to :0.0005
Reduced learning rate on layers: 2
Iteration 7: GROUND  TRUTH : tea
Iteration 7: ALIGNED TRUTH : teea
Iteration 7: BEST OCR TEXT : t
File a.lstmf line 3 (Perfect):
Mean rms=1%, delta=2%, train=3%(4%), skip ratio=0%
At iteration 1/2/3, Mean rms=1%, delta=2%, char train=3%, word train=4%, skip \
ratio=0%,  New worst char error = 3
Finished! Error rate = 3.5
"""

ENTRIES = b"""{"kind":"start","time":1.5,"version":1,"run":"r","training":0,"locked":true,"max_iterations":9}
{"kind":"figures","time":2,"training":3,"learning":2,"sample":3,"saved":3,"bcer":50.5,"best":50,"rate":2}
{"kind":"held_out","time":2,"training":3,"bcer":1,"bwer":2,"cer":3,"wer":4,"lines":5,"is_best":true}
{"kind":"checkpoint","time":2,"training":3,"type":"best","file":"m_1_2_3.checkpoint","bcer":1,"written":true}
{"kind":"rates","time":2,"training":3,"rates":[[":0","Lfx8",0.1]]}
{"kind":"mark","time":2,"training":3,"mark":"best","detail":"x"}
{"kind":"limits","time":2,"max_iterations":5,"target_error_rate":0.1}
{"kind":"material","time":2,"characters":"x.traineddata"}
{"kind":"end","time":3,"state":"finished","reason":"it was enough"}
"""

MARK_ROWS = (
    b"line,mark,correction,truth,source,page,corrected\r\n3,exclude,,tea,a.png,0,0\r\n4,,coffee,tea,,0,1\r\n"
)
MARK_ENTRIES = b'[{"line":3,"mark":"exclude","correction":null,"truth":"tea","source":"","page":0}]'
BOX_LINES = (
    b"t 2 3 9 20 0\ne 11 3 19 20 0\n\t 20 3 21 20 0\nWordStr 2 3 50 30 0 #tea for two\n\xc3\xa9 1 1 5 5 1\n"
)


def dawgs() -> list[bytes]:
    return [material.starter()[name] for name in ("lstm-word-dawg", "lstm-punc-dawg", "lstm-number-dawg")]


def networks() -> list[bytes]:
    specs = (
        material.TINY_NET,
        "[1,0,0,3 Mp2,2 Lbx4 Lfys2 O1c1]",
        "[1,12,0,1 S2,1 [Ct1,1,4 Cr3,3,2] Lfys2 Lfx3 O1s1]",
    )
    made = [material.network(spec) for spec in specs]
    return [*made, TrainedData.from_bytes(material.models()[1])["lstm"]]


def documents() -> list[bytes]:
    pages = [line.to_image_data() for line in material.lines(2)]
    return [Document([pages[0], None]).to_bytes(), Document(pages, big_endian=True, trailing=b"x").to_bytes()]


def pngs() -> list[bytes]:
    modes = ("L", "1", "P", "RGB", "RGBA", "LA", "I;16")
    return [material.image("PNG", mode) for mode in modes]


def tiffs() -> list[bytes]:
    made = [material.image("TIFF", mode) for mode in ("1", "L", "RGB", "CMYK", "RGBA")]
    made += [material.image("TIFF", "1", compression=name) for name in ("group4", "tiff_lzw", "packbits")]
    return [*made, material.image("TIFF", "L", compression="tiff_adobe_deflate")]


def others() -> list[bytes]:
    kinds = (
        ("JPEG", "L"),
        ("JPEG", "RGB"),
        ("JPEG", "CMYK"),
        ("BMP", "RGB"),
        ("GIF", "P"),
        ("WEBP", "RGB"),
        ("PPM", "L"),
    )
    return [material.image(kind, mode) for kind, mode in kinds]
