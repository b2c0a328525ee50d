"""New landing files are noticed once, and only when they are whole; failed runs are told of."""

import json
import os
import time
from pathlib import Path

import dagster as dg
import pytest

from orchestration import alerts
from orchestration.sensors import failed_run, landing_sensor
from orchestration.settings import Settings
from tests.conftest import settle


@pytest.fixture
def instance() -> dg.DagsterInstance:
    return dg.DagsterInstance.ephemeral()


def drop(settings: Settings, name: str) -> Path:
    file = settings.landing / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("x")
    return file


def look(
    instance: dg.DagsterInstance, cursor: str | None = None
) -> tuple[dg.RunRequest | dg.SkipReason, str | None]:
    context = dg.build_sensor_context(instance, cursor=cursor)
    answer = landing_sensor("nightly")(context)
    return answer, context.cursor


def test_settled_file_starts_one_night(settings: Settings, instance: dg.DagsterInstance) -> None:
    drop(settings, "focus/june.csv")
    settle(settings.data)

    first, cursor = look(instance)
    second, _ = look(instance, cursor)

    assert isinstance(first, dg.RunRequest)
    assert isinstance(second, dg.SkipReason)


def test_file_being_written_waits(settings: Settings, instance: dg.DagsterInstance) -> None:
    drop(settings, "focus/june.csv")

    answer, cursor = look(instance)

    assert isinstance(answer, dg.SkipReason)
    assert cursor is None


def test_hidden_files_are_not_landing_files(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    drop(settings, "focus/.june.csv.part")
    settle(settings.data)

    answer, _ = look(instance)

    assert isinstance(answer, dg.SkipReason)


def test_a_file_from_the_future_is_no_longer_written(
    settings: Settings, instance: dg.DagsterInstance
) -> None:
    file = drop(settings, "focus/june.csv")
    tomorrow = time.time() + 86_400
    os.utime(file, (tomorrow, tomorrow))

    answer, _ = look(instance)

    assert isinstance(answer, dg.RunRequest)


def test_a_failed_run_is_told_in_the_night_s_own_words(
    settings: Settings, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    @dg.op
    def broken() -> None:
        raise OSError("the disk is full")

    @dg.job
    def night() -> None:
        broken()

    result = night.execute_in_process(instance=instance, raise_on_error=False)
    context = dg.build_run_status_sensor_context(
        sensor_name="failed_run",
        dagster_event=result.get_run_failure_event(),
        dagster_instance=instance,
        dagster_run=result.dagster_run,
    )
    monkeypatch.setenv("OUTTURN_WEBHOOK_URL", "http://127.0.0.1:9/hook")
    monkeypatch.setattr(alerts, "ATTEMPTS", 1)
    failed_run(context.for_run_failure())

    (waiting,) = settings.outbox.glob("*.json")
    told, why, way_out = json.loads(waiting.read_text())["reasons"]
    assert told == "The night failed in step broken. Nothing was published."
    assert "the disk is full" in why
    assert "make room" in way_out
