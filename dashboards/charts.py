"""The shapes charts have: each takes rows and gives a Vega-Lite specification that holds them.

What belongs here: marks, scales, colours, and what keeps a chart readable without colour. What does
not: where rows come from, or which chart a page shows.
"""

from collections.abc import Callable, Sequence
from functools import cache, wraps
from typing import Any, Concatenate, ParamSpec

import altair as alt
import pandas as pd
from altair.utils import schemapi

# Tests check each shape with every part it may have: that takes longer than to make it.
schemapi.disable_debug_mode()

Names = ParamSpec("Names")
# A Vega-Lite specification, with rows as its `datasets`.
Drawn = dict[str, Any]
# Number formats of axes and tooltips, in d3's spelling.
USD, SMALL_USD, PERCENT, NUMBER = "$,.2~f", "$.3~r", ".0%", ",.3~r"
HEIGHT = 220
# Signs of what happened, on every series over time.
EVENTS = {
    "release": "▲",
    "rollback": "▼",
    "failed release": "✕",
    "incident": "●",
    "campaign": "◆",
    "policy": "■",
}
OTHER_EVENT = "○"
# What a specification calls its rows, and what happened meanwhile.
ROWS, HAPPENED = "rows", "happened"
# Long names leave the picture of a phone little room, and its legend no more.
_LEGEND = alt.Legend(
    orient="bottom", columns=alt.expr("width < 200 ? 1 : 2"), labelLimit=200, symbolOpacity=1
)


def _shape(
    shape: Callable[Names, alt.TopLevelMixin],
) -> Callable[Concatenate[pd.DataFrame, Names], Drawn]:
    """A shape that only names the columns of its rows, over rows.

    Pages draw the same shape over many rows, and Altair takes longer than all the rest: what it
    makes is kept.
    """

    @cache
    def made(*names: Names.args, **options: Names.kwargs) -> Drawn:
        specification = shape(*names, **options).to_dict(validate=False)
        # Whoever shows it has a theme of their own.
        del specification["config"]
        return specification

    @wraps(shape)
    def over(rows: pd.DataFrame, *names: Names.args, **options: Names.kwargs) -> Drawn:
        return {**made(*names, **options), "datasets": {ROWS: rows}}

    return over


def trend(
    rows: pd.DataFrame,
    time: str,
    value: str,
    form: str,
    *,
    low: str | None = None,
    high: str | None = None,
    series: str | None = None,
    limits: Sequence[str] = (),
    events: pd.DataFrame | None = None,
    from_zero: bool = True,
) -> Drawn:
    """A value over time: a line with its points, hollow where a period is not final yet.

    low, high: columns of its interval, a band. series: one line, colour and symbol a value.
    limits: columns drawn as dashed lines. events: rows of kpi_event_annotations, drawn as rules.
    """
    line = _trend(
        rows,
        time,
        value,
        form,
        (low, high) if low and high else None,
        series,
        _names(rows, series) if series else (),
        tuple(limits),
        tuple(column for column in limits if rows[column].notna().any()),
        tuple(sorted(map(bool, rows.is_final.unique()))) if "is_final" in rows else (),
        _happened(events),
        from_zero,
    )
    return _with(line, events)


@_shape
def _trend(
    time: str,
    value: str,
    form: str,
    ends: tuple[str, str] | None,
    series: str | None,
    names: tuple[str, ...],
    limits: tuple[str, ...],
    drawn_limits: tuple[str, ...],
    finals: tuple[bool, ...],
    has_events: bool,
    from_zero: bool,
) -> alt.LayerChart:
    """ends: the columns of the interval. names: of the series. finals: the values of is_final;
    none where rows have none.
    """
    base = _base().encode(x=alt.X(f"{time}:T", title=None))
    scale = alt.Scale(zero=from_zero)
    y = alt.Y(f"{value}:Q", title=None, axis=alt.Axis(format=form), scale=scale)
    told = [alt.Tooltip(f"{time}:T", title=time)] + [
        alt.Tooltip(f"{c}:Q", format=form) for c in (value, *limits)
    ]
    split, drawn = _series(series, names) if series else ({}, {})
    if series:
        told.insert(0, alt.Tooltip(f"{series}:N"))
    layers: list[alt.Chart] = []
    if ends:
        low, high = ends
        # Not each of several series need have one.
        has = f"isValid(datum['{low}']) && isValid(datum['{high}'])"
        words = " + ' to ' + ".join(f"format(datum['{end}'], '{form}')" for end in ends)
        base = base.transform_calculate(interval=f"{has} ? {words} : 'not known'")
        told.append(alt.Tooltip("interval:N"))
        band = base.transform_filter(has).mark_area(opacity=0.2)
        band = band.encode(y=alt.Y(f"{low}:Q"), y2=alt.Y2(f"{high}:Q"))
        layers.append(band.encode(**drawn))
    layers += [
        base.mark_line(strokeDash=[6, 4], color="#333333", strokeWidth=1.5).encode(
            y=alt.Y(f"{limit}:Q")
        )
        for limit in drawn_limits
    ]
    layers.append(base.mark_line(strokeWidth=2).encode(y=y, **drawn))
    points = [(base, True)]
    if finals:
        points = [
            (base.transform_filter(f"datum.is_final === {str(is_final).lower()}"), is_final)
            for is_final in finals
        ]
    layers += [
        part.mark_point(size=36, filled=is_final).encode(y=y, tooltip=told, **split)
        for part, is_final in points
    ]
    return _charted(layers, has_events, names)


