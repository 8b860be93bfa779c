"""Web archives and stories made for the engine's tests."""

from __future__ import annotations

import io
import json
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

STRIKE = (
    "KADUGLI, Sudan — An air strike on the market of Kadugli killed {count} civilians and wounded nine on Monday, a doctors' "
    "network said. The army did not comment.\nResidents said that artillery shelled the town until noon and that families fled "
    "to a displacement camp."
)
BAKERY = (
    "The bakery on Mill Street will open an hour earlier from Easter, its owner said on Tuesday, because the queue on Saturdays "
    "had reached the corner. Loaves come out of the oven at five. She has hired two apprentices and bought a second mixer. The "
    "recipe of the plaited buns, which her grandmother wrote down in 1951, stays as it is."
)


def page(title: str, text: str) -> bytes:
    paragraphs = "".join(f"<p>{line}</p>" for line in text.split("\n"))
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>'
        '<meta property="article:published_time" content="2026-02-18"></head>'
        f"<body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    ).encode()


def pages(count: int) -> list[bytes]:
    """Every fourth page tells of a strike, each with another toll."""
    return [
        page(f"Strike on Kadugli kills {n + 2}", STRIKE.format(count=n + 2))
        if n % 4 == 1
        else page(f"Bakery {n}", f"{n}. {BAKERY}")
        for n in range(count)
    ]


def archive(path: Path, bodies: list[bytes]) -> Path:
    """A web archive of those pages, a gzip member for each record."""
    with path.open("wb") as file:
        writer = WARCWriter(file, gzip=True)
        for n, body in enumerate(bodies):
            headers = StatusAndHeaders("200 OK", [("Content-Type", "text/html; charset=utf-8")], protocol="HTTP/1.1")
            writer.write_record(
                writer.create_warc_record(
                    f"https://news.example/{n}",
                    "response",
                    payload=io.BytesIO(body),
                    http_headers=headers,
                    warc_headers_dict={"WARC-Date": "2026-02-18T12:00:00Z", "WARC-Record-ID": f"<urn:uuid:{n:08d}>"},
                )
            )
    return path


def stories(path: Path, texts: list[str]) -> Path:
    """JSON Lines of stories published on one day by different papers."""
    rows = [
        {"id": f"s{n}", "title": None, "publisher": f"Paper {n}", "published": "2026-02-18", "text": text}
        for n, text in enumerate(texts)
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path
