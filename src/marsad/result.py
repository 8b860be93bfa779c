"""What `marsad.code` gives back: the record, and the ways to look at it."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, get_args

from marsad.exports import wording
from marsad.exports.explanation import Explanation, explain
from marsad.exports.geojson import REGION
from marsad.exports.rows import COLUMNS, Cell, Kind, rows
from marsad.exports.table import sum_up
from marsad.ledger.findings import Findings
from marsad.model import ConfigError

if TYPE_CHECKING:
    import geopandas
    import pandas

    from marsad.analysis.access import Entry
    from marsad.analysis.tallies import Tally

SHOWN = 50
HTML_COLUMNS: dict[Kind, tuple[str, ...]] = {
    "events": (
        "date_first",
        "sub_event_type",
        "place",
        "who",
        "whom",
        "killed_low",
        "killed_best",
        "killed_high",
        "sources",
        "id",
    ),
    "statistics": ("first", "last", "measure", "low", "high", "place", "according_to", "id"),
    "conditions": ("since", "until", "subject", "state", "place", "who", "according_to", "disputed_by", "id"),
    "problems": ("stage", "code", "message", "at"),
}


class Result(Findings):
    """`.reports .claims .events .statistics .conditions .problems`, each a tuple of the types in `marsad.model`."""

    __slots__ = ()

    def to_pandas(self, kind: Kind = "events") -> pandas.DataFrame:
        """A data frame with one row for each item of that kind; numbers nullable, dates as ISO text.

        Raises `ConfigError` where pandas is not installed, `ValueError` for an unknown kind.
        """
        if kind not in get_args(Kind):
            raise ValueError(f"kind is one of {', '.join(get_args(Kind))}; got {kind!r}")
        try:
            import pandas
        except ImportError as error:
            raise ConfigError("to_pandas needs pandas: pip install 'marsad[geo]'") from error
        return pandas.DataFrame(rows(self, kind), columns=list(COLUMNS[kind])).convert_dtypes()

    def to_geopandas(self, kind: Kind = "events") -> geopandas.GeoDataFrame:
        """The same rows with a point geometry in WGS 84, empty where no point is known or only a region is (precision 3).

        Raises `ConfigError` where geopandas is not installed, `ValueError` for a kind without places.
        """
        if "latitude" not in COLUMNS.get(kind, ()):
            raise ValueError(f"{kind!r} has no places: ask for events, statistics, conditions or claims")
        try:
            import geopandas
            from shapely.geometry import Point
        except ImportError as error:
            raise ConfigError("to_geopandas needs geopandas: pip install 'marsad[geo]'") from error
        points = [
            None if r["latitude"] is None or r["geo_precision"] == REGION else Point(r["longitude"], r["latitude"])
            for r in rows(self, kind)
        ]
        return geopandas.GeoDataFrame(self.to_pandas(kind), geometry=geopandas.GeoSeries(points, crs="EPSG:4326"))

    def tally(
        self, by: str | Sequence[str] = (), *, where: str | None = None, measures: str | Sequence[str] = ("events", "killed")
    ) -> Tally:
        """Events counted by dimensions, each number with its range: `docs/how-to/tally.md`.

        Raises `ConfigError` for an unknown dimension or measure, or a mistake in the filter.
        """
        from marsad.analysis.tallies import tally

        return tally(self.events, by=by, where=where, measures=measures)

    def access(self, at: str) -> tuple[Entry, ...]:
        """What is open, closed, besieged or held on a day (ISO), place by place. Raises `ValueError` where that is no date."""
        from marsad.analysis.access import board

        return board(self.conditions, self.claims, at=at)

    def report(
        self, *, country: str, since: str, until: str, form: str = "html", place: str | None = None, language: str = "en"
    ) -> bytes:
        """A situation report on what of this lies in a country and some days, as the bytes of a file: html, pdf, docx, xlsx, md.

        Raises `ConfigError` where something that is asked for is none, or a library is missing.
        """
        from marsad.analysis.situation_reading import Question
        from marsad.exports.countries import country_code
        from marsad.reporting import made_of
        from marsad.reporting.making import of_findings

        question = Question(country=country_code(country) or country, since=since, until=until, place=place)
        return made_of(of_findings(self, question), form=form, language=language)

    def explain(self, item: str | Any) -> Explanation:
        """Every claim behind an item, each in its sentence. `item` is an id, the beginning of one, or the item itself.

        Raises `LookupError` where nothing, or more than one thing, has that id.
        """
        return explain(self, item if isinstance(item, str) else item.id)

    def __repr__(self) -> str:
        lines = [f"<marsad.Result: {sum_up(self)}>"]
        for event in self.events[:10]:
            killed = wording.toll(event.killed)
            parts = [wording.days(event.date_first, event.date_last), event.sub_event_type, wording.place(event.place)]
            parts += [f"killed {killed}" if killed else "", event.id]
            lines.append("  " + " · ".join(p for p in parts if p))
        rest = len(self.events) - 10
        return "\n".join(lines + ([f"  … and {rest} more events"] if rest > 0 else []))

    __str__ = __repr__

    def _repr_html_(self) -> str:
        parts = [f"<p>{html.escape(sum_up(self))}</p>"]
        for kind, columns in HTML_COLUMNS.items():
            table = rows(self, kind)
            if table:
                parts.append(html_table(kind, columns, table))
        return f'<div class="marsad">{"".join(parts)}</div>'


def html_table(kind: str, columns: Sequence[str], table: Sequence[dict[str, Cell]]) -> str:
    """Rows as an HTML table; every cell escaped."""
    head = "".join(f"<th>{html.escape(c.replace('_', ' '))}</th>" for c in columns)
    body = "".join(f"<tr>{''.join(f'<td>{cell_html(row[c])}</td>' for c in columns)}</tr>" for row in table[:SHOWN])
    rest = len(table) - SHOWN
    more = f"<p>… and {rest} more {kind}</p>" if rest > 0 else ""
    return f"<h4>{kind}</h4><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>{more}"


def cell_html(value: Cell) -> str:
    """One value, escaped, isolated from the direction of the text around it."""
    return "" if value is None else f"<bdi>{html.escape(wording.printable(str(value)))}</bdi>"