def hours(
    rows: pd.DataFrame, time: str, value: str, levels: dict[str, str], events: pd.DataFrame
) -> Drawn:
    """A value for each of many hours as an area, and levels over it as lines.

    levels: columns, and what each is called.
    """
    named = rows.rename(columns=levels)
    return _with(_hours(named, time, value, tuple(levels.values()), _happened(events)), events)


@_shape
def _hours(time: str, value: str, levels: tuple[str, ...], has_events: bool) -> alt.LayerChart:
    base = _base().encode(x=alt.X(f"{time}:T", title=None))
    area = base.mark_area(opacity=0.3, interpolate="step").encode(y=alt.Y(f"{value}:Q", title=None))
    over = (
        base.transform_fold(list(levels), as_=["level", "at"])
        .mark_line(strokeWidth=2)
        .encode(
            y=alt.Y("at:Q"),
            color=alt.Color("level:N", title=None, legend=_LEGEND),
            strokeDash=alt.StrokeDash("level:N", title=None, legend=_LEGEND),
        )
    )
    return _charted([area, over], has_events, levels)


def bars(
    rows: pd.DataFrame,
    time: str,
    value: str,
    part: str | None,
    form: str,
    *,
    events: pd.DataFrame | None = None,
) -> Drawn:
    """A whole over time, stacked from its parts where they are named."""
    # Bars as wide as their period, on any screen.
    times = rows[time].drop_duplicates().sort_values()
    until = rows[time] + (times.diff().min() if len(times) > 1 else pd.Timedelta(weeks=1))
    names = _names(rows, part) if part else ()
    stacked = _bars(rows.assign(until=until), time, value, part, names, form, _happened(events))
    return _with(stacked, events)


@_shape
def _bars(
    time: str,
    value: str,
    part: str | None,
    names: tuple[str, ...],
    form: str,
    has_events: bool,
) -> alt.LayerChart:
    stacked = (
        _base()
        .mark_bar(stroke="white", strokeWidth=0.5)
        .encode(
            x=alt.X(f"{time}:T", title=None),
            x2=alt.X2("until:T"),
            y=alt.Y(f"sum({value}):Q", title=None, axis=alt.Axis(format=form)),
            tooltip=[
                alt.Tooltip(f"{time}:T", title=time),
                *([alt.Tooltip(f"{part}:N")] if part else []),
                alt.Tooltip(f"sum({value}):Q", format=form, title=value),
            ],
        )
    )
    if part:
        stacked = stacked.encode(color=alt.Color(f"{part}:N", title=None, legend=_LEGEND))
    return _charted([stacked], has_events, names)


@_shape
def ranking(name: str, value: str, form: str, order: str = "-x") -> alt.LayerChart:
    """A value for each name, written beside its bar; largest first, or by name."""
    base = _base().encode(
        y=alt.Y(f"{name}:N", title=None, sort=order, axis=alt.Axis(labelLimit=220)),
        x=alt.X(f"{value}:Q", title=None, axis=alt.Axis(format=form)),
        tooltip=[alt.Tooltip(f"{name}:N"), alt.Tooltip(f"{value}:Q", format=form)],
    )
    below = f"datum['{value}'] < 0"
    text = base.mark_text(
        align=alt.expr(f"{below} ? 'right' : 'left'"), dx=alt.expr(f"{below} ? -4 : 4")
    ).encode(text=alt.Text(f"{value}:Q", format=form))
    return alt.layer(base.mark_bar(), text).properties(height=alt.Step(26))


