"""What a coverage must be for `make bench` to pass."""

import pytest

from benchmarks.calibration import ENOUGH, EXACT, Coverage


@pytest.mark.parametrize(
    ("cases", "covered", "is_good"),
    [
        (ENOUGH, 0.95, True),
        (ENOUGH, 0.934, False),
        (ENOUGH, 0.966, False),
        (ENOUGH - 1, 0.95, False),
    ],
)
def test_too_few_too_narrow_and_too_wide_fail(cases: int, covered: float, is_good: bool) -> None:
    assert Coverage("accuracy", cases, covered, 0.2, EXACT).is_good is is_good
