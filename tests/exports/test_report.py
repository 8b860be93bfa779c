"""Situation reports in each format, opened again and read: links, languages, hostile words, the same bytes."""

from __future__ import annotations

import dataclasses
import io
import re
import zipfile
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import openpyxl
import pytest
from docx import Document as open_docx
from docx.oxml.ns import qn
from pypdf import PdfReader
from tests.ledger.invented import batch_of, story

import marsad
from marsad.exports.situation.drawing import Bar, Mark, atlas, over_time, regions
from marsad.exports.situation.words import LANGUAGES, shipped_table, tongue
from marsad.ledger.append import Batch, append
from marsad.ledger.store import open_ledger
from marsad.model import ConfigError, Evidence, SourceError, Speaker, StoreError
from marsad.reporting import FORMS, earlier_report, write_templates
from marsad.stages import installed_rules

HOSTILE = "=cmd|'/c calc'!A1 <script>alert(1)</script> [x](javascript:y) \u202eevil\u202c \x1b[31m #let x = 1 {{ 7*7 }} | `"
ASKED = {"country": "SDN", "since": "2026-02-01", "until": "2026-02-28"}


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten stories, one of them with hostile words wherever a report can have some."""
    where = tmp_path_factory.mktemp("report") / "record.sqlite"
    ledger = open_ledger(where, write=True)
    append(ledger, batch_of(list(range(5))), **installed_rules())
    append(ledger, batch_of(list(range(5, 10))), **installed_rules())
    report, claims = story(70)
    report = dataclasses.replace(report, publisher=HOSTILE, title=HOSTILE, url="javascript:alert(1)")
    bad = []
    for claim in claims:
        who = tuple(dataclasses.replace(a, name=HOSTILE, id=None) for a in claim.who)
        place = dataclasses.replace(claim.where[0], name=HOSTILE, admin1=HOSTILE, id=None)
        speaker = dataclasses.replace(claim.according_to[0], name=HOSTILE)
        bad.append(dataclasses.replace(claim, who=who, where=(place,), according_to=(speaker,)))
    append(ledger, Batch(reports=[report], claims=bad, version="1", codebook="c"), **installed_rules())
    ledger.close()
    return where


@cache
def made(record: Path, form: str, language: str = "en") -> bytes:
    return marsad.report(record, form=form, language=language, **ASKED)


class Page(HTMLParser):
    """The ids, links, tags and words of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.hrefs: list[str] = []
        self.tags: list[str] = []
        self.words: list[str] = []
        self.html: dict[str, str | None] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.tags.append(tag)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.hrefs += [given["href"] or ""] if "href" in given else []
        self.html = given if tag == "html" else self.html

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_of_the_page_leads_somewhere_inside(record: Path, language: str) -> None:
    page = Page(made(record, "html", language).decode())
    inside = [h[1:] for h in page.hrefs if h.startswith("#")]
    assert len(inside) > 100 and set(inside) <= set(page.ids)
    unique = [i for i in page.ids if i != "frame"]
    assert len(unique) == len(set(unique))
    assert not [h for h in page.hrefs if not h.startswith("#")]


def test_a_figure_leads_by_its_events_to_the_marked_sentence(record: Path) -> None:
    page = made(record, "html").decode()
    figure = re.search(r'class="value"><a href="#(fig-\d+)">', page)
    assert figure
    behind = page[page.index(f'id="{figure[1]}"') :]
    event = re.search(r'<a href="#(evt-[0-9a-f]+)">', behind)
    assert event
    article = page[page.index(f'<article class="item" id="{event[1]}"') :]
    article = article[: article.index("</article>")]
    assert re.search(r'<section class="claim" id="clm-[0-9a-f]+">', article)
    assert re.search(r'<blockquote dir="auto">.*<mark class="counts"[^>]*>\d', article)
    assert re.search(r'<a href="#rep-[0-9a-f]+">', article)


