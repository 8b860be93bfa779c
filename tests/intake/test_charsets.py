"""Bytes to text."""

from __future__ import annotations

import codecs

import pytest

from marsad.intake.charsets import decode, repair, sniff_binary
from marsad.intake.clean import clean_page, clean_text

ENGLISH = "“Two people died,” Türk said — in Sinja’s market."
ARABIC = "قتل شخصان في سوق المدينة يوم الاثنين، وقالت الشرطة إن آخرين أصيبوا في الهجوم الذي وقع فجرا قرب الجسر القديم. "
RUSSIAN = "Два человека погибли на рынке в понедельник, сообщила полиция, ещё несколько жителей города ранены при обстреле. "


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (ENGLISH.encode(), None),
        (codecs.BOM_UTF8 + ENGLISH.encode(), None),
        (ENGLISH.encode("utf-16"), None),
        (ENGLISH.encode("utf-16-le"), None),
        (ENGLISH.encode("utf-16-be"), None),
        (codecs.BOM_UTF32_LE + ENGLISH.encode("utf-32-le"), None),
        (ENGLISH.encode("cp1252"), None),
        (ENGLISH.encode("cp1252"), "text/html; charset=ISO-8859-1"),
    ],
)
def test_english_in_any_charset(body: bytes, media: str | None) -> None:
    assert decode(body, media).text == ENGLISH
    assert sniff_binary(body) is None


def test_arabic_and_russian_pages_with_and_without_a_declared_charset() -> None:
    page = '<html><head><meta charset="windows-1256"></head><body>' + ARABIC * 5
    assert decode(page.encode("cp1256")).text == page
    assert decode((ARABIC * 5).encode("cp1256")).text == ARABIC * 5
    assert decode((RUSSIAN * 5).encode("cp1251")).text == RUSSIAN * 5


def test_a_wrong_declaration_does_not_beat_valid_utf8() -> None:
    page = '<meta charset="windows-1252">' + ENGLISH
    assert decode(page.encode()).text == page


def test_utf8_cut_in_a_character_and_with_a_stray_byte() -> None:
    assert decode("Two died in Türk’s".encode()[:-4]).text == "Two died in Türk"
    broken = decode((ENGLISH * 9).encode() + b"\xff" + ENGLISH.encode())
    assert broken.lossy and broken.text.startswith(ENGLISH) and broken.text.endswith(ENGLISH)


def test_mojibake_is_mended_and_honest_text_is_left_alone() -> None:
    assert repair("Sudanâ€™s war: â€œno wayâ€\x9d") == "Sudan’s war: “no way”"
    for honest in (ENGLISH, "São Tomé, Âge d'or, N’Djaména — «Ça va»", ARABIC, RUSSIAN):
        assert repair(honest) == honest


def test_cleaning_keeps_words_and_drops_what_is_not_text() -> None:
    assert clean_text("a\r\nb\rc\u2028d\x85e\x00f\x08g\ufeffh") == "a\nb\nc\nd\nefgh"
    assert clean_text("e\u0301 \ud800x") == "é \ufffdx"
    assert clean_page("a\u00a0 b\t c ") == "a b c"
