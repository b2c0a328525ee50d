"""Two versions of a mart, row by row.

What belongs here: how near two numbers must be and how a difference is shown. What does not:
where the versions come from.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

RELATIVE = 1e-9
APPROXIMATED = 1e-6
HALF_MICRO_DOLLAR = 0.5e-6
HALF_NANO = 0.5e-9
ROWS_SHOWN = 5
FULL = "{:.12g}".format


def differences(
    published: pd.DataFrame,
    expected: pd.DataFrame,
    grain: Sequence[str],
    approximated: Sequence[str] = (),
) -> dict[str, pd.DataFrame]:
    """Differing rows by column, and under "rows" those that only one side has.

    Numbers agree to 1e-9 relative and half a unit of their last published decimal: the sixth of
    money (*_usd), the ninth of the rest; approximated columns to one millionth, absolute or
    relative. Null agrees with null only.
    """
    grain = list(grain)
    left, right = _prepared(published, grain), _prepared(expected, grain)
    both = left.merge(
        right, on=grain, how="outer", suffixes=("_published", "_oracle"), indicator="side"
    )
    found = {}
    lonely = both[both["side"] != "both"]
    if len(lonely):
        sides = {"left_only": "published only", "right_only": "oracle only"}
        found["rows"] = lonely[[*grain, "side"]].assign(side=lonely["side"].astype(str).map(sides))
    both = both[both["side"] == "both"]
    for column in sorted(set(left) & set(right) - set(grain)):
        pair = [f"{column}_published", f"{column}_oracle"]
        wrong = ~agree(both[pair[0]], both[pair[1]], "_usd" in column, column in approximated)
        if wrong.any():
            found[column] = both.loc[wrong, [*grain, *pair]]
    return found


def agree(
    published: pd.Series, expected: pd.Series, is_money: bool, is_approximated: bool = False
) -> pd.Series:
    """Whether two columns say the same, value by value."""
    nulls = published.isna() & expected.isna()
    one_null = published.isna() ^ expected.isna()
    if not pd.api.types.is_numeric_dtype(expected):
        return nulls | (~one_null & (published.astype("str") == expected.astype("str")))
    left, right = published.astype(float), expected.astype(float)
    published_to = HALF_MICRO_DOLLAR if is_money else HALF_NANO
    if is_approximated:
        published_to = max(published_to, APPROXIMATED)
    relative = APPROXIMATED if is_approximated else RELATIVE
    allowed = relative * np.maximum(left.abs(), right.abs()) + published_to
    return nulls | (~one_null & ((left - right).abs() <= allowed))


def report(mart: str, found: dict[str, pd.DataFrame]) -> str:
    """The first rows of every difference, readable in a terminal."""
    parts = []
    for name, rows in found.items():
        shown = rows.head(ROWS_SHOWN).to_string(index=False, float_format=FULL)
        parts.append(f"{mart}.{name}: {len(rows)} rows differ\n{shown}")
    return "\n\n".join(parts)


def _prepared(frame: pd.DataFrame, grain: list[str]) -> pd.DataFrame:
    """Comparable types: floats for numbers and flags, days and times as microseconds."""
    columns = {}
    for name, column in frame.items():
        if pd.api.types.is_datetime64_any_dtype(column) or name.endswith(("_date", "_start")):
            columns[name] = pd.to_datetime(column).astype("datetime64[us]")
        elif pd.api.types.is_numeric_dtype(column) or _is_number(column):
            columns[name] = pd.to_numeric(column.astype("Float64")).astype(float)
        else:
            columns[name] = column.astype("str")
    prepared = pd.DataFrame(columns)
    if prepared.duplicated(grain).any():
        rows = prepared[prepared.duplicated(grain, keep=False)].head(ROWS_SHOWN)
        raise AssertionError(f"grain {grain} is not unique:\n{rows.to_string(index=False)}")
    return prepared


def _is_number(column: pd.Series) -> bool:
    """Decimals and nullable booleans arrive as objects."""
    kind = pd.api.types.infer_dtype(column, skipna=True)
    return kind in ("decimal", "boolean", "floating", "integer", "mixed-integer-float")