def test_the_page_runs_nothing_and_fetches_nothing(record: Path) -> None:
    text = made(record, "html").decode()
    page = Page(text)
    assert not {"script", "iframe", "object", "embed", "img", "form"} & set(page.tags)
    assert "default-src 'none'" in text and not re.search(r"\son\w+=", text.split("<body>")[1].replace("&#", ""))
    assert "<script>alert" not in text and "alert(1)" in "".join(page.words)
    assert "\u202e" not in text and "\x1b" not in text and "{{" in "".join(page.words) and "49" not in "".join(page.words[:40])


def test_arabic_runs_from_right_to_left_with_its_own_months_and_numbers(record: Path) -> None:
    page = Page(made(record, "html", "ar").decode())
    assert page.html == {"lang": "ar", "dir": "rtl"}
    words = "".join(page.words)
    assert "السودان: تقرير الوضع" in words and "فبراير ٢٠٢٦" in words and "غارة جوية" in words
    body = words[words.index("لمحة عامة") : words.index("ملحق ١")]
    latin = re.sub(r"\u2068[^\u2069]*\u2069|marsad report.*|Natural Earth|UTC|evt-\S+", "", body)
    assert not re.search(r"[A-Za-z]{4,}", latin), re.findall(r"[A-Za-z]{4,}.{20}", latin)[:5]


