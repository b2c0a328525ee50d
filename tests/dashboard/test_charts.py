"""Charts that are drawn say what their rows say."""

import pandas as pd
import pytest
import vl_convert

from dashboards import charts
from documents.page import drawn


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
