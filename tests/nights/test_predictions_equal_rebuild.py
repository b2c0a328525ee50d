"""What a night adds to the models of predictions equals what is made from nothing.

One model of the seed (fraud-screen, whose reference window is 2026-01-05 to 2026-02-01) predicts
a few times an hour. Rows come late, come again, move and go; after each change every mart has the
content hash of a full rebuild over the same lake, and the change is seen where it belongs.
"""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from orchestration import ingest
from tests.nights.company import Company

REFERENCE = date(2026, 1, 5)
WEEKS = (date(2026, 2, 2), date(2026, 2, 9), date(2026, 2, 16))
AS_OF = "2026-03-01"
MARTS = ("+kpi_model_throughput_hourly", "+kpi_model_quality_weekly", "+kpi_drift_rate_monthly")
HEAD = (
    "prediction_id,model_id,predicted_at,instance_type,cohort,task,predicted_label,score,"
    "actual_label,labeled_at,features\n"
)


def prediction(
    number: int,
    at: str,
    model: str = "fraud-screen",
    score: float | None = None,
    label: str = "",
    labeled_at: str = "",
) -> str:
    """A line of a file: prediction p<number>, its numbers made of its number."""
    score = number * 37 % 101 / 101 if score is None else score
    cohort = "card" if number % 2 else "wallet"
    predicted = "fraud" if score > 0.8 else "genuine"
    return (
        f"p{number:05d},{model},{at},cpu,{cohort},classification,{predicted},"
        f'{score},{label},{labeled_at},"{{""amount"": {number * 53 % 97}}}"\n'
    )


def predictions(first: int, days: Iterable[date]) -> str:
    """A file of twenty predictions a day, numbered from the first on."""
    moments = [f"{day} {hour:02d}:00:00" for day in days for hour in range(20)]
    return HEAD + "".join(prediction(first + i, at) for i, at in enumerate(moments))


def week(monday: date) -> list[date]:
    return [monday + timedelta(days=i) for i in range(7)]


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory, kept_environment: None) -> Company:
    """A company after the night on which the reference window and two weeks landed."""
    folder = tmp_path_factory.mktemp("predictions")
    company = Company(folder / "data", folder / "target", select=MARTS)
    window = [REFERENCE + timedelta(days=i) for i in range(28)]
    company.land("predictions", "window.csv", predictions(0, window))
    for number, monday in enumerate(WEEKS[:2], start=1):
        company.land("predictions", f"{monday}.csv", predictions(number * 1000, week(monday)))
    company.parse()
    company.night(AS_OF)
    return company


def night_equals_rebuild(company: Company) -> dict[str, str]:
    hashes = company.night(AS_OF)
    assert hashes == company.rebuilt(AS_OF)
    return hashes


def drift(company: Company) -> dict[date, tuple]:
    """Values of the score in the week and in the window, index and distance, by week."""
    rows = company.rows(
        "select week_start, n, n_reference, psi, ks from quality.kpi_drift_weekly"
        " where feature = 'score'"
    )
    return {row[0]: row[1:] for row in rows}


def test_a_night_makes_the_touched_weeks_only(company: Company) -> None:
    """What the change does not touch is left as it lies, even if somebody spoiled it."""
    made = drift(company)
    assert {monday: row[:2] for monday, row in made.items()} == {
        monday: (140, 560) for monday in WEEKS[:2]
    }
    company.change("update intermediate.int_predictions_by_hour set predictions = 1000")
    company.change("update intermediate.int_predictions_by_outcome set predictions = 1000")
    company.change("update intermediate.int_drift_bins_by_week set distance = 1")
    company.land("predictions", "third.csv", predictions(3000, week(WEEKS[2])))
    company.night(AS_OF)
    for model in ("int_predictions_by_hour", "int_predictions_by_outcome"):
        sound = f"select min(predicted_date) from intermediate.{model} where predictions < 1000"
        assert company.rows(sound) == [(WEEKS[2],)]
    spoiled = drift(company)
    assert [spoiled[monday][3] for monday in WEEKS[:2]] == [1, 1]
    assert spoiled[WEEKS[2]][3] < 1
    company.settings.warehouse.unlink()
    night_equals_rebuild(company)


def test_a_label_that_comes_later(company: Company) -> None:
    known = "select sum(n_labeled) from quality.kpi_model_quality_weekly where cohort = 'all'"
    assert company.rows(known) == [(0,)]
    labeled = prediction(1005, "2026-02-02 05:00:00", label="fraud", labeled_at="2026-02-20")
    company.land("predictions", "label.csv", HEAD + labeled)
    night_equals_rebuild(company)
    assert company.rows(known) == [(1,)]
    assert drift(company)[WEEKS[0]][0] == 140, "a label adds no prediction"


def test_a_correction_that_moves_a_prediction_and_its_retraction(company: Company) -> None:
    """To another week and another model, and back when the correction is withdrawn."""
    before = company.hashes()
    hours = "select count(*), sum(predictions) from intermediate.int_predictions_by_hour where "
    old = "model_id = 'fraud-screen' and hour_start = timestamp '2026-02-10 03:00:00'"
    new = "model_id = 'route-planner' and hour_start = timestamp '2026-02-17 09:00:00'"
    assert company.rows(hours + old) == [(1, 1)]
    moved = prediction(2023, "2026-02-17 09:00:00", model="route-planner")
    company.land("predictions", "moved.csv", HEAD + moved)
    night_equals_rebuild(company)
    assert company.rows(hours + old) == [(0, None)]
    assert company.rows(hours + new) == [(1, 1)]
    assert drift(company)[WEEKS[1]][0] == 139
    ingest.withdraw(company.settings, company.feeds, "predictions/moved.csv", "retracted")
    assert night_equals_rebuild(company) == before


def test_late_rows_in_the_reference_window(company: Company) -> None:
    """Every week of the model is held against the window anew."""
    before = drift(company)
    late = [prediction(5000 + i, f"2026-01-20 {i % 24:02d}:00:00", score=0.99) for i in range(80)]
    company.land("predictions", "late.csv", HEAD + "".join(late))
    night_equals_rebuild(company)
    after = drift(company)
    assert {row[1] for row in after.values()} == {640}
    assert all(after[monday][2] > before[monday][2] for monday in WEEKS)


def test_another_reference_window(company: Company) -> None:
    """Weeks that were held against other days than the window's are held against it anew."""
    sound = company.hashes()
    for model in ("int_reference_values", "int_drift_bins_by_week"):
        company.change(f"update intermediate.{model} set reference_end = date '2026-01-25'")
    company.change("delete from intermediate.int_reference_values where value > 0.5")
    company.change("update intermediate.int_drift_bins_by_week set distance = 1")
    assert company.night(AS_OF) == sound


def test_retraction_of_a_week(company: Company) -> None:
    ingest.withdraw(company.settings, company.feeds, "predictions/third.csv", "retracted")
    night_equals_rebuild(company)
    assert set(drift(company)) == set(WEEKS[:2])
    hours = "select max(predicted_date) from intermediate.int_predictions_by_hour"
    assert company.rows(hours) == [(WEEKS[1] + timedelta(days=6),)]


def test_an_earlier_day_after_a_later_one(company: Company) -> None:
    """Nothing in the models that are kept knows the as-of date."""
    later = company.night(AS_OF)
    earlier = company.night("2026-02-11")
    assert earlier == company.rebuilt("2026-02-11")
    assert set(drift(company)) == {WEEKS[0]}
    assert company.night(AS_OF) == later
