"""Numbers and data as a reader sees them.

What belongs here: units, signs, what stands for an unknown value, and keeping data from acting as
Markdown. What does not: which number is shown where.
"""

import re
from collections.abc import Callable
from typing import Any

import pandas as pd

UNKNOWN = "not known"
Form = Callable[[Any], str]


def usd(value: float) -> str:
    """Dollars: cents below a thousand."""
    return _signed(value, f"${abs(value):,.2f}" if abs(value) < 1000 else f"${abs(value):,.0f}")


def percent(value: float) -> str:
    """A share as a percentage."""
    return _signed(value, f"{abs(value):.1%}")


def points(value: float) -> str:
    """A difference of two percentages."""
    return _signed(value, f"{abs(value) * 100:.1f} points")


def times(value: float) -> str:
    """A multiple."""
    return _signed(value, f"{abs(value):.1f}x")


def count(value: float) -> str:
    """Whole things, or hours and people to a tenth."""
    digits = 0 if float(value).is_integer() else 1
    return _signed(value, f"{abs(value):,.{digits}f}")


def decimal(value: float) -> str:
    """A number without a unit, to three digits or the whole."""
    return _signed(value, f"{abs(value):,.0f}" if abs(value) >= 100 else f"{abs(value):.3g}")


def minutes(value: float) -> str:
    """Minutes, or hours or days where these are easier to read."""
    for unit, size in (("days", 1440), ("hours", 60)):
        if abs(value) >= 2 * size:
            return f"{value / size:,.1f} {unit}"
    return f"{value:,.1f} minutes"


def day(value: Any) -> str:
    """A date."""
    return f"{value:%Y-%m-%d}"


def known(form: Form, value: Any) -> str:
    """A value in its form, or that it is not known."""
    return UNKNOWN if pd.isna(value) else form(value)


def change(form: Form, value: Any) -> str | None:
    """A change with its sign; None where there is none to show."""
    if pd.isna(value):
        return None
    return form(value) if value < 0 else f"+{form(value)}"


def plain(text: Any) -> str:
    """Data as Markdown that shows it as it is: no link, image, colour or formula in it acts."""
    return re.sub(r"([\\`*_{}\[\]()<>#+\-.!|~$:&@])", r"\\\1", " ".join(str(text).split()))


def _signed(value: float, magnitude: str) -> str:
    """A minus before what is not nought in the digits shown."""
    return f"-{magnitude}" if value < 0 and re.search("[1-9]", magnitude) else magnitude