@_shape
def dots(name: str, value: str, mark: str, form: str = USD, scale: str = "linear") -> alt.Chart:
    """Several measures of each name on one line, a symbol and a colour each."""
    return (
        _base()
        .mark_point(size=80, filled=True)
        .encode(
            y=alt.Y(f"{name}:N", title=None, axis=alt.Axis(labelLimit=220, grid=True)),
            x=alt.X(
                f"{value}:Q",
                title=None,
                axis=alt.Axis(format=form),
                scale=alt.Scale(type=scale),
            ),
            color=alt.Color(f"{mark}:N", title=None, legend=_LEGEND),
            shape=alt.Shape(f"{mark}:N", title=None, legend=_LEGEND),
            tooltip=[
                alt.Tooltip(f"{name}:N"),
                alt.Tooltip(f"{mark}:N"),
                alt.Tooltip(f"{value}:Q", format=form),
            ],
        )
        .properties(height=alt.Step(28))
    )


@_shape
def split(name: str, value: str, part: str, form: str = USD, order: str = "-x") -> alt.Chart:
    """What each name's whole consists of, summed over rows: a bar of parts."""
    return (
        _base()
        .mark_bar(stroke="white")
        .encode(
            y=alt.Y(f"{name}:N", title=None, sort=order, axis=alt.Axis(labelLimit=220)),
            x=alt.X(f"sum({value}):Q", title=None, axis=alt.Axis(format=form)),
            color=alt.Color(f"{part}:N", title=None, legend=_LEGEND),
            tooltip=[
                alt.Tooltip(f"{name}:N"),
                alt.Tooltip(f"{part}:N"),
                alt.Tooltip(f"sum({value}):Q", format=form, title=value),
            ],
        )
        .properties(height=alt.Step(26))
    )


def intervals(
    rows: pd.DataFrame,
    name: str,
    value: str,
    low: str,
    high: str,
    form: str,
    *,
    mark: str | None = None,
    zero: bool = False,
) -> Drawn:
    """An estimate for each name with its interval (a forest plot).

    mark: a column whose values get a symbol each. zero: draw the line of no effect.
    """
    marks = _names(rows, mark) if mark else ()
    return _intervals(rows, name, value, low, high, form, mark, marks, zero)


@_shape
def _intervals(
    name: str,
    value: str,
    low: str,
    high: str,
    form: str,
    mark: str | None,
    marks: tuple[str, ...],
    zero: bool,
) -> alt.LayerChart:
    told = [alt.Tooltip(f"{name}:N")] + [
        alt.Tooltip(f"{c}:Q", format=form) for c in (value, low, high)
    ]
    base = _base().encode(
        y=alt.Y(f"{name}:N", title=None, axis=alt.Axis(labelLimit=220)), tooltip=told
    )
    rules = base.mark_rule(strokeWidth=2).encode(
        x=alt.X(f"{low}:Q", title=None, axis=alt.Axis(format=form), scale=alt.Scale(zero=zero)),
        x2=alt.X2(f"{high}:Q"),
    )
    points = base.mark_point(size=80, filled=True).encode(x=alt.X(f"{value}:Q"))
    if mark:
        split, drawn = _series(mark, marks)
        points, rules = points.encode(**split), rules.encode(**drawn)
    layers = [rules, points]
    if zero:
        nothing = alt.Chart(alt.sequence(0, 1, as_="x"))
        layers.insert(0, nothing.mark_rule(strokeDash=[4, 4]).encode(x=alt.X("x:Q")))
    return alt.layer(*layers).properties(height=alt.Step(30))


