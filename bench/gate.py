"""What the gate lets through and what it stops.

    python bench/gate.py --shared PATH [--code] [--out FILE.json]

Recall: of the development corpora's reports with a claim, and of the MUC-4 messages with a template (and of those with one that
is not optional). Stopped: of PolNeAR's political news, of the article extraction benchmark's pages (from their raw HTML), of
local news and news of epidemics. What the gate knows of topics is learned from halves of these sets too, so each item is judged
by a gate that was taught without its half ("by halves"); beside it stands the gate that is shipped, taught on all of them. The
development corpora and MUC-4's `dev` teach neither.

Some of the other news tells of unrest, killings and wars, and should pass: `training/gate_apart.tsv` names it, and it is counted
apart. `--code` codes two of the sets without a gate and also counts by whether the coder finds a claim in them (some minutes).
CPU milliseconds a page by step, on the raw pages.
"""

from __future__ import annotations

import argparse
import dataclasses
import gzip
import json
import sys
import time
import zlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from training.gate import OUT, ROOT, above, composed, corpus_stories, ordinary_stories
from training.gate_topic import apart, at_war, texts, train_topic

from marsad.intake.gate import Gate, load_gate, plain_letters
from marsad.intake.gate_pages import page_words, paragraphs
from marsad.intake.gate_topic import read_topic
from marsad.intake.gate_words import sentences_of
from marsad.model import Capture
from marsad.pipeline import code

CORPORA = ("seeds", "sudan", "access", "world")
CODED = ("polnear", "pages")
GateFor = Callable[[str], Gate]


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """A piece of news that is mostly of other matters; `apart` where it tells of conflict."""

    name: str
    content: str
    html: bool
    apart: bool


def half_of(name: str) -> int:
    """The half that an item's name puts it in, as in training."""
    return zlib.crc32(name.encode()) % 2


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


def recall(gate_for: GateFor, shared: Path) -> dict[str, Any]:
    """For each set how many reports there are and which were stopped."""
    sets = {name: corpus(shared / "corpus" / name) for name in CORPORA}
    for name in ("train", "dev"):
        messages = [m for m in lines(shared / "data" / "muc4" / f"{name}.jsonl.gz") if m["templates"]]
        sets[f"muc4 {name}"] = [(m["docid"], m["text"]) for m in messages]
        sets[f"muc4 {name}, not optional"] = [(m["docid"], m["text"]) for m in messages if is_firm(m)]
    sets["all but muc4 dev"] = [item for name in (*CORPORA, "muc4 train") for item in sets[name]]
    found = {}
    for name, items in sets.items():
        missed = [key for key, text in items if not gate_for(key).text(text).passes]
        found[name] = {"reports": len(items), "recall": round(1 - len(missed) / len(items), 4), "missed": missed}
    return found


def other_news(shared: Path) -> dict[str, list[News]]:
    """The news that is mostly of other matters; `apart` what in it tells of conflict by `training/gate_apart.tsv`."""
    data, kept_apart = shared / "data", apart()
    found = {
        "polnear": [(a["docid"], f"{a['title'] or ''}\n{a['text']}", False) for a in lines(data / "polnear" / "dev.jsonl.gz")],
        "pages": [(p.name, unpacked(p), True) for p in sorted((data / "pages" / "html").glob("*.html.gz"))],
        "lgl": [(a["docid"], a["text"], False) for a in lines(data / "geoparsing" / "lgl.jsonl.gz")],
        "geovirus": [(a["docid"], a["text"], False) for a in lines(data / "geoparsing" / "geovirus.jsonl.gz")],
    }

    def tells(name: str, key: str, content: str) -> bool:
        return (name, key.removesuffix(".html.gz")) in kept_apart or (name == "lgl" and at_war(list(sentences_of(content))))

    return {
        name: [News(name=key, content=text, html=html, apart=tells(name, key, text)) for key, text, html in items]
        for name, items in found.items()
    }


def unpacked(path: Path) -> str:
    return gzip.decompress(path.read_bytes()).decode("utf-8", "replace")


def halved(shared: Path) -> GateFor:
    """A gate for each name whose topics were learned without the half of the sets that the name is of."""
    shipped = load_gate()
    model = json.loads(OUT.read_text(encoding="utf-8"))
    folders = sorted(path.parent for path in (ROOT / "corpus").glob("*/gold.jsonl"))
    stories = [s for folder in folders for s in corpus_stories(folder)] + ordinary_stories(ROOT / "training" / "ordinary.txt")
    others, score = texts(shared / "data"), above({**model, "topic": None})
    gates = []
    for half in (0, 1):
        kept = [text for text in others if text.half != half]
        topic = {**train_topic([*composed(stories), *kept], score), "threshold": model["topic"]["threshold"]}
        gates.append(Gate(shipped.lexicon, dataclasses.replace(shipped.weights, topic=read_topic(topic))))
    return lambda name: gates[half_of(name)]


def has_claim(stages: Any, content: str, html: bool) -> bool:
    """Whether the coder finds a claim, without any gate."""
    from marsad.intake.stories import read_capture

    body = content.encode("utf-8", "replace")
    capture = Capture(id="c", origin="c", body=body, media_type="text/html" if html else "text/plain")
    return bool(code([story.report for story in read_capture(capture)[0]], stages, lambda step: None)[0])


def stopped(gate_for: GateFor, news: dict[str, list[News]], *, coded: bool) -> dict[str, Any]:
    """For each set how much of it was stopped, and of what in it tells of no conflict; with `coded` also of what holds no claim,
    and what passed of that which holds one."""
    found: dict[str, Any] = {}
    stages = None
    if coded:
        from marsad.stages import installed_stages

        stages = installed_stages()
    for name, items in news.items():
        gates = {n.name: gate_for(n.name) for n in items}
        passes = {n.name: (gates[n.name].page if n.html else gates[n.name].text)(n.content).passes for n in items}
        found[name] = {
            "items": len(items),
            "stopped": share([not p for p in passes.values()]),
            "of conflict": sum(n.apart for n in items),
            "stopped of the other": share([not passes[n.name] for n in items if not n.apart]),
            "passed of those of conflict": share([passes[n.name] for n in items if n.apart]),
        }
        if stages is not None and name in CODED:
            claims = {n.name: has_claim(stages, n.content, n.html) for n in items}
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
    gate, news, by_halves = load_gate(), other_news(options.shared), halved(options.shared)
    result: dict[str, Any] = {}
    for label, gate_for in (("by halves", by_halves), ("as shipped", lambda name: gate)):
        told = {"recall": recall(gate_for, options.shared), "other": stopped(gate_for, news, coded=options.code)}
        result[label] = told
        print(label)
        for name, found in told["recall"].items():
            print(f"  recall {name:26}{found['recall']:8.4f} of {found['reports']:4}  {' '.join(found['missed'][:6])}")
        for name, found in told["other"].items():
            print(f"  other  {name:10}" + ", ".join(f"{k} {v}" for k, v in found.items()))
    result["cost_ms"] = costs(gate, [n.content for n in news["pages"]])
    for name, cost in result["cost_ms"].items():
        print(f"cost   {name:40}{cost:7.3f} ms a page")
    if options.out:
        options.out.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
