"""GeoParquet: the rows of one kind in columns with types, and a point where one is known better than to a region."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from marsad.exports.geojson import REGION
from marsad.exports.rows import COLUMNS, Kind, rows
from marsad.ledger.findings import Findings
from marsad.model import ConfigError

if TYPE_CHECKING:
    import pandas

WHOLE = frozenset(
    (
        *("time_precision", "geo_precision", "killed_low", "killed_best", "killed_high", "injured_low", "injured_best"),
        *("injured_high", "low", "high", "start", "end", "characters"),
    )
)
REAL = frozenset({"latitude", "longitude", "confidence"})
TRUTH = frozenset({"civilian_targeting", "background"})


def write(found: Findings, kind: Kind = "events") -> bytes:
    """A GeoParquet file (WGS 84), plain Parquet for kinds without places. Columns have the same types whatever the rows hold.

    Raises `ConfigError` where geopandas or pyarrow is not installed.
    """
    try:
        import geopandas  # noqa: F401
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise ConfigError("GeoParquet needs geopandas and pyarrow: pip install 'marsad[server]'") from error
    out = io.BytesIO()
    frame_of(found, kind).to_parquet(out, index=False)
    return out.getvalue()


def frame_of(found: Findings, kind: Kind) -> pandas.DataFrame:
    """The rows of a kind in columns with types; kinds with places have points, empty where only a region is known."""
    import geopandas
    import pandas

    frame = pandas.DataFrame(rows(found, kind), columns=list(COLUMNS[kind]))
    frame = frame.astype({name: type_of(name) for name in COLUMNS[kind]})
    if "latitude" not in frame.columns:
        return frame
    exact = frame["geo_precision"].fillna(0) != REGION
    points = geopandas.points_from_xy(frame["longitude"].where(exact), frame["latitude"].where(exact), crs="EPSG:4326")
    points[(frame["longitude"].isna() | ~exact).to_numpy()] = None
    return geopandas.GeoDataFrame(frame, geometry=points)  # type: ignore[no-any-return]


def type_of(column: str) -> str:
    """The pandas type of a column.

    >>> type_of("killed_best"), type_of("confidence"), type_of("who")
    ('Int64', 'Float64', 'string')
    """
    if column in WHOLE:
        return "Int64"
    if column in REAL:
        return "Float64"
    return "boolean" if column in TRUTH else "string"
