"""Where Marsad keeps what it works out once for a machine: the place index and compiled pattern sets."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """`MARSAD_CACHE`, or the user's cache directory; it may not be there yet."""
    chosen = os.environ.get("MARSAD_CACHE")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("marsad"))
