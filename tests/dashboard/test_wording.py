"""Numbers and data as a reader sees them."""

import pytest

from dashboards import wording


@pytest.mark.parametrize(
    ("form", "value", "seen"),
    [
        (wording.usd, 2.056, "$2.06"),
        (wording.usd, -1234.5, "-$1,234"),
        (wording.percent, 0.7155, "71.5%"),
        (wording.points, -0.009, "-0.9 points"),
        (wording.times, 5.66, "5.7x"),
        (wording.times, -0.01, "0.0x"),
        (wording.count, 12345, "12,345"),
        (wording.count, 1.25, "1.2"),
        (wording.decimal, 0.000123456, "0.000123"),
    ],
)
def test_a_number_has_its_unit(form: wording.Form, value: float, seen: str) -> None:
    assert wording.known(form, value) == seen


def test_an_unknown_number_is_said_to_be_unknown() -> None:
    assert wording.known(wording.usd, float("nan")) == "not known"
    assert wording.known(wording.usd, None) == "not known"
    assert wording.change(wording.usd, None) is None


def test_a_change_has_a_sign() -> None:
    assert wording.change(wording.usd, 3) == "+$3.00"
    assert wording.change(wording.percent, -0.02) == "-2.0%"


def test_data_does_not_act_as_markdown() -> None:
    assert wording.plain("![x](y) $a$ :red[b]\n# c") == (r"\!\[x\]\(y\) \$a\$ \:red\[b\] \# c")
