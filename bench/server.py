"""What the server costs and bears: its CPU for each request by route, then a mix at a steady rate with a writer.

    python bench/server.py [--events 10000] [--rate 100] [--seconds 30] [--writes 5] [--workers 1] [--warm 5] [--mix-only]
                           [--folder FOLDER] [--out FILE]

A ledger of `synthetic.py`'s record is made (or, with `--folder`, taken from there) and served by `marsad serve` in processes of
its own. First each route is asked alone, one request after the other. Then a mix of reads is sent at a steady rate, whether
answers come or not, while another process appends so many transactions a second; a latency counts from the moment at which a
request was due, so that waiting in line counts too. CPU is what the server's processes used, by the kernel's count: other work on
the machine doesn't count. Prints a table and writes a JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import multiprocessing
import os
import platform
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bench.ledger import RULES, batch_of, load, quantile, questions
from bench.synthetic import COUNTRIES, news, towns
from marsad.ledger.append import append
from marsad.ledger.query import lookup
from marsad.ledger.store import open_ledger

TICK = os.sysconf("SC_CLK_TCK")
ALONE = 100
CONNECTIONS = 32
LONGEST = 60
LENGTH = re.compile(rb"\r\ncontent-length: (\d+)\r\n", re.I)
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


def write(ledger: str, held: int, each: float, stop: Any, counted: Any, used: Any) -> None:
    """Append so many transactions a second, each a report or two that is linked with what is there, until told to stop."""
    store = open_ledger(ledger, write=True)
    lot, due = int(time.time() * 100) % 10**8, time.monotonic()
    while not stop.is_set():
        part = news(held, 2, lot=lot)
        if append(store, batch_of(part), **RULES).claims == 0:
            raise SystemExit("nothing was written: the ledger holds it already")
        counted.value += 1
        used.value = time.process_time()
        lot, due = lot + 1, due + 1 / each
        time.sleep(max(0.0, due - time.monotonic()))


class Line(asyncio.Protocol):
    """A connection: one request at a time, its answer read to the end."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.transport: asyncio.Transport | None = None
        self.item: tuple[float, str, str] | None = None
        self.held = bytearray()
        self.wanted = -1

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.client.free(self)

    def send(self, item: tuple[float, str, str]) -> None:
        """Ask."""
        assert self.transport is not None
        self.item, self.wanted = item, -1
        self.held.clear()
        self.transport.write(f"GET {item[2]} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())

    def data_received(self, data: bytes) -> None:
        self.held += data
        if self.wanted < 0 and (end := self.held.find(b"\r\n\r\n")) >= 0:
            found = LENGTH.search(self.held, 0, end + 2)
            self.wanted = end + 4 + int(found[1]) if found else end + 4
        if 0 <= self.wanted <= len(self.held) and self.item is not None:
            item, self.item = self.item, None
            self.client.answered(item, bytes(self.held[9:12]).decode())
            self.client.free(self)

    def connection_lost(self, error: Exception | None) -> None:
        if self.item is not None:
            self.client.answered(self.item, "lost")
        self.client.lost(self)


class Client:
    """Sends what is due, each on a connection that is free."""

    def __init__(self, port: int, work: list[tuple[float, str, str]]) -> None:
        self.port = port
        self.work = deque(work)
        self.idle: list[Line] = []
        self.times: list[tuple[str, float]] = []
        self.errors: list[str] = []
        self.left = len(work)
        self.done = asyncio.Event()

    def free(self, line: Line) -> None:
        self.idle.append(line)
        self.go()

    def lost(self, line: Line) -> None:
        """A server closes connections that nobody used for some seconds: the next one takes its place."""
        if line in self.idle:
            self.idle.remove(line)
        if self.work:
            self.opening = asyncio.ensure_future(self.open())

    async def open(self) -> None:
        await asyncio.get_running_loop().create_connection(lambda: Line(self), "127.0.0.1", self.port)

    def go(self) -> None:
        while self.idle and self.work and self.work[0][0] <= time.perf_counter():
            self.idle.pop().send(self.work.popleft())

    def answered(self, item: tuple[float, str, str], status: str) -> None:
        self.times.append((item[1], (time.perf_counter() - item[0]) * 1000))
        if status != "200":
            self.errors.append(f"{status} {item[2]}")
        self.left -= 1
        if not self.left:
            self.done.set()


def send(port: int, work: list[tuple[float, str, str]], told: Any) -> None:
    """Be the client: latencies, errors, and its own CPU."""

    async def run() -> Client:
        client = Client(port, work)
        for _ in range(CONNECTIONS):
            await client.open()
        end = work[-1][0] + LONGEST
        while not client.done.is_set() and time.perf_counter() < end:
            client.go()
            await asyncio.sleep(max(0.0005, client.work[0][0] - time.perf_counter()) if client.work else 0.01)
        return client

    client = asyncio.run(run())
    client.errors += ["never"] * client.left
    told.put((client.times, client.errors, time.process_time()))


def mixed(port: int, pid: int, ids: list[str], *, rate: float, seconds: float) -> dict[str, Any]:
    """The mix at a steady rate: latencies from when each was due, errors, the rate of answers, CPU a request."""
    chance = random.Random(7)
    start = time.perf_counter() + 1.0
    work = []
    for n in range(int(rate * seconds)):
        question = chance.choices(MIX, [q.share for q in MIX])[0]
        work.append((start + n / rate, question.name, question.address(chance, ids)))
    told: Any = multiprocessing.Queue()
    sender = multiprocessing.Process(target=send, args=(port, work, told), daemon=True)
    before = cpu(pid)
    sender.start()
    times, errors, own = told.get(timeout=WAIT)
    took = time.perf_counter() - start
    used = cpu(pid) - before
    sender.join(30)
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
        "cpu_ms": used / max(1, len(times)) * 1000,
        "client_cpu_ms": own / max(1, len(times)) * 1000,
        "machine_load": os.getloadavg()[0],
    }


