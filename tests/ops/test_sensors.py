"""New landing files are noticed once, and only when they are whole."""

from pathlib import Path

import dagster as dg
import pytest

from orchestration.sensors import landing_sensor
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
