"""How much of an article's text is found, which date, and how fast: python bench/pages.py --data FOLDER [--out FILE.json]

FOLDER holds `ground-truth.json` (page id → `articleBody`) and `html/ID.html.gz`, as the article extraction benchmark has
them. The score is that set's own: shingles of four words, precision and recall averaged over pages, F1 of the two. A date is
right where the page states that day (`bench/page_dates.py`). Pages a second are those of CPU time.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import re
import sys
import time
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.page_dates import stated_days
from marsad.intake import read_capture
from marsad.model import Capture

TOKEN = re.compile(r"\w+", re.UNICODE)
SHINGLE = 4


def shingles(text: str) -> Counter[tuple[str, ...]]:
    words = TOKEN.findall(text)
    if len(words) < SHINGLE:
        return Counter([tuple(words)]) if words else Counter()
    return Counter(tuple(words[n : n + SHINGLE]) for n in range(len(words) - SHINGLE + 1))


def score(wanted: str, got: str) -> tuple[float, float, bool]:
    """Precision and recall of one page, and whether it was got exactly."""
    want, have = shingles(wanted), shingles(got)
    hit = sum((want & have).values())
    precision = hit / sum(have.values()) if have else (1.0 if not want else 0.0)
    recall = hit / sum(want.values()) if want else (1.0 if not have else 0.0)
    return precision, recall, want == have


def read(body: bytes, name: str, url: str | None) -> tuple[str, str | None]:
    """The text of a page, and the day of its first story."""
    stories, _ = read_capture(
        Capture(id=hashlib.sha256(body).hexdigest(), origin=name, body=body, url=url, media_type="text/html")
    )
    published = stories[0].report.published if stories else None
    return "\n".join(s.report.text for s in stories), published and published[:10]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--worst", type=int, default=0, help="name this many of the worst pages")
    args = parser.parse_args()
    truth = json.loads((args.data / "ground-truth.json").read_text(encoding="utf-8"))
    scores: dict[str, tuple[float, float, bool]] = {}
    dated: list[bool] = []
    seconds = 0.0
    for page, wanted in sorted(truth.items()):
        body = gzip.decompress((args.data / "html" / f"{page}.html.gz").read_bytes())
        begun = time.process_time()
        got, day = read(body, page, wanted.get("url"))
        seconds += time.process_time() - begun
        scores[page] = score(wanted["articleBody"], got)
        stated = stated_days(body, wanted.get("url"))
        dated += [day in stated] if stated else []
    precision = sum(s[0] for s in scores.values()) / len(scores)
    recall = sum(s[1] for s in scores.values()) / len(scores)
    result = {
        "pages": len(scores),
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(2 * precision * recall / (precision + recall), 4),
        "exact": round(sum(s[2] for s in scores.values()) / len(scores), 4),
        "pages_per_second": round(len(scores) / seconds, 1),
        "dates_stated": len(dated),
        "dates_right": round(sum(dated) / len(dated), 4),
    }
    for name, value in result.items():
        print(f"{name:18} {value}")
    for page, (p, r, _) in sorted(scores.items(), key=lambda item: min(item[1][:2]))[: args.worst]:
        print(f"{page[:12]} precision {p:.2f} recall {r:.2f} {truth[page].get('url', '')}")
    if args.out:
        args.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
