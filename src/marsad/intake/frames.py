"""How the parser child and its parent speak: a line of JSON, then as many bytes as it announces. Nothing is unpickled."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from typing import Any

from marsad.intake.archives import Mark
from marsad.intake.delivered import Hints
from marsad.intake.listings import Listed
from marsad.intake.stories import Story
from marsad.model import Capture, Problem, from_record, to_record

MAX_LINE = 80 * 1024 * 1024
Item = Capture | Problem | Story | Listed | Mark
PLAIN: Mapping[str, type[Any]] = {"problem": Problem, "listed": Listed, "mark": Mark, "hints": Hints}


class FrameError(ValueError):
    """The other side wrote something that is no frame."""


def pack(head: Mapping[str, object], body: bytes = b"") -> bytes:
    """A frame as bytes."""
    line = json.dumps({**head, "size": len(body)}, ensure_ascii=True, separators=(",", ":"))
    return line.encode("ascii") + b"\n" + body


def pack_item(item: Item) -> bytes:
    """An item as a frame."""
    if isinstance(item, Capture):
        return pack({"frame": "capture", **capture_head(item)}, item.body)
    if isinstance(item, Story):
        return pack({"frame": "story", "report": to_record(item.report), "footer_year": item.footer_year})
    name = next(name for name, cls in PLAIN.items() if isinstance(item, cls))
    return pack({"frame": name, **dataclasses.asdict(item)})


def capture_head(capture: Capture) -> dict[str, object]:
    """A capture's fields but for its body."""
    return {
        "id": capture.id,
        "origin": capture.origin,
        "url": capture.url,
        "fetched": capture.fetched,
        "media_type": capture.media_type,
    }


def unpack(line: bytes) -> tuple[dict[str, Any], int]:
    """The fields of a frame's line, and how many bytes follow it. Raises `FrameError`."""
    try:
        head = json.loads(line)
        size = head.pop("size")
    except (ValueError, KeyError, AttributeError, RecursionError) as error:
        raise FrameError(str(error)) from error
    if not isinstance(size, int) or not 0 <= size <= MAX_LINE or not isinstance(head.get("frame"), str):
        raise FrameError("a frame of no kind")
    return head, size


def unpack_item(head: dict[str, Any], body: bytes) -> Item:
    """What `pack_item` wrote. Raises `FrameError`."""
    fields = dict(head)
    name = fields.pop("frame")
    try:
        if name == "capture":
            return Capture(body=body, **fields)
        if name == "story":
            return Story(report=from_record(fields["report"]), footer_year=fields["footer_year"])
        made: Item = PLAIN[name](**fields)
        return made
    except (TypeError, KeyError, ValueError) as error:
        raise FrameError(f"a bad frame: {error}") from error
