"""A day of the world's news: pages a second through `marsad run`, from web archive to events.

    python bench/scale.py --shared PATH [--pages 1000 10000] [--relevant 0.05] [--plain] [--workers 2] [--keep FOLDER]
                          [--out FILE.json]

The pages are the real HTML of the article extraction benchmark, each time with other words in some places, so that no two are
alike; one in twenty is a composed report of conflict in the frame of a page of that set (head, menus, links, scripts; its
paragraphs replaced by the report's). Some of the real pages tell of unrest and war too; `--plain` leaves out those in which the
coder finds a claim, so that the composed share is the relevant share. They are packed into as many archives as there are workers,
which is no part of the time.

Prints for each number of pages: pages a second by the clock, CPU seconds a page over all processes (steadier where others use the
machine), peak memory over all processes (proportional set size), the share that passed the gate and the share that held a claim;
then the CPU milliseconds a page by stage, measured in one process on 1,000 of the pages.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import os
import random
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NUMEXPR_NUM_THREADS"):
    os.environ[name] = "1"
os.environ["TOKENIZERS_PARALLELISM"] = "false"
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from warcio.statusandheaders import StatusAndHeaders  # noqa: E402
from warcio.warcwriter import WARCWriter  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
PARAGRAPH = re.compile(r"<p[ >].*?</p\s*>", re.S | re.I)
WORD = re.compile(r"\b[a-z]{5,9}\b")
SAMPLE = 1000
MEGABYTE = 2**20


def html_pages(shared: Path) -> list[str]:
    """The real pages."""
    files = sorted((shared / "data" / "pages" / "html").glob("*.html.gz"))
    return [gzip.decompress(path.read_bytes()).decode("utf-8", "replace") for path in files]


def reports(shared: Path) -> list[dict[str, Any]]:
    """Composed reports that hold a claim: none that the coder or the gate is trained on."""
    found = []
    for name in ("sudan", "access", "world"):
        folder = shared / "corpus" / name
        told = {json.loads(line)["report"] for line in (folder / "gold.jsonl").read_text(encoding="utf-8").splitlines()}
        rows = [json.loads(line) for line in (folder / "reports.jsonl").read_text(encoding="utf-8").splitlines()]
        found += [row for row in rows if row["id"] in told]
    return found


def perturbed(text: str, chance: random.Random) -> str:
    """A text with some of its words put in another place, so that it is not the text that came before."""
    spots = [hit.span() for hit in WORD.finditer(text)]
    chosen = sorted(chance.sample(spots, min(len(spots), 20)))
    words = [text[a:b] for a, b in chosen]
    chance.shuffle(words)
    pieces, last = [], 0
    for (start, end), word in zip(chosen, words, strict=True):
        pieces += [text[last:start], word]
        last = end
    return "".join(pieces) + text[last:]


def ordinary(page: str, chance: random.Random) -> str:
    """A real page with words of its paragraphs changed about."""
    return PARAGRAPH.sub(lambda hit: perturbed(hit.group(), chance) if chance.random() < 0.3 else hit.group(), page)


def framed(page: str, report: dict[str, Any], number: int) -> str:
    """A report in the frame of a real page: its paragraphs where the page's stood, under its own title and figures."""
    lines = [line for line in report["text"].split("\n") if line.strip()]
    lines = [re.sub(r"\b(\d{2,3})\b", lambda hit: str(int(hit[1]) + number % 7), line) for line in lines]
    story = f"<article><h1>{report['title']}</h1>" + "".join(f"<p>{line}</p>" for line in lines) + "</article>"
    hits = list(PARAGRAPH.finditer(page))
    if len(hits) < 3:
        return f"<html><head><title>{report['title']}</title></head><body>{story}</body></html>"
    frame = page[: hits[0].start()] + story + PARAGRAPH.sub("", page[hits[0].end() :])
    return re.sub(r"<title[^<>]*>[^<]*", f"<title>{report['title']}", frame, count=1)


def without_claims(pages: Sequence[str]) -> list[str]:
    """The pages in which the coder finds no claim, asked without a gate."""
    from bench.gate import has_claim
    from marsad.stages import installed_stages

    stages = installed_stages()
    return [page for page in pages if not has_claim(stages, page, True)]