def events_of(ledger: str, count: int = 2000) -> list[str]:
    """Ids of events from all over a ledger."""
    store = open_ledger(ledger)
    found: list[str] = []
    for wanted in questions(count):
        found += [row.id for row in lookup(store, "event", replace(wanted, type=None, limit=3))]
        if len(found) >= count:
            break
    store.close()
    return found


def measure(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """All figures for one ledger."""
    where = folder / f"{given.events}.sqlite"
    if not where.exists():
        store = open_ledger(where, write=True)
        load(store, given.events, linked=False)
        store.close()
    ids = events_of(str(where))
    with serving(str(where), given.workers) as (port, pid):
        single = {} if given.mix_only else alone(port, pid, ids)
        stop, counted, used = multiprocessing.Event(), multiprocessing.Value("i", 0), multiprocessing.Value("d", 0.0)
        told = (str(where), given.events, given.writes, stop, counted, used)
        writer = multiprocessing.Process(target=write, args=told, daemon=True)
        if given.writes:
            writer.start()
            time.sleep(3)
        mixed(port, pid, ids, rate=min(given.rate, 50), seconds=given.warm)
        begun, busy, wrote = time.perf_counter(), used.value, counted.value
        mix = mixed(port, pid, ids, rate=given.rate, seconds=given.seconds)
        mix["transactions_per_second"] = (counted.value - wrote) / (time.perf_counter() - begun)
        mix["writer_cpu_ms"] = (used.value - busy) / max(1, counted.value - wrote) * 1000
        stop.set()
        if given.writes:
            writer.join(30)
        memory = {
            each: int(line.split()[1]) // 1024
            for each in family(pid)
            for line in Path(f"/proc/{each}/status").read_text().splitlines()
            if line.startswith("VmHWM")
        }
    return {"alone": single, "mixed": mix, "memory_mb": memory}


def show(found: dict[str, Any]) -> None:
    print(f"{'route':<12}{'p50 ms':>10}{'p99 ms':>10}{'CPU ms':>10}")
    for name, figures in found["alone"].items():
        print(f"{name:<12}{figures['p50_ms']:>10.1f}{figures['p99_ms']:>10.1f}{figures['cpu_ms']:>10.1f}")
    mix = found["mixed"]
    print(
        f"\nmix: {mix['answers_per_second']:.0f} answers a second, p50 {mix['p50_ms']:.1f}, p99 {mix['p99_ms']:.1f} ms, "
        f"{mix['errors']} errors, {mix['cpu_ms']:.1f} ms CPU a request (client {mix['client_cpu_ms']:.1f}), "
        f"{mix['transactions_per_second']:.1f} transactions a second beside it ({mix['writer_cpu_ms']:.0f} ms each); "
        f"load {mix['machine_load']:.1f}"
    )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=10_000)
    parser.add_argument("--rate", type=float, default=100, help="requests a second of the mix")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--writes", type=float, default=5, help="transactions a second of the writer; 0: no writer")
    parser.add_argument("--warm", type=float, default=5, help="seconds of the mix, slower, that don't count")
    parser.add_argument("--mix-only", action="store_true", help="not each route alone")
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
