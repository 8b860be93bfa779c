"""What the server costs and bears: its CPU for each request by route, then a mix at a steady rate with a writer.

    python bench/server.py [--events 10000] [--rate 100] [--seconds 30] [--writes 5] [--workers 1] [--folder FOLDER] [--out FILE]

A ledger of `synthetic.py`'s record is made (or, with `--folder`, taken from there) and served by `marsad serve` in processes of
its own. First each route is asked alone, one request after the other. Then a mix of reads is sent at a steady rate, whether
answers come or not, while another process appends so many transactions a second; a latency counts from the moment at which a
request was due, so that waiting in line counts too. CPU is what the server's processes used, by the kernel's count: other work on
the machine doesn't count. Prints a table and writes a JSON.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import platform
import queue
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.ledger import as_told, batch_of, load, quantile
from bench.synthetic import COUNTRIES, news, towns
from marsad.ledger.append import append
from marsad.ledger.query import Filter, find
from marsad.ledger.store import open_ledger

TICK = os.sysconf("SC_CLK_TCK")
ALONE = 100
THREADS = 32
WAIT = 600


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A kind of request: its share of the mix, and an address made at random."""

    name: str
    share: float

    def address(self, chance: random.Random, ids: list[str]) -> str:
        town = chance.choice(TOWNS)
        west, south = (town.longitude or 0) - 0.5, (town.latitude or 0) - 0.5
        year, month = chance.randint(2015, 2025), chance.randint(1, 9)
        days = f"since={year}-{month:02}-01&until={year}-{month + 3:02}-01"
        country = chance.choice(COUNTRIES)
        known = {
            "page": f"/api/v1/events?country={country}&{days}&limit=50",
            "box": f"/api/v1/events?bbox={west:.2f},{south:.2f},{west + 1:.2f},{south + 1:.2f}&{days}&type=clash&limit=50",
            "filtered": f"/api/v1/events?country={country}&min_confidence=0.5&disputed=true&limit=50",
            "words": f"/api/v1/events?q={town.name.split()[0]}&limit=20",
            "event": f"/api/v1/events/{chance.choice(ids)}",
            "facets": f"/api/v1/facets?country={country}",
            "clusters": f"/api/v1/clusters?zoom=4&view={west - 20:.0f},{max(south - 15, -85):.0f},{west + 20:.0f},{south + 9:n}",
            "world": "/api/v1/clusters?zoom=1",
            "timeline": f"/api/v1/timeline?unit=month&country={country}",
            "board": f"/api/v1/board?country={country}&day=2026-01-01",
            "acled": f"/api/acled/read?country={country}&limit=50&year={year}",
            "features": f"/collections/events/items?limit=50&bbox={west:.3f},{south:.3f},{west + 1:.3f},{south + 1:.3f}",
            "health": "/api/v1/health",
        }
        return known[self.name]


SHARES = {"page": 0.3, "box": 0.2, "event": 0.2, "clusters": 0.1, "facets": 0.05, "filtered": 0.05}
SHARES |= {"words": 0.05, "timeline": 0.05}
MIX = tuple(Question(name=name, share=share) for name, share in SHARES.items())
ALL = (*MIX, *(Question(name=n, share=0) for n in ("world", "board", "acled", "features", "health")))
TOWNS = towns()


@contextmanager
def serving(ledger: str, workers: int) -> Iterator[tuple[int, int]]:
    """A server; its port and process."""
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = int(held.getsockname()[1])
    command = [sys.executable, "-m", "marsad", "serve", "--ledger", ledger, "--port", str(port), "--quiet"]
    process = subprocess.Popen([*command, "--workers", str(workers)])
    try:
        until = time.monotonic() + WAIT
        while True:
            try:
                ask(http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT), "/api/v1/facets")
                break
            except OSError:
                if time.monotonic() > until or process.poll() is not None:
                    raise SystemExit("the server did not start") from None
                time.sleep(0.2)
        yield port, process.pid
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def ask(connection: http.client.HTTPConnection, address: str) -> int:
    """One request; its status."""
    connection.request("GET", address)
    response = connection.getresponse()
    response.read()
    return response.status


def family(pid: int) -> list[int]:
    """A process and those that it began."""
    found = [pid]
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(path.parent.name))
    return found


def cpu(pid: int) -> float:
    """Seconds of CPU that a process and its children have used."""
    total = 0.0
    for each in family(pid):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
            total += (int(fields[11]) + int(fields[12])) / TICK
        except OSError:
            continue
    return total


def alone(port: int, pid: int, ids: list[str]) -> dict[str, dict[str, float]]:
    """Each route by itself: milliseconds by the clock, and of the server's CPU."""
    found = {}
    for question in ALL:
        chance = random.Random(question.name)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
        addresses = [question.address(chance, ids) for _ in range(ALONE + 5)]
        for address in addresses[:5]:
            check(ask(connection, address), address)
        before, times = cpu(pid), []
        for address in addresses[5:]:
            began = time.perf_counter()
            check(ask(connection, address), address)
            times.append((time.perf_counter() - began) * 1000)
        used = (cpu(pid) - before) / ALONE * 1000
        found[question.name] = {"p50_ms": quantile(times, 0.5), "p99_ms": quantile(times, 0.99), "cpu_ms": used}
    return found


