"""The gate: what may hold a claim passes, other news is stopped, in any language of its table, whatever the page looks like."""

from __future__ import annotations

import base64
import builtins
import dataclasses
import json
import re
import time
import zlib
from pathlib import Path

import pytest

from marsad.intake import gate as gate_module
from marsad.intake.gate import Gate, load_gate, plain_letters, read_weights
from marsad.intake.gate_pages import page_words, paragraphs
from marsad.intake.gate_topic import BITS, read_topic
from marsad.intake.gate_words import GROUPS, Scan, entries_in, load_lexicon, read_lexicon, sentences_of
from marsad.model import Capture, ConfigError, Report

GOLD = Path(__file__).resolve().parent.parent / "data" / "gold"
ORDINARY = Path(__file__).resolve().parents[2] / "training" / "ordinary.txt"
FOREIGN = {
    "fr": "Au moins douze civils ont été tués lundi dans une attaque de rebelles près de Goma. Des hommes armés ont pillé le "
    "camp de déplacés, selon la société civile.",
    "es": "Un grupo armado mató a cinco personas en una masacre en Caloto. Los paramilitares quemaron casas y cientos de "
    "desplazados huyeron.",
    "pt": "Homens armados atacaram a aldeia e doze civis foram mortos. Milhares de deslocados fugiram dos insurgentes.",
    "ru": "В результате артиллерийского обстрела погибли трое мирных жителей, ранены девять. Боевики атаковали колонну беженцев.",
    "uk": "Унаслідок обстрілу загинули троє цивільних, поранено дев’ятьох. Безпілотник ударив по лікарні.",
    "ar": "قُتل سبعة مدنيين في قصف مدفعي على المدينة. وقال شهود إن غارة جوية استهدفت مخيم النازحين وأصيب عشرة.",
    "fa": "دست‌کم ده غیرنظامی در انفجار و حمله شورشیان کشته شدند. طالبان شهر را محاصره کرده است.",
    "tr": "Hava saldırısında on iki sivil öldürüldü. Silahlı militanlar köyü bastı, çatışmalar sürüyor.",
    "sw": "Waasi walishambulia kijiji na watu kumi waliuawa. Wakimbizi walikimbia mapigano.",
}
OTHER = {
    "fr": "Le conseil municipal a voté le budget de la piscine. Les travaux commenceront après Pâques, a dit le maire.",
    "es": "El equipo ganó el partido con dos goles en la segunda parte. La entrenadora elogió a su portera.",
    "ar": "افتتح الوزير معرض الكتاب السنوي في العاصمة. ويشارك في المعرض مئتا ناشر من عشرين بلدا.",
    "ru": "Музей открыл выставку акварелей. Вход для школьников свободный, сообщила директор.",
}


@pytest.fixture(scope="module")
def gate() -> Gate:
    return load_gate()


