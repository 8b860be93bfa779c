"""What the gate lets through and what it stops.

    python bench/gate.py --shared PATH [--code] [--out FILE.json]

Recall: of the development corpora's reports with a claim, and of the MUC-4 training messages with a template (and of those
with one that is not optional). Stopped: of PolNeAR's political news, and of the article extraction benchmark's pages, from their
raw HTML. Both sets hold some stories of unrest, killings and wars; `--code` codes them all without a gate and also counts by
whether the coder finds a claim in them (some minutes). CPU milliseconds a page by step, on the raw pages.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from marsad.intake.gate import Gate, load_gate, plain_letters
from marsad.intake.gate_pages import page_words, paragraphs
from marsad.model import Capture
from marsad.pipeline import code

CORPORA = ("seeds", "sudan", "access", "world")


def lines(path: Path) -> list[dict[str, Any]]:
    body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [json.loads(line) for line in body.splitlines()]


def corpus(folder: Path) -> list[tuple[str, str]]:
    """Name and text of each report of a corpus that holds a claim."""
    told = {claim["report"] for claim in lines(folder / "gold.jsonl")}
    return [(r["id"], f"{r['title'] or ''}\n{r['text']}") for r in lines(folder / "reports.jsonl") if r["id"] in told]


def is_firm(message: dict[str, Any]) -> bool:
    """Whether a message has a template that is not optional."""
    kinds = [t["slots"]["incident_type"].get("fillers") or [] for t in message["templates"] if not t["optional"]]
    return any(filled and not filled[0].get("optional") for filled in kinds)


def recall(gate: Gate, shared: Path) -> dict[str, Any]:
    """For each set how many reports there are and which were stopped."""
    sets = {name: corpus(shared / "corpus" / name) for name in CORPORA}
    messages = [m for m in lines(shared / "data" / "muc4" / "train.jsonl.gz") if m["templates"]]
    sets["muc4"] = [(m["docid"], m["text"]) for m in messages]
    sets["muc4, not optional"] = [(m["docid"], m["text"]) for m in messages if is_firm(m)]
    sets["all"] = [item for name in (*CORPORA, "muc4") for item in sets[name]]
    found = {}
    for name, items in sets.items():
        missed = [key for key, text in items if not gate.text(text).passes]
        found[name] = {"reports": len(items), "recall": round(1 - len(missed) / len(items), 4), "missed": missed}
    return found


def other_news(shared: Path) -> dict[str, list[tuple[str, str, bool]]]:
    """Name, content and whether it is HTML, of the news that is mostly of other matters."""
    articles = lines(shared / "data" / "polnear" / "dev.jsonl.gz")
    pages = sorted((shared / "data" / "pages" / "html").glob("*.html.gz"))
    return {
        "polnear": [(a["docid"], f"{a['title'] or ''}\n{a['text']}", False) for a in articles],
        "pages": [(p.name, gzip.decompress(p.read_bytes()).decode("utf-8", "replace"), True) for p in pages],
    }


def has_claim(stages: Any, content: str, html: bool) -> bool:
    """Whether the coder finds a claim, without any gate."""
    from marsad.intake.stories import read_capture

    body = content.encode("utf-8", "replace")
    capture = Capture(id="c", origin="c", body=body, media_type="text/html" if html else "text/plain")
    return bool(code([story.report for story in read_capture(capture)[0]], stages, lambda step: None)[0])


def stopped(gate: Gate, news: dict[str, list[tuple[str, str, bool]]], *, coded: bool) -> dict[str, Any]:
    """For each set how much of it was stopped; with `coded` also of what holds no claim, and what holds one."""
    found: dict[str, Any] = {}
    stages = None
    if coded:
        from marsad.stages import installed_stages

        stages = installed_stages()
    for name, items in news.items():
        passes = {key: (gate.page(content) if html else gate.text(content)).passes for key, content, html in items}
        found[name] = {"items": len(items), "stopped": share([not p for p in passes.values()])}
        if stages is not None:
            claims = {key: has_claim(stages, content, html) for key, content, html in items}
            found[name]["without a claim"] = sum(not c for c in claims.values())
            found[name]["stopped of those without a claim"] = share([not passes[k] for k, c in claims.items() if not c])
            found[name]["passed of those with a claim"] = share([passes[k] for k, c in claims.items() if c])
    return found


def share(of: Sequence[bool]) -> float | None:
    return round(sum(of) / len(of), 4) if of else None


def costs(gate: Gate, pages: Sequence[str]) -> dict[str, float]:
    """CPU milliseconds a page by step, the best of three rounds."""
    steps: dict[str, Callable[[str], object]] = {
        "words in the bytes": lambda p: gate.scan.words_in(plain_letters(p)),
        "paragraphs": paragraphs,
        "the whole page's words, where needed": page_words,
        "in all": gate.page,
    }
    return {name: round(min(rounds(step, pages)), 3) for name, step in steps.items()}


def rounds(step: Callable[[str], object], pages: Sequence[str]) -> Iterator[float]:
    for _ in range(3):
        begun = time.process_time()
        for page in pages:
            step(page)
        yield 1000 * (time.process_time() - begun) / len(pages)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--code", action="store_true", help="code the other news too, and count by what is found in it")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    options = parser.parse_args()
    gate, news = load_gate(), other_news(options.shared)
    result = {"recall": recall(gate, options.shared), "other": stopped(gate, news, coded=options.code)}
    result["cost_ms"] = costs(gate, [content for _, content, _ in news["pages"]])
    for name, found in result["recall"].items():
        print(f"recall {name:22}{found['recall']:8.4f} of {found['reports']:4}  {' '.join(found['missed'][:6])}")
    for name, found in result["other"].items():
        print(f"other  {name:22}" + ", ".join(f"{k} {v}" for k, v in found.items()))
    for name, cost in result["cost_ms"].items():
        print(f"cost   {name:40}{cost:7.3f} ms a page")
    if options.out:
        options.out.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