@_shape
def heat(
    across: str,
    down: str,
    value: str,
    form: str,
    *,
    darkest: float,
    mark: str | None = None,
    sign: str = " !",
) -> alt.LayerChart:
    """A value for each pair, darker where it is larger, and written in its cell if that is wide.
    What is not known is an empty cell.

    darkest: the value from which on a cell is as dark as can be. mark: a column of truth values;
    the sign stands where it is true.
    """
    base = _base().encode(
        x=alt.X(f"{across}:O", title=None, axis=alt.Axis(labelAngle=-40)),
        y=alt.Y(f"{down}:N", title=None, axis=alt.Axis(labelLimit=220)),
    )
    cells = base.mark_rect(stroke="white").encode(
        color=alt.Color(
            f"{value}:Q", legend=None, scale=alt.Scale(domain=[0, darkest], clamp=True)
        ),
        tooltip=[
            alt.Tooltip(f"{down}:N"),
            alt.Tooltip(f"{across}:O"),
            alt.Tooltip(f"{value}:Q", format=form),
        ],
    )
    signed = f"(datum['{mark}'] ? '{sign}' : '')" if mark else "''"
    is_written = f"isValid(datum['{value}']) && bandwidth('x') >= 26"
    number = f"({is_written} ? format(datum['{value}'], '{form}') : '')"
    text = base.mark_text(fontSize=10, text=alt.expr(f"{number} + {signed}")).encode(
        color=alt.condition(
            f"datum['{value}'] > {darkest / 2}", alt.value("white"), alt.value("black")
        )
    )
    return alt.layer(cells, text).properties(height=alt.Step(26))


@_shape
def letters(
    across: str,
    down: str,
    value: str,
    letter: str,
    order: tuple[str, ...],
    columns: tuple[str, ...] = (),
) -> alt.LayerChart:
    """One of a few words for each pair: a colour, and a letter in its cell.

    order: the words, of which each has its colour. columns: the order of columns.
    """
    sort = list(columns) or "ascending"
    base = _base().encode(
        x=alt.X(f"{across}:O", title=None, sort=sort, axis=alt.Axis(labelAngle=-40)),
        y=alt.Y(f"{down}:N", title=None, axis=alt.Axis(labelLimit=160)),
        tooltip=[alt.Tooltip(c) for c in (f"{down}:N", f"{across}:O", f"{value}:N")],
    )
    cells = base.mark_rect(stroke="white", opacity=0.35).encode(
        color=alt.Color(f"{value}:N", legend=None, scale=alt.Scale(domain=list(order)))
    )
    return alt.layer(cells, base.mark_text().encode(text=alt.Text(f"{letter}:N"))).properties(
        height=alt.Step(26)
    )


def _names(rows: pd.DataFrame, series: str) -> tuple[str, ...]:
    return tuple(sorted(rows[series].dropna().unique()))


def _series(series: str, names: tuple[str, ...]) -> tuple[dict, dict]:
    """A colour and a symbol for each series: of its points, and of its line or area.

    Colours and symbols share a legend where both are said to have the same names.
    """
    scale = alt.Scale(domain=list(names))
    color = alt.Color(f"{series}:N", title=None, legend=_LEGEND, scale=scale)
    shape = alt.Shape(f"{series}:N", title=None, legend=_LEGEND, scale=scale)
    return {"color": color, "shape": shape}, {"color": color}


def _base() -> alt.Chart:
    """The rows of a shape, whichever they are."""
    return alt.Chart(alt.NamedData(ROWS))


def _charted(layers: list[alt.Chart], has_events: bool, names: Sequence[str]) -> alt.LayerChart:
    """Layers over time, and over them what happened. names: those of the legend."""
    over = _rules() if has_events else []
    # The legend's height, two names a line, would else be taken from the picture.
    height = HEIGHT + 24 * -(-len(names) // 2)
    return alt.layer(*layers, *over).properties(height=height)


def _happened(events: pd.DataFrame | None) -> bool:
    return events is not None and not events.empty


def _with(drawn: Drawn, events: pd.DataFrame | None) -> Drawn:
    """What is drawn, with what happened: each event has the sign of its kind."""
    if not _happened(events):
        return drawn
    signed = events.assign(sign=events.kind.map(EVENTS).fillna(OTHER_EVENT))
    return drawn | {"datasets": {**drawn["datasets"], HAPPENED: signed}}


def _rules() -> list[alt.Chart]:
    """Rules where something happened, a sign of its kind at the top; the tooltip tells what."""
    base = alt.Chart(alt.NamedData(HAPPENED)).encode(x=alt.X("event_date:T"))
    rule = base.mark_rule(color="#555555", opacity=0.4, strokeWidth=1)
    sign = base.mark_text(fontSize=13, color="#333333").encode(
        y=alt.value(2),
        text=alt.Text("sign:N"),
        tooltip=[
            alt.Tooltip("event_date:T", title="date"),
            alt.Tooltip("kind:N"),
            alt.Tooltip("title:N"),
        ],
    )
    return [rule, sign]
