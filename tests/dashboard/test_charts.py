"""Charts that are drawn say what their rows say."""

from itertools import product

import altair as alt
import pandas as pd
import pytest
from jsonschema import ValidationError

from dashboards import charts
from documents.page import drawn

DAYS = pd.to_datetime(["2026-01-01", "2026-01-02"])
ROWS = pd.DataFrame(
    {"day": DAYS, "value": 2, "low": 1, "high": 3, "name": "one", "sign": "1", "is_new": True}
)
EVENTS = pd.DataFrame({"event_date": DAYS, "kind": "release", "title": "new"})
SHAPES = {
    "hours": lambda: charts.hours(ROWS, "day", "value", {"low": "least"}, EVENTS),
    "hours, nothing happened": lambda: charts.hours(ROWS, "day", "value", {}, EVENTS[:0]),
    "bars": lambda: charts.bars(ROWS, "day", "value", None, charts.USD),
    "bars of parts": lambda: charts.bars(ROWS, "day", "value", "name", charts.USD, events=EVENTS),
    "ranking": lambda: charts.ranking(ROWS, "name", "value", charts.USD),
    "dots": lambda: charts.dots(ROWS, "name", "value", "sign", scale="log"),
    "split": lambda: charts.split(ROWS, "name", "value", "sign"),
    "intervals": lambda: charts.intervals(ROWS, "name", "value", "low", "high", charts.USD),
    "intervals, marked": lambda: charts.intervals(
        ROWS, "name", "value", "low", "high", charts.USD, mark="sign", zero=True
    ),
    "heat": lambda: charts.heat(ROWS, "day", "name", "value", "d", darkest=4),
    "heat, marked": lambda: charts.heat(
        ROWS, "day", "name", "value", "d", darkest=4, mark="is_new"
    ),
    "letters": lambda: charts.letters(ROWS, "day", "name", "name", "sign", ("one", "two")),
    "letters in order": lambda: charts.letters(
        ROWS, "sign", "name", "name", "sign", ("one",), columns=("1", "0")
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_is_valid(shape: str) -> None:
    checked(SHAPES[shape]())


@pytest.mark.parametrize(
    ("interval", "series", "limits", "happened", "finals"), list(product((False, True), repeat=5))
)
def test_a_trend_is_valid_with_every_part_it_may_have(
    *, interval: bool, series: bool, limits: bool, happened: bool, finals: bool
) -> None:
    ends = {"low": "low", "high": "high"} if interval else {}
    drawing = charts.trend(
        ROWS.assign(is_final=[True, False]) if finals else ROWS,
        "day",
        "value",
        charts.NUMBER,
        **ends,
        series="name" if series else None,
        limits=["high"] if limits else [],
        events=EVENTS if happened else None,
    )
    assert ("rows" in drawing["datasets"], "happened" in drawing["datasets"]) == (True, happened)
    checked(drawing)


def checked(drawing: charts.Drawn) -> None:
    """Fail where a chart is not valid Vega-Lite, or where that would not be seen."""
    named = drawing | {"datasets": {name: [] for name in drawing["datasets"]}}
    alt.Chart.from_dict(named)
    part = {"layer": [{"mark": "no mark"}]} if "layer" in named else {"mark": "no mark"}
    with pytest.raises(ValidationError):
        alt.Chart.from_dict(named | part)


def test_a_shape_made_once_holds_the_rows_of_each() -> None:
    first, second = (
        charts.ranking(rows, "name", "value", charts.USD)
        for rows in (ROWS, ROWS.assign(value=[5, 6]))
    )
    assert [drawing["datasets"]["rows"]["value"].tolist() for drawing in (first, second)] == [
        [2, 2],
        [5, 6],
    ]


def test_what_happened_is_of_each() -> None:
    later = EVENTS.assign(title="newer")
    for events in (EVENTS, later, EVENTS):
        drawing = charts.bars(ROWS, "day", "value", None, charts.USD, events=events)
        assert drawing["datasets"]["happened"].title.tolist() == events.title.tolist()


@pytest.mark.parametrize("finals", [[True, True], [True, False]])
def test_a_series_stands_once_in_the_legend(finals: list[bool]) -> None:
    months = pd.to_datetime(["2026-01-01", "2026-02-01"])
    one = pd.DataFrame({"month": months, "value": [1, 2], "is_final": finals})
    rows = pd.concat([one.assign(name="first one"), one.assign(name="second one")])
    drawing = drawn(charts.trend(rows, "month", "value", charts.NUMBER, series="name"))
    assert [drawing.count(f">{name}<") for name in ("first one", "second one")] == [1, 1]


def test_what_is_not_known_is_an_empty_cell() -> None:
    rows = pd.DataFrame({"week": ["a", "b"], "feature": "f", "psi": [0.25, None]})
    drawing = drawn(charts.heat(rows, "week", "feature", "psi", ".2f", darkest=1))
    assert ">0.25<" in drawing
    assert "null" not in drawing
