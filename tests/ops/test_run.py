"""One night at a time, in a folder of its own."""

from datetime import timedelta

import pytest

from orchestration.run import RUNS_KEPT, NightRunning, name_run, only_one, open_run
from orchestration.settings import Settings
from tests.conftest import run_python
from tests.ops.test_publish import FIRST_NIGHT


def test_second_night_stops_at_once(settings: Settings) -> None:
    with only_one(settings), pytest.raises(NightRunning, match="another night"), only_one(settings):
        pytest.fail("two nights at once")


def test_lock_is_free_after_a_night(settings: Settings) -> None:
    with only_one(settings):
        pass
    with only_one(settings):
        pass


def test_withdrawal_waits_for_no_night(settings: Settings) -> None:
    with only_one(settings):
        answer = run_python(settings.data, "orchestration.withdraw", "retract", "focus/a.csv")

    assert answer.returncode == 1
    assert "another night" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_run_names_sort_by_time_and_old_folders_go(settings: Settings) -> None:
    runs = [
        name_run(settings, FIRST_NIGHT + timedelta(days=number), "12345678")
        for number in range(RUNS_KEPT + 2)
    ]
    for run in runs:
        open_run(settings, run)

    assert [run.run_id for run in runs] == sorted(run.run_id for run in runs)
    assert sorted(settings.runs.iterdir()) == [run.folder for run in runs[2:]]