def check(status: int, address: str) -> None:
    if status != 200:
        raise SystemExit(f"{status} for {address}")


def write(ledger: str, held: int, each: float, stop: Any, counted: Any) -> None:
    """Append so many transactions a second, each a report or two, until told to stop."""
    store = open_ledger(ledger, write=True)
    lot, due = int(time.time()) % 100_000, time.monotonic()
    while not stop.is_set():
        part = news(held, 2, lot=lot)
        append(store, batch_of(part), **as_told(part))
        counted.value += 1
        lot, due = lot + 1, due + 1 / each
        time.sleep(max(0.0, due - time.monotonic()))


def mixed(port: int, pid: int, ids: list[str], *, rate: float, seconds: float) -> dict[str, Any]:
    """The mix at a steady rate: latencies from when each was due, errors, the rate of answers, CPU a request."""
    work: queue.Queue[tuple[float, str, str] | None] = queue.Queue()
    times: list[tuple[str, float]] = []
    errors: list[str] = []

    def run() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
        while (item := work.get()) is not None:
            due, name, address = item
            time.sleep(max(0.0, due - time.perf_counter()))
            try:
                status = ask(connection, address)
                if status != 200:
                    errors.append(f"{status} {address}")
            except (OSError, http.client.HTTPException) as error:
                errors.append(f"{type(error).__name__} {address}")
                connection = http.client.HTTPConnection("127.0.0.1", port, timeout=WAIT)
            times.append((name, (time.perf_counter() - due) * 1000))

    chance = random.Random(7)
    start = time.perf_counter() + 0.5
    for n in range(int(rate * seconds)):
        question = chance.choices(MIX, [q.share for q in MIX])[0]
        work.put((start + n / rate, question.name, question.address(chance, ids)))
    threads = [threading.Thread(target=run) for _ in range(THREADS)]
    before = cpu(pid)
    for thread in threads:
        work.put(None)
        thread.start()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - start
    milliseconds = [ms for _, ms in times]
    by_route = {q.name: quantile([ms for name, ms in times if name == q.name] or [0.0], 0.99) for q in MIX}
    return {
        "asked": len(times),
        "answers_per_second": len(times) / took,
        "p50_ms": quantile(milliseconds, 0.5),
        "p99_ms": quantile(milliseconds, 0.99),
        "p99_ms_by_route": by_route,
        "errors": len(errors),
        "first_errors": errors[:3],
        "cpu_ms": (cpu(pid) - before) / max(1, len(times)) * 1000,
    }


def measure(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """All figures for one ledger."""
    where = folder / f"{given.events}.sqlite"
    if not where.exists():
        store = open_ledger(where, write=True)
        load(store, given.events, linked=False)
        store.close()
    store = open_ledger(where)
    ids = [e.id for e in find(store, "event", Filter(limit=200)).events]
    store.close()
    with serving(str(where), given.workers) as (port, pid):
        single = alone(port, pid, ids)
        stop, counted = multiprocessing.Event(), multiprocessing.Value("i", 0)
        writer = multiprocessing.Process(target=write, args=(str(where), given.events, given.writes, stop, counted), daemon=True)
        if given.writes:
            writer.start()
            time.sleep(3)
        mix = mixed(port, pid, ids, rate=given.rate, seconds=given.seconds)
        stop.set()
        if given.writes:
            writer.join(30)
        memory = {
            line.split(":")[0]: int(line.split()[1]) // 1024
            for line in Path(f"/proc/{pid}/status").read_text().splitlines()
            if line.startswith(("VmRSS", "VmHWM"))
        }
    mix["transactions"] = counted.value
    return {"alone": single, "mixed": mix, "memory_mb": memory}


def show(found: dict[str, Any]) -> None:
    print(f"{'route':<12}{'p50 ms':>10}{'p99 ms':>10}{'CPU ms':>10}")
    for name, figures in found["alone"].items():
        print(f"{name:<12}{figures['p50_ms']:>10.1f}{figures['p99_ms']:>10.1f}{figures['cpu_ms']:>10.1f}")
    mix = found["mixed"]
    print(
        f"\nmix: {mix['answers_per_second']:.0f} answers a second, p50 {mix['p50_ms']:.1f}, p99 {mix['p99_ms']:.1f} ms, "
        f"{mix['errors']} errors, {mix['cpu_ms']:.1f} ms CPU a request, {mix['transactions']} transactions beside it"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=100, help="requests a second of the mix")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--writes", type=float, default=5, help="transactions a second of the writer; 0: no writer")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="where the ledgers are kept for the next time")
    parser.add_argument("--out", type=Path, default=Path("out/bench/server.json"))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = given.folder or Path(made)
        folder.mkdir(parents=True, exist_ok=True)
        found = measure(given, folder)
    asked = {k: v for k, v in vars(given).items() if k in ("events", "rate", "seconds", "writes", "workers")}
    given.out.parent.mkdir(parents=True, exist_ok=True)
    machine = {"python": platform.python_version(), "cores": os.cpu_count()}
    given.out.write_text(json.dumps({"asked": asked, "machine": machine, **found}, indent=2) + "\n", encoding="utf-8")
    show(found)
    return 0


if __name__ == "__main__":
    sys.exit(main())
