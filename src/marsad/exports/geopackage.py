"""GeoPackage: layers that QGIS and R's sf open as they are, and beside them the sources and the codebook as tables."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from marsad.exports.geoparquet import frame_of, type_of
from marsad.exports.release import codebook_file
from marsad.exports.rows import COLUMNS, Kind, rows
from marsad.ledger.findings import Findings
from marsad.model import ConfigError

if TYPE_CHECKING:
    import pandas

BESIDE: tuple[Kind, ...] = ("conditions", "statistics")
"""What comes with the events, each in a layer of its own, so that nobody adds one to the other."""
VERSION = "1.2"
"""Of the format: old enough for what Debian's R and QGIS read without a warning."""
MADE = "2000-01-01T00:00:00Z"
"""When a layer says that it was last changed: the same findings give the same bytes."""


def write(found: Findings, kind: Kind = "events") -> bytes:
    """A GeoPackage (WGS 84) with a layer named by the kind, `sources` (the reports without their texts) and `codebook`.

    With the events come the conditions and statistics that there are. What is only known to lie in a region or country has no
    geometry. Columns have the same types whatever the rows hold.

    Raises `ConfigError` where geopandas, pyarrow or pyogrio is not installed.
    """
    try:
        import pandas
        import pyarrow  # noqa: F401
        import pyogrio
    except ImportError as error:
        raise ConfigError("GeoPackage needs geopandas, pyarrow and pyogrio: pip install 'marsad[geo]'") from error
    layers: dict[str, pandas.DataFrame] = {kind: frame_of(found, kind)}
    layers |= {k: frame_of(found, k) for k in BESIDE if kind == "events" and getattr(found, k)}
    tables = {"sources": table(rows(found, "reports"), COLUMNS["reports"])}
    meanings = list(csv.reader(io.StringIO(codebook_file())))
    tables["codebook"] = pandas.DataFrame(meanings[1:], columns=meanings[0], dtype="string")
    before = pyogrio.get_gdal_config_option("OGR_CURRENT_DATE")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": MADE})
    try:
        with tempfile.TemporaryDirectory(prefix="marsad-") as folder:
            path = Path(folder) / "marsad.gpkg"
            for name, frame in {**layers, **tables}.items():
                put(path, name, frame)
            return path.read_bytes()
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": before})


def table(held: list[dict[str, str | int | float | bool | None]], columns: tuple[str, ...]) -> pandas.DataFrame:
    """Rows as a frame whose columns have their types."""
    import pandas

    return pandas.DataFrame(held, columns=list(columns)).astype({name: type_of(name) for name in columns})


def put(path: Path, name: str, frame: pandas.DataFrame) -> None:
    """One frame as a layer, with points where it has a geometry."""
    import pyogrio

    pyogrio.write_dataframe(
        frame,
        path,
        layer=name,
        driver="GPKG",
        append=path.exists(),
        geometry_type="Point" if "geometry" in frame.columns else None,
        use_arrow=True,
        dataset_options={"VERSION": VERSION},
        layer_options={"SPATIAL_INDEX": "YES" if "geometry" in frame.columns else "NO"},
    )