def told(folder: Path) -> list[str]:
    claims = {json.loads(line)["report"] for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()}
    rows = [json.loads(line) for line in (folder / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
    return [f"{row['title']}\n{row['text']}" for row in rows if row["id"] in claims]


def test_every_report_of_the_pinned_corpora_with_a_claim_passes(gate: Gate) -> None:
    texts = [text for folder in sorted(GOLD.glob("*/")) for text in told(folder)]
    assert len(texts) >= 20 and all(gate.text(text).passes for text in texts)


def test_reports_rank_above_ordinary_news_that_is_full_of_the_words_of_war(gate: Gate) -> None:
    parts = [part.partition("\n")[2] for part in ORDINARY.read_text(encoding="utf-8").split("# ")[1:]]
    plain = [gate.text(part).score for part in parts]
    scores = [gate.text(text).score for folder in sorted(GOLD.glob("*/")) for text in told(folder)]
    assert len(plain) > 50 and sum(a > b for a in scores for b in plain) >= 0.97 * len(scores) * len(plain)


@pytest.mark.parametrize("language", FOREIGN)
def test_in_other_languages_conflict_passes(gate: Gate, language: str) -> None:
    assert gate.text(FOREIGN[language]).passes


@pytest.mark.parametrize("language", OTHER)
def test_in_other_languages_other_news_is_stopped(gate: Gate, language: str) -> None:
    assert not gate.text(OTHER[language]).passes


def html(paragraph: str, *, frame: str = "") -> str:
    return f"<!doctype html><html><head><title>News</title><script>{frame}</script></head><body>{paragraph}</body></html>"


STRIKE = "Rebels shelled the market of Kadugli on Monday and killed twelve civilians, a doctors' network said. " * 3


@pytest.mark.parametrize(
    "body",
    [
        html(f"<p>{STRIKE}</p>").encode(),
        html(f"<P class='a'>{STRIKE.upper()}</P>").encode(),
        html(STRIKE.replace(". ", ".<br>")).encode(),
        html(f"<div><div>{STRIKE}").encode("utf-16"),
        html(f"<p>{FOREIGN['ru'] * 4}</p>").encode("cp1251").replace(b"<head>", b'<head><meta charset="windows-1251">'),
        html("<p>" + "".join(f"&#{ord(c)};" if ord(c) > 127 else c for c in FOREIGN["ar"] * 4) + "</p>").encode(),
        html("<p>We use cookies to give you the best of our site. " * 9 + f"</p><td>{STRIKE * 4}{FOREIGN['fr']}</td>").encode(),
        STRIKE.encode(),
    ],
    ids=["plain", "capitals", "breaks", "utf-16", "cp1251", "entities", "cookies-first", "text"],
)
def test_a_page_passes_whatever_it_is_written_in(gate: Gate, body: bytes) -> None:
    media = "text/plain" if b"<" not in body[:4] and body[:2] != b"\xff\xfe" else "text/html"
    assert gate.capture(Capture(id="x", origin="x", body=body, media_type=media)).passes


def test_words_in_scripts_and_menus_let_nothing_pass(gate: Gate) -> None:
    menu = "".join(
        f'<li><a href="/{n}">Militants shell the market of town {n} and kill twelve civilians</a></li>' for n in range(30)
    )
    bakery = (
        "<p>The bakery on Mill Street opens an hour earlier from Easter, its owner said on Tuesday, and the queue is glad.</p>"
        * 6
    )
    source = html(f"<ul>{menu}</ul>{bakery}", frame="var teaser = 'rebels shelled the camp of displaced people'")
    assert not gate.page(source).passes


def test_no_word_at_all_is_told_apart(gate: Gate) -> None:
    assert gate.page("<html><body><p>Buns.</p></body></html>").why == "no_words"
    assert gate.capture(Capture(id="x", origin="x", body=b"{}\n{}", media_type="application/x-ndjson")).why == "unread"
    assert gate.report(Report(id="r", origin="o", text="", title=None)).passes


def test_without_hyperscan_the_answer_is_the_same(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = builtins.__import__

    def without(name: str, *given: object, **more: object) -> object:
        if name == "hyperscan":
            raise ImportError(name)
        return whole(name, *given, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(builtins, "__import__", without)
    slow = Scan(gate.lexicon)
    monkeypatch.undo()
    assert slow._database is None and gate.scan._database is not None
    for text in [*FOREIGN.values(), *OTHER.values(), STRIKE.upper(), "airstrikes", "Air-strike", "unbombed", ""]:
        body = plain_letters(text)
        assert slow.words_in(body) == gate.scan.words_in(body), text


def test_every_word_of_the_table_is_found_by_the_scan(gate: Gate) -> None:
    words = [
        w
        for w in (*gate.lexicon.whole, *gate.lexicon.phrases)
        if set(gate.lexicon.whole.get(w) or gate.lexicon.phrases[w]) != {8}
    ]
    assert len(words) > 500 and all(gate.scan.words_in(f"x {word} y".encode()) for word in words)


def test_entries_are_whole_words_beginnings_and_phrases() -> None:
    lexicon = load_lexicon()
    tokens = next(sentences_of("Bombardments and an air strike hit the والمدنيين"))
    assert {"bombardment*", "air strike"} <= set(entries_in(tokens, lexicon))
    assert any(entry.startswith("مدني") for entry in entries_in(tokens, lexicon))


@pytest.mark.parametrize("row", ["arms\ten\t4\tx\ts", "none\ten\t1\tx\ts", "arms\ten\t1\tx\t", "arms\ten\t1\tx"])
def test_a_bad_row_of_the_table_is_refused_by_its_line(row: str) -> None:
    with pytest.raises(ConfigError, match="line 2"):
        read_lexicon(f"group\tlanguage\tstrength\twords\tsource\n{row}\n")


def test_weights_of_another_version_are_refused() -> None:
    held = json.loads(Path(gate_module.__file__).with_name("gate.json").read_text(encoding="utf-8"))
    assert read_weights(held).threshold < 0 and held["groups"] == list(GROUPS)
    with pytest.raises(ValueError, match="another version"):
        read_weights({**held, "format": 99})


@pytest.mark.parametrize(
    "source",
    [
        "<script>" * 200_000,
        "<!--" * 200_000,
        "<p" * 500_000,
        "<p>" * 300_000,
        "<a " * 300_000,
        "&#" * 400_000,
        "<title" * 200_000,
        "<h1>" * 200_000,
    ],
    ids=["script", "comment", "p-open", "p", "a", "entity", "title", "h1"],
)
def test_a_hostile_page_takes_no_longer_than_its_size(gate: Gate, source: str) -> None:
    begun = time.process_time()
    gate.page(f"<html>{source} militants killed")
    paragraphs(source), page_words(source)
    assert time.process_time() - begun < 5


def test_the_same_page_has_the_same_score_twice(gate: Gate) -> None:
    page = html(f"<p>{STRIKE}</p>")
    assert gate.page(page) == gate.page(page) == load_gate().page(page)
    assert re.fullmatch(r"-?\d+\.\d{0,6}", str(gate.page(page).score))


FIRES = (
    "A fire damaged an apartment house on Elm Street on Tuesday, the county fire chief said.\n"
    "A man was injured when a car hit a truck on the highway. The driver, who was drunk, was taken to jail.\n"
    "The sheriff's office said that the robbery of a store in the same block was the work of a gunman from out of town. "
    "Residents may park at the high school on Saturday. The church will hold a supper, and the team plays at home on Friday.\n"
)


def test_fires_crashes_and_robberies_are_other_topics(gate: Gate) -> None:
    verdict = gate.text(FIRES)
    assert not verdict.passes and verdict.why == "other_topic" and verdict.score < gate.weights.threshold
    bare = Gate(gate.lexicon, dataclasses.replace(gate.weights, topic=None))
    assert bare.text(FIRES).passes


def test_what_the_words_of_conflict_are_sure_of_passes_whatever_it_is_about(gate: Gate) -> None:
    ambush = "Militants ambushed a convoy of soldiers and abducted nine civilians, the army said. "
    assert gate.text(FIRES + STRIKE + ambush).passes


def test_topics_are_not_asked_in_other_languages(gate: Gate) -> None:
    topic = gate.weights.topic
    assert topic is not None
    against = dataclasses.replace(topic, threshold=99.0)
    strict = Gate(gate.lexicon, dataclasses.replace(gate.weights, topic=against))
    assert all(strict.text(text).passes for text in FOREIGN.values())
    assert gate.text(FIRES).why == strict.text(FIRES).why == "other_topic"


def test_a_model_of_topics_of_another_size_is_refused() -> None:
    held = json.loads(Path(gate_module.__file__).with_name("gate.json").read_text(encoding="utf-8"))["topic"]
    short = base64.b64encode(zlib.compress(bytes(16))).decode()
    with pytest.raises(ValueError, match="another size"):
        read_topic({**held, "weights": short})
    assert len(read_topic(held).weights) == 1 << BITS


@pytest.mark.slow
def test_training_gives_the_weights_that_are_shipped(tmp_path: Path) -> None:
    pytest.importorskip("scipy")
    from training.gate import OUT, ROOT, corpus_stories, ordinary_stories, train

    folders = sorted(path.parent for path in (ROOT / "corpus").glob("*/gold.jsonl"))
    stories = [s for folder in folders for s in corpus_stories(folder)] + ordinary_stories(ORDINARY)
    shipped = json.loads(OUT.read_text(encoding="utf-8"))
    made = train(stories)
    assert made["threshold"] == pytest.approx(shipped["threshold"], abs=0.1)
    assert made["facts"] == pytest.approx(shipped["facts"], abs=0.1)


SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@pytest.mark.slow
@pytest.mark.skipif(not (SHARED / "geoparsing").is_dir(), reason="the sets that teach topics are not here")
def test_topics_are_trained_to_the_weights_that_are_shipped() -> None:
    pytest.importorskip("scipy")
    from training.gate import OUT, ROOT, corpus_stories, ordinary_stories, topic_of

    folders = sorted(path.parent for path in (ROOT / "corpus").glob("*/gold.jsonl"))
    stories = [s for folder in folders for s in corpus_stories(folder)] + ordinary_stories(ORDINARY)
    shipped = json.loads(OUT.read_text(encoding="utf-8"))
    made = topic_of({**shipped, "topic": None}, stories, SHARED)
    assert made["threshold"] == pytest.approx(shipped["topic"]["threshold"], abs=0.1)
    one, other = read_topic(made), read_topic(shipped["topic"])
    sentences = list(sentences_of(FIRES))
    assert one.odds(sentences, 1.0) == pytest.approx(other.odds(sentences, 1.0), abs=0.1)
