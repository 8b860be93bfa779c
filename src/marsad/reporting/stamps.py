"""The last report, by its file, by a release's name or by a moment: from which place of the log on the record is told anew."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from urllib.parse import unquote

from marsad.analysis.situation_reading import Earlier, position
from marsad.ledger.releasing import releases
from marsad.ledger.store import Ledger
from marsad.model import ConfigError, SourceError
from marsad.reporting.assembling import STAMP

MOST = 200_000_000
HEAD = 200_000
PATTERN = re.compile(
    re.escape(STAMP)
    + r" country=(?P<country>[A-Z]{3}) from=(?P<since>\d{4}-\d\d-\d\d) to=(?P<until>\d{4}-\d\d-\d\d)"
    + r" seq=(?P<seq>\d{1,15})(?: chain=(?P<chain>[0-9a-f]{1,64}))?(?: place=(?P<place>[^\s\"<>]{1,600}))?"
)


def earlier_report(path: Path, *, country: str) -> Earlier:
    """What an earlier report's file says of itself, in whichever of the formats.

    Raises `SourceError` where it can't be read or carries no stamp, `ConfigError` where it is of another country or of no ledger.
    """
    try:
        if path.stat().st_size > MOST:
            raise SourceError(f"{path} is too large to be a report")
        words = stamp_in(path)
    except (OSError, zipfile.BadZipFile, KeyError) as error:
        raise SourceError(f"can't read {path}: {error}") from error
    found = PATTERN.search(words)
    if found is None:
        raise SourceError(f"{path} is no situation report of ours: give a release or a date with --previous instead")
    if found["country"] != country:
        raise ConfigError(f"{path} is a report on {found['country']}, not on {country}")
    if not int(found["seq"]):
        raise ConfigError(f"{path} is a report on a run that is in no ledger: nothing can be compared with it")
    name = f"{found['since']} – {found['until']}"
    place = f", {unquote(found['place'])}" if found["place"] else ""
    return Earlier(name=name + place, seq=int(found["seq"]), chain=found["chain"] or "", since=found["since"])


def stamp_in(path: Path) -> str:
    """The words of a file in which the stamp stands."""
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        return pdf_keywords(path)
    if suffix in (".docx", ".xlsx"):
        with zipfile.ZipFile(path) as archive, archive.open("docProps/core.xml") as core:
            return core.read(HEAD).decode("utf-8", "replace")
    with path.open("rb") as file:
        return file.read(HEAD).decode("utf-8", "replace")


def pdf_keywords(path: Path) -> str:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        about = PdfReader(path).metadata
    except (PyPdfError, ValueError) as error:
        raise SourceError(f"can't read {path}: {error}") from error
    return str(about.keywords or "") if about else ""


def earlier_of(ledger: Ledger, words: str) -> Earlier:
    """The record as of a release by its name, or as of a day, a time or a number of the log.

    Raises `ConfigError` where it is none of them.
    """
    for release in releases(ledger):
        if release.name == words:
            return Earlier(name=words, seq=release.until)
    return Earlier(name=words, seq=position(ledger, words))