def test_the_workbook_holds_no_formula_and_its_links_lead_to_rows(record: Path) -> None:
    body = made(record, "xlsx")
    book = openpyxl.load_workbook(io.BytesIO(body))
    cells = [(sheet, cell) for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "f" not in {cell.data_type for _, cell in cells}
    links = [(sheet, cell) for sheet, cell in cells if cell.hyperlink]
    assert len(links) > 50
    for _, cell in links:
        assert cell.hyperlink.target is None
        name, _, where = cell.hyperlink.location.rpartition("!")
        assert book[name.strip("'")][where].value is not None
    events = {row[0].value for row in book["events"].iter_rows(min_row=2)}
    behind = [(row[0].value, row[2].value) for row in book["figures"].iter_rows(min_row=2)]
    assert {name for label, name in behind if label == "All events, each once"} == events
    assert book["claims"].max_row > len(events) and book["reports"].max_row > 5


def test_the_arabic_workbook_is_laid_out_from_right_to_left(record: Path) -> None:
    book = openpyxl.load_workbook(io.BytesIO(made(record, "xlsx", "ar")))
    assert all(sheet.sheet_view.rightToLeft for sheet in book)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_letter_opens_again_with_its_links(record: Path, language: str) -> None:
    body = made(record, "docx", language)
    letter = open_docx(io.BytesIO(body))
    root = letter.element.body
    marks = {b.get(qn("w:name")) for b in root.iter(qn("w:bookmarkStart"))}
    anchors = [h.get(qn("w:anchor")) for h in root.iter(qn("w:hyperlink")) if h.get(qn("w:anchor"))]
    assert len(anchors) > 100 and set(anchors) <= marks
    assert len(letter.tables) > 6 and len(letter.inline_shapes) >= 3
    titles = [p.text for p in letter.paragraphs if p.style and p.style.name == "Heading 1"]
    assert titles[0] == {"en": "At a glance", "ar": "لمحة عامة"}[language]
    bidi = sum(1 for _ in root.iter(qn("w:bidi")))
    assert bool(bidi) == (language == "ar") and bool(list(root.iter(qn("w:bidiVisual")))) == (language == "ar")
    text = "\n".join(t.text or "" for t in root.iter(qn("w:t")))
    assert "<script>alert(1)</script>" in text and "\x1b" not in text and "\u202e" not in text


def test_the_letter_keeps_the_order_that_word_asks_for(record: Path) -> None:
    order = ["pStyle", "keepNext", "pageBreakBefore", "bidi", "spacing", "ind", "jc"]
    letter = open_docx(io.BytesIO(made(record, "docx", "ar")))
    for properties in letter.element.body.iter(qn("w:pPr")):
        names = [child.tag.rpartition("}")[2] for child in properties]
        known = [order.index(n) for n in names if n in order]
        assert known == sorted(known), names


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pdf_holds_its_words_links_and_fonts(record: Path, language: str) -> None:
    reader = PdfReader(io.BytesIO(made(record, "pdf", language)))
    text = "\n".join(page.extract_text() for page in reader.pages)
    links = [a.get_object() for page in reader.pages for a in page.get("/Annots", [])]
    inside = [a for a in links if "/Dest" in a or a.get("/A", {}).get("/S") == "/GoTo"]
    assert len(inside) > 100 and not [a for a in links if a.get("/A", {}).get("/S") == "/JavaScript"]
    fonts = {str(f.get_object()["/BaseFont"]) for page in reader.pages for f in page["/Resources"]["/Font"].values()}
    assert any("Vazirmatn" in name for name in fonts)
    catalogue = reader.trailer["/Root"]
    assert str(catalogue["/Lang"]) == language
    places = begins(reader)
    if language == "ar":
        assert catalogue["/ViewerPreferences"]["/Direction"] == "/R2L"
        assert "تقرير" in text and "السودان" in text and ("٢٠٢٦" in text or "٦٢٠٢" in text)
        assert places["السودان"] > 300 and places["فبراير"] > 300
    else:
        assert "Sudan: situation report" in text and "February 2026" in text and "alert(1)" in text.replace("\n", "")
        assert places["Sudan"] < 100


def begins(reader: PdfReader) -> dict[str, float]:
    """How far from the left (points) the words of the first page stand, where they stand first."""
    found: dict[str, float] = {}

    def seen(words: str, user: list[float], matrix: list[float], font: object, size: object) -> None:
        for word in re.findall(r"\w+", words):
            found.setdefault(word, matrix[4] * user[0] + user[4])

    reader.pages[0].extract_text(visitor_text=seen)
    return found


@pytest.mark.slow
def test_arabic_letters_are_joined(record: Path) -> None:
    """A word set with its letters joined is narrower than the same letters each alone, and begins at the right edge."""
    from marsad.exports.situation.portable import raster

    def ink(words: str) -> int:
        text = f'<text x="5" y="40" font-size="30" font-family="Vazirmatn">{words}</text>'
        return pixels(raster(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 60">{text}</svg>'))

    assert ink("حصار") < 0.9 * ink("ح\u200cص\u200cا\u200cر")


def pixels(png: bytes) -> int:
    """The column of the last dark pixel of a picture."""
    from matplotlib.image import imread

    dark = imread(io.BytesIO(png))[:, :, 0] < 0.5
    return int(dark.any(axis=0).nonzero()[0].max())


def test_markdown_links_and_tables(record: Path) -> None:
    text = made(record, "md").decode()
    anchors = set(re.findall(r'<a id="([^"]+)"></a>', text))
    links = re.findall(r"\]\(#([^)]+)\)", text)
    assert len(links) > 100 and set(links) <= anchors
    tables = re.findall(r"(?:^\|.*\|\n)+", text, re.M)
    for table in tables:
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.strip().split("\n")}
        assert len(widths) == 1, table[:300]
    assert "\\<script\\>" in text and "<script>" not in text
    assert "](javascript:" in text and not re.search(r"(?<!\\)\]\(javascript", text)
    assert '<div dir="rtl">' in made(record, "md", "ar").decode()


@pytest.mark.parametrize("form", ["html", "md", "docx", "xlsx", pytest.param("pdf", marks=pytest.mark.slow)])
def test_the_same_ledger_gives_the_same_bytes_and_each_format_says_what_it_is_of(record: Path, form: str, tmp_path: Path) -> None:
    assert marsad.report(record, form=form, **ASKED) == made(record, form)
    file = tmp_path / f"last.{form}"
    file.write_bytes(made(record, form))
    earlier = earlier_report(file, country="SDN")
    assert earlier.seq > 10 and len(earlier.chain) == 32 and earlier.since == "2026-02-01"
    with pytest.raises(ConfigError, match="SDN"):
        earlier_report(file, country="SYR")


def test_what_changed_since_the_last_report(record: Path, tmp_path: Path) -> None:
    file = tmp_path / "last.html"
    ledger = open_ledger(record)
    with ledger.read() as connection:
        middle = connection.exec_driver_sql("SELECT min(seq) - 1 FROM log WHERE kind = 'run' AND seq > 1").scalar_one()
    file.write_bytes(marsad.report(record, form="html", as_of=int(middle), **ASKED))
    page = Page(marsad.report(record, form="html", since_report=file, **ASKED).decode())
    words = "".join(page.words)
    assert "changes" in page.ids and re.search(r"Since 2026-02-01 – 2026-02-28: [1-9]", words)
    same = marsad.report(record, form="html", previous=str(middle), **ASKED).decode()
    assert 'id="changes"' in same and 'id="changes"' not in made(record, "html").decode()
    with pytest.raises(ConfigError, match="one thing"):
        marsad.report(record, since_report=file, previous="2026-01-01", **ASKED)


def test_a_file_that_is_no_report(tmp_path: Path) -> None:
    for name, body in (("a.html", b"<p>no</p>"), ("a.docx", b"no archive"), ("a.pdf", b"no pdf"), ("b.md", b"")):
        (tmp_path / name).write_bytes(body)
        with pytest.raises(SourceError):
            earlier_report(tmp_path / name, country="SDN")
    with pytest.raises(SourceError):
        earlier_report(tmp_path / "missing.html", country="SDN")


def test_a_desk_changes_templates_and_words(record: Path, tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    assert {p.name for p in write_templates(folder)} == {"report.html", "report.md", "report.typ", "style.css", "words.toml"}
    with pytest.raises(StoreError, match="already"):
        write_templates(folder)
    page = folder / "report.html"
    page.write_text(page.read_text("utf-8").replace("<header>", "<header><p>Our desk</p>"), "utf-8")
    words = folder / "words.toml"
    words.write_text(words.read_text("utf-8").replace("At a glance", "In short"), "utf-8")
    text = marsad.report(record, form="html", templates=folder, **ASKED).decode()
    assert "<p>Our desk</p>" in text and "In short" in text and "At a glance" not in text
    page.write_text("{{ document.nothing }}", "utf-8")
    with pytest.raises(ConfigError, match=r"report\.html"):
        marsad.report(record, form="html", templates=folder, **ASKED)
    page.write_text("{{ document.__class__.__mro__[1].__subclasses__() }}", "utf-8")
    with pytest.raises(ConfigError):
        marsad.report(record, form="html", templates=folder, **ASKED)
    with pytest.raises(ConfigError, match="no folder"):
        marsad.report(record, templates=tmp_path / "nowhere", **ASKED)


def test_a_desk_s_own_letterhead(record: Path, tmp_path: Path) -> None:
    own = open_docx()
    own.sections[0].header.paragraphs[0].text = "Our desk"
    own.save(str(tmp_path / "letter.docx"))
    letter = open_docx(io.BytesIO(marsad.report(record, form="docx", templates=tmp_path, **ASKED)))
    assert letter.sections[0].header.paragraphs[0].text == "Our desk"
    assert "At a glance" in [p.text for p in letter.paragraphs]
    (tmp_path / "letter.docx").write_bytes(b"no archive")
    with pytest.raises(ConfigError, match="letter"):
        marsad.report(record, form="docx", templates=tmp_path, **ASKED)


@pytest.mark.slow
def test_a_report_for_the_public_names_no_private_person(record: Path) -> None:
    name = "Hawa Idris Bakhit"
    report, claims = story(90)
    start, text = len(report.text) + 1, f"{report.text} {name}, a resident of the town, said that 4 people were killed in Sinja."
    quote = text[start:]
    cited = (
        Evidence(field="claim", start=start, end=len(text), quote=quote),
        Evidence(field="according_to", start=start, end=start + len(name), quote=name),
    )
    speaker = Speaker(name=name, role="resident")
    told = dataclasses.replace(claims[0], scope="incident", condition=None, value=None, measure=None)
    told = dataclasses.replace(told, id="clm-hawa", according_to=(speaker,), evidence=cited)
    told = dataclasses.replace(told, event_type="Violence against civilians", sub_event_type="Attack")
    where = record.with_name("named.sqlite")
    where.unlink(missing_ok=True)
    ledger = open_ledger(where, write=True)
    body = Batch(reports=[dataclasses.replace(report, text=text)], claims=[told], version="1", codebook="c")
    append(ledger, body, **installed_rules())
    ledger.close()
    assert name in marsad.report(where, form="md", **ASKED).decode()
    for form in ("md", "html"):
        shown = marsad.report(where, form=form, public=True, **ASKED).decode()
        assert name not in shown and "Hawa" not in shown and "a resident" in shown and "Public edition" in shown


@pytest.mark.parametrize("wrong", [{"form": "odt"}, {"language": "fr"}, {"country": "Atlantis"}, {"since": "2026-03-01"}])
def test_what_there_is_not(record: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(ConfigError):
        marsad.report(record, **{**ASKED, **wrong})


def test_a_result_without_a_ledger_has_a_report_too() -> None:
    from marsad.ledger.findings import arrange
    from marsad.linking import link
    from marsad.result import Result

    reports, claims = zip(*(story(n) for n in range(6)), strict=True)
    every = [c for own in claims for c in own]
    folds = link(every, list(reports))
    found = arrange(reports=reports, claims=every, events=folds.events, statistics=folds.statistics, conditions=folds.conditions)
    result = Result(**{f.name: getattr(found, f.name) for f in dataclasses.fields(found)})
    page = result.report(**ASKED).decode()
    assert 'class="claim"' in page and "in no ledger" in page


def test_every_phrase_is_in_both_languages_with_the_same_places() -> None:
    for key, words in shipped_table()["words"].items():
        assert set(words) == {"en", "ar"}, key
        assert set(re.findall(r"\{\w+\}", words["en"])) == set(re.findall(r"\{\w+\}", words["ar"])), key


def test_every_word_of_the_codebook_is_in_arabic() -> None:
    from marsad.codebook import words

    known = tongue("ar").codes
    closed = [
        *words.EVENT_TYPES,
        *words.SUB_EVENT_TYPES,
        *words.CONDITIONS,
        *words.MEASURES,
        *words.EFFECTS,
        *words.SPEAKER_ROLES,
    ]
    closed += [state for states in words.CONDITIONS.values() for state in states]
    assert [w for w in closed if w not in known] == []


def test_months_have_their_syriac_names_in_the_levant() -> None:
    assert tongue("ar", country="SYR").day("2026-02-18") == "١٨ شباط ٢٠٢٦"
    assert tongue("ar", country="SDN").day("2026-02-18") == "١٨ فبراير ٢٠٢٦"
    assert tongue("ar").country("SYR") == "سوريا"


def test_drawings_lead_to_what_they_stand_for_and_stay_in_their_frame() -> None:
    bars = [Bar(label="1", low=2, best=4, high=None, under="1", link="fig-1"), Bar(label="2", low=0, best=0, high=0)]
    for language in LANGUAGES:
        drawn = over_time(bars, tongue(language), "alt")
        assert drawn.count('href="#fig-1"') == 1 and "<title>alt</title>" in drawn
    marks = [Mark(at=(29.65, 12.05), size=5, colour="#000", link="evt-1", title="<b>", label="Dilling")]
    drawn = atlas(marks, [("#000", "circle", "x")], tongue("en"), "alt", home="SD")
    height = float(re.search(r'viewBox="0 0 760 ([\d.]+)"', drawn)[1])  # type: ignore[index]
    x, y = map(float, re.search(r'<circle cx="([\d.]+)" cy="([\d.]+)" r="5', drawn).groups())  # type: ignore[union-attr]
    assert 0 < x < 760 and 0 < y < height and "&lt;b&gt;" in drawn and "Dilling" in drawn
    assert len(regions()) > 150 and len(regions()["SD"]) >= 15


def test_files_of_a_report_carry_no_time(record: Path) -> None:
    for form in ("docx", "xlsx"):
        with zipfile.ZipFile(io.BytesIO(made(record, form))) as archive:
            assert {i.date_time[0] for i in archive.infolist()} == {1980}


def test_there_is_a_format_for_each_ending() -> None:
    from marsad.commands.reporting import SUFFIXES

    assert set(SUFFIXES.values()) == set(FORMS)
