"""`marsad.code` and what it gives back."""

from __future__ import annotations

import builtins
import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from tests import standins

import marsad
from marsad.api import code, iso_date, result_of, story
from marsad.ledger.findings import arrange
from marsad.model import ConfigError
from marsad.result import Result

HOSTILE = '<script>alert("x")</script>\n8 killed in Sinja <img src=x onerror=alert(1)> \x1b[31mred'


def coded(text: str = "8 killed in Sinja", **options: Any) -> Result:
    return code(text=text, stages=standins.stages(), **options)


def test_a_text_in_hand() -> None:
    result = coded(published=dt.date(2026, 2, 18))
    assert [e.sub_event_type for e in result.events] == ["Attack"]
    assert result.reports[0].anchor.date == "2026-02-18"
    assert result.reports[0].origin == "text"


def test_paths_strings_and_lists(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text("8 killed in Sinja", encoding="utf-8")
    one, same, many = (code(given, stages=standins.stages()) for given in (file, str(file), [file]))
    assert one == same == many and len(one.events) == 1


def test_what_can_not_be_coded_says_why() -> None:
    for wrong in (
        lambda: code(),
        lambda: code([]),
        lambda: code(title="x"),
        lambda: code("two\nlines"),
        lambda: coded(published="18 Feb"),
    ):
        with pytest.raises(ConfigError):
            wrong()


@pytest.mark.parametrize("given", ["2026-02-18", "2026-02-18T10:00:00", dt.date(2026, 2, 18), dt.datetime(2026, 2, 18, 10)])
def test_dates_of_every_kind(given: str | dt.date) -> None:
    assert (iso_date(given) or "").startswith("2026-02-18")


def test_no_link() -> None:
    result = coded(link=False)
    assert len(result.claims) == 1 and not result.events
    assert "1 claim (none joined)" in repr(result)


def test_repr_reads_like_a_sentence() -> None:
    text = repr(coded())
    assert (
        text.startswith("<marsad.Result: 1 event in 1 report.>") and "Attack" in text and "Sinja" in text and "killed 8" in text
    )
    assert "no event, statistic or condition found in 1 report" in repr(coded("nothing here"))


def test_html_never_lets_a_report_speak() -> None:
    result = code(text=HOSTILE, stages=standins.stages())
    page = result._repr_html_() + result.explain(result.events[0])._repr_html_() + result.explain(result.reports[0])._repr_html_()
    assert "<script" not in page and "<img" not in page and "\x1b" not in page
    assert "&lt;script&gt;" in page


def test_html_escapes_names_from_the_record() -> None:
    evil = standins.condition()
    evil = type(evil)(**{f: getattr(evil, f) for f in evil.__dataclass_fields__} | {"subject": "<b>siege</b>"})
    assert "<b>siege" not in result_of(arrange(conditions=[evil]))._repr_html_()


def test_explain_by_id_prefix_and_item() -> None:
    result = coded()
    event = result.events[0]
    texts = {str(result.explain(x)) for x in (event, event.id, event.id[:9])}
    assert len(texts) == 1
    text = texts.pop()
    assert "[Sinja](where)" in text and "said by the governor (official)" in text and "same place and day" in text
    with pytest.raises(LookupError, match="nothing has the id"):
        result.explain("evt-none")
    with pytest.raises(LookupError):
        result.explain("")


def test_to_pandas_is_typed() -> None:
    pandas = pytest.importorskip("pandas")
    frame = coded().to_pandas()
    assert frame.loc[0, "killed_best"] == 8 and frame.loc[0, "date_first"] == "2026-02-16"
    assert frame["injured_low"].isna().all()
    assert len(coded().to_pandas("claims")) == 1
    assert isinstance(coded("nothing").to_pandas(), pandas.DataFrame)
    with pytest.raises(ValueError, match="kind is one of"):
        coded().to_pandas("incidents")  # type: ignore[arg-type]


def test_a_missing_extra_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *rest: Any) -> Any:
        if name.split(".")[0] in ("geopandas", "pandas"):
            raise ImportError(name)
        return real(name, *rest)

    monkeypatch.setattr(builtins, "__import__", without)
    for call in (coded().to_geopandas, coded().to_pandas):
        with pytest.raises(ConfigError, match=r"pip install 'marsad\[geo\]'"):
            call()


def test_to_geopandas_has_points_where_they_are_known() -> None:
    pytest.importorskip("geopandas")
    frame = coded("8 killed in Sinja. 2 killed in Nowhere").to_geopandas()
    assert sorted(p is None for p in frame.geometry) == [False, True] and frame.crs == "EPSG:4326"


def test_a_titled_text_becomes_one_story_of_json_lines() -> None:
    capture = story("8 killed in Sinja", "Attack on Sinja")
    assert (
        capture.body == b'{"title": "Attack on Sinja", "text": "8 killed in Sinja"}'
        and capture.media_type == "application/x-ndjson"
    )


def test_ledger_by_name(tmp_path: Path) -> None:
    first = coded(ledger=tmp_path / "l.sqlite")
    second = coded("10 killed in Sinja", ledger=tmp_path / "l.sqlite")
    assert len(first.events) == len(second.events) == 1
    assert second.events[0].killed.high == 10 and second.events[0].killed.low == 8


def test_importing_is_quick_and_light() -> None:
    program = "import sys, marsad; print([m for m in ('spacy', 'sqlalchemy', 'pandas', 'numpy', 'rich') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_package_names_what_it_offers() -> None:
    assert {"code", "Result", "MarsadError"} <= set(dir(marsad))
    assert marsad.Result is Result and marsad.__version__
    with pytest.raises(AttributeError):
        marsad.nothing  # noqa: B018