def bodies(pages: Sequence[str], told: Sequence[dict[str, Any]], count: int, relevant: float) -> Iterator[str]:
    """The pages of a run, always the same ones."""
    chance = random.Random(7)
    every = max(1, round(1 / relevant)) if relevant else count + 1
    for number in range(count):
        page = pages[(number * 37) % len(pages)]
        if number % every == every // 2:
            yield framed(page, told[(number // every) % len(told)], number)
        else:
            yield ordinary(page, chance)


def pack(made: Iterator[str], folder: Path, files: int) -> list[Path]:
    """Pages as archives."""
    paths = [folder / f"pages-{n}.warc.gz" for n in range(files)]
    streams = [path.open("wb") for path in paths]
    writers = [WARCWriter(stream, gzip=True) for stream in streams]
    headers = [("Content-Type", "text/html; charset=utf-8")]
    for number, body in enumerate(made):
        writer = writers[number % files]
        writer.write_record(
            writer.create_warc_record(
                f"https://news{number % 50}.example/{number}",
                "response",
                payload=io.BytesIO(body.encode("utf-8", "replace")),
                http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
                warc_headers_dict={"WARC-Date": "2025-06-02T06:00:00Z"},
            )
        )
    for stream in streams:
        stream.close()
    return paths


class Memory:
    """The most memory that this process's children held together, MiB: watched while the block runs."""

    def __init__(self, pid: int) -> None:
        self.pid, self.peak, self.over = pid, 0.0, threading.Event()
        self.thread = threading.Thread(target=self.watch, daemon=True)

    def __enter__(self) -> Memory:
        self.thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.over.set()
        self.thread.join()

    def watch(self) -> None:
        while not self.over.wait(0.5):
            self.peak = max(self.peak, sum(map(proportional, family(self.pid))))


def family(pid: int) -> list[int]:
    """A process and all below it."""
    found = [pid]
    for parent in found:
        try:
            for task in Path(f"/proc/{parent}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
        except OSError:
            continue
    return found


def proportional(pid: int) -> float:
    """A process's share of memory, MiB: what it holds alone, and its part of what it shares."""
    try:
        told = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0.0
    return sum(int(hit) for hit in re.findall(r"^Pss:\s+(\d+)", told, re.M)) / 1024


def measure(paths: Sequence[Path], out: Path, workers: int) -> dict[str, Any]:
    """One run of the program over archives."""
    command = [sys.executable, "-m", "marsad", "run", *map(str, paths), "--out", str(out), "--engine", f"local:{workers}", "-q"]
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    with (
        subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process,
        Memory(process.pid) as memory,
    ):
        process.wait()
    clock, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    summary = json.loads((out / "summary.json").read_text())
    pages = summary["pages"]
    with (out / "claims.jsonl").open(encoding="utf-8") as lines:
        with_claims = len({json.loads(line)["report"] for line in lines})
    return {
        **summary,
        "seconds": round(clock, 1),
        "pages_per_second": round(pages / clock, 1),
        "cpu_ms_per_page": round(1000 * cpu / pages, 2),
        "pages_per_cpu_second": round(pages / cpu, 1),
        "memory_mib": round(memory.peak),
        "passed": round(1 - summary["stopped"] / pages, 4),
        "with_claims": round(with_claims / pages, 4),
    }


def stages_of(paths: Sequence[Path], count: int) -> dict[str, float]:
    """CPU milliseconds a page by stage, in one process with its models loaded, for the first `count` pages."""
    from marsad.engine import schemas
    from marsad.engine.settings import Settings
    from marsad.engine.tables import code_stories, gate_pages, read_pages, work_for
    from marsad.intake.archives import read_archive
    from marsad.model import Capture

    work = work_for(Settings())
    spent = dict.fromkeys(("archive", "gate", "read", "code", "write"), 0.0)
    done = 0
    for path in paths:
        with path.open("rb") as stream:
            items = read_archive(stream, str(path))
            while done < count:
                held: list[Capture] = []
                mark = time.process_time()
                while len(held) < 64 and (item := next(items, None)) is not None:
                    if isinstance(item, Capture):
                        held.append(item)
                table = schemas.pages(held)
                mark = clocked(spent, "archive", mark)
                passing, stopped = gate_pages(table, work.gate)
                mark = clocked(spent, "gate", mark)
                found, rows = read_pages(passing, work, work.stages.read_capture)
                mark = clocked(spent, "read", mark)
                rows += code_stories(found, work)
                mark = clocked(spent, "code", mark)
                schemas.result([*rows, *stopped])
                clocked(spent, "write", mark)
                done += len(held)
                if len(held) < 64:
                    break
    return {name: round(1000 * seconds / done, 2) for name, seconds in spent.items()}


def clocked(spent: dict[str, float], name: str, since: float) -> float:
    now = time.process_time()
    spent[name] += now - since
    return now


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shared", type=Path, required=True)
    parser.add_argument("--pages", type=int, nargs="+", default=[1000, 10000])
    parser.add_argument("--relevant", type=float, default=0.05, help="the share of composed reports of conflict")
    parser.add_argument("--plain", action="store_true", help="leave out the real pages that hold a claim themselves")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--keep", type=Path, help="keep archives and results in this folder")
    parser.add_argument("--out", type=Path, help="write the figures as JSON")
    options = parser.parse_args()
    result: dict[str, Any] = {
        "relevant": options.relevant,
        "workers": options.workers,
        "load_before": os.getloadavg()[0],
        "runs": [],
    }
    pages, told = html_pages(options.shared), reports(options.shared)
    if options.plain:
        pages = without_claims(pages)
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.keep or Path(scratch)
        paths: list[Path] = []
        for count in options.pages:
            place = folder / str(count)
            place.mkdir(parents=True, exist_ok=True)
            paths = pack(bodies(pages, told, count, options.relevant), place, options.workers)
            run = measure(paths, place / "out", options.workers)
            result["runs"].append(run)
            print(
                f"{count:7,} pages: {run['pages_per_second']:6.1f} a second by the clock, {run['cpu_ms_per_page']:6.2f} CPU ms"
                " a page"
                f" ({run['pages_per_cpu_second']:.0f} a CPU second), {run['memory_mib']} MiB;"
                f" {run['passed']:.1%} passed the gate, {run['with_claims']:.1%} hold a claim, {run['events']} events",
                flush=True,
            )
        result["stages_ms_per_page"] = stages_of(paths, SAMPLE)
    last = result["runs"][-1]
    print("CPU ms a page by stage: " + ", ".join(f"{name} {ms}" for name, ms in result["stages_ms_per_page"].items()))
    hours = 1e6 * last["cpu_ms_per_page"] / 3.6e6 / options.workers
    print(f"1,000,000 pages at that rate: {hours:.1f} h on {options.workers} free cores")
    if options.out:
        options.out.write_text(json.dumps(result, indent=1, sort_keys=True) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
