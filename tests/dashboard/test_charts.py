"""Charts that are drawn say what their rows say."""

from itertools import product

import altair as alt
import pandas as pd
import pytest
import vl_convert
from jsonschema import ValidationError

from dashboards import charts
from documents.page import drawn


@pytest.mark.parametrize(
    ("interval", "series", "limits", "happened", "finals"), list(product((False, True), repeat=5))
)
def test_a_trend_is_valid_with_every_part_it_may_have(
    *, interval: bool, series: bool, limits: bool, happened: bool, finals: bool
) -> None:
    days = pd.to_datetime(["2026-01-01", "2026-01-02"])
    rows = pd.DataFrame({"day": days, "value": 2, "low": 1, "high": 3, "name": "one"})
    events = pd.DataFrame({"event_date": days, "kind": "release", "title": "new"})
    ends = {"low": "low", "high": "high"} if interval else {}
    drawing = charts.trend(
        rows.assign(is_final=[True, False]) if finals else rows,
        "day",
        "value",
        charts.NUMBER,
        **ends,
        series="name" if series else None,
        limits=["high"] if limits else [],
        events=events if happened else None,
    )
    assert ("rows" in drawing["datasets"], "happened" in drawing["datasets"]) == (True, happened)
    datasets = {name: [] for name in drawing["datasets"]}
    # Raises where it is not valid.
    alt.LayerChart.from_dict(drawing | {"datasets": datasets})
    with pytest.raises(ValidationError):
        alt.LayerChart.from_dict(drawing | {"datasets": datasets, "layer": [{"mark": "no mark"}]})


@pytest.mark.parametrize("finals", [[True, True], [True, False]])
def test_a_series_stands_once_in_the_legend(finals: list[bool]) -> None:
    months = pd.to_datetime(["2026-01-01", "2026-02-01"])
    one = pd.DataFrame({"month": months, "value": [1, 2], "is_final": finals})
    rows = pd.concat([one.assign(name="first one"), one.assign(name="second one")])
    drawing = drawn(charts.trend(rows, "month", "value", charts.NUMBER, series="name"))
    assert [drawing.count(f">{name}<") for name in ("first one", "second one")] == [1, 1]


def test_what_is_not_known_is_an_empty_cell() -> None:
    rows = pd.DataFrame({"week": ["a", "b"], "feature": "f", "psi": [0.25, None]})
    chart = charts.heat(rows, "week", "feature", "psi", ".2f", darkest=1).properties(width=400)
    drawing = vl_convert.vegalite_to_svg(chart.to_json())
    assert ">0.25<" in drawing
    assert "null" not in drawing
