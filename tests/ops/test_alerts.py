"""Alerts arrive at least once, whatever the receiver does meanwhile."""

import json
import os
import time
from dataclasses import replace
from itertools import repeat
from pathlib import Path

import duckdb
import pytest
from tenacity.wait import wait_none

from orchestration import alerts
from orchestration.alerts import Alert, kpi_breaches, send
from orchestration.settings import Settings, SettingsError, read_settings
from tests.receiver import Receiver, Trouble

LATE = Alert("a1", "kpi", "warning", "claims-reader is late", ("latency 3,000 of 2,880 minutes",))
WRONG = Alert("b2", "kpi", "critical", "refund-clerk is wrong", ("accuracy at most 0.81 of 0.9",))


def test_an_alert_arrives_whole_and_once(reachable: Settings, receiver: Receiver) -> None:
    assert send(reachable, [LATE]) == 0
    assert send(reachable, [LATE, WRONG]) == 0

    assert receiver.ids == ["a1", "b2"]
    first = receiver.taken[0]
    assert first["subject"] == "claims-reader is late"
    assert first["reasons"] == ["latency 3,000 of 2,880 minutes"]
    assert first["raised_at"].endswith("+00:00")
    assert not list(reachable.outbox.glob("*.json"))


def test_a_receiver_that_stumbles_is_tried_again(reachable: Settings, receiver: Receiver) -> None:
    receiver.answers = iter([500, 503, 429])
    assert send(reachable, [LATE], wait_none()) == 0
    assert receiver.calls == 4
    assert receiver.ids == ["a1"]


def test_a_receiver_that_stays_down_gets_it_later(reachable: Settings, receiver: Receiver) -> None:
    receiver.answers = iter([500] * (alerts.ATTEMPTS + 1))
    assert send(reachable, [LATE, WRONG], wait_none()) == 2
    assert receiver.calls == alerts.ATTEMPTS + 1, "one that is down is not pressed twice"
    assert send(reachable, [], wait_none()) == 0
    assert receiver.ids == ["a1", "b2"]


def test_a_receiver_that_refuses_is_not_pressed(reachable: Settings, receiver: Receiver) -> None:
    receiver.answers = iter([404])
    assert send(reachable, [LATE], wait_none()) == 1
    assert receiver.calls == 1


@pytest.mark.parametrize("answers", [[400], [500] * alerts.ATTEMPTS], ids=["refused", "broken on"])
def test_an_alert_that_is_not_taken_holds_up_no_other(
    reachable: Settings, receiver: Receiver, answers: list[int], caplog: pytest.LogCaptureFixture
) -> None:
    receiver.answers = iter(answers)
    assert send(reachable, [LATE, WRONG], wait_none()) == 1
    assert receiver.ids == ["b2"]
    assert f"Alert a1 waits: the receiver answered {answers[0]}" in caplog.text
    assert receiver.url not in caplog.text, "an address may be a secret"


def test_an_outbox_that_cannot_be_written_silences_nobody(
    reachable: Settings, receiver: Receiver, caplog: pytest.LogCaptureFixture
) -> None:
    reachable.outbox.write_text("no folder")
    assert send(reachable, [LATE, WRONG], wait_none()) == 0
    assert receiver.ids == ["a1", "b2"]
    assert f"Alerts cannot be kept in {reachable.outbox}" in caplog.text


def test_an_address_that_cannot_be_called_keeps_the_alert(settings: Settings) -> None:
    odd = replace(settings, webhook_url="https://hooks.example:port/x")
    assert send(odd, [LATE], wait_none()) == 1


def test_what_was_told_is_remembered_while_it_lasts(
    reachable: Settings, receiver: Receiver
) -> None:
    send(reachable, [LATE, WRONG])
    long_ago = time.time() - alerts.REMEMBERED_SECONDS - 1
    for mark in (reachable.outbox / "sent").iterdir():
        os.utime(mark, (long_ago, long_ago))
    send(reachable, [WRONG])
    assert receiver.ids == ["a1", "b2"], "it still lasts, and is told of already"
    assert [mark.name for mark in (reachable.outbox / "sent").iterdir()] == ["b2"]


def test_a_receiver_that_stalls_does_not_hold_the_night(
    reachable: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "TIMEOUT_SECONDS", 0.1)
    receiver.answers = repeat(Trouble.STALLED)
    began = time.monotonic()
    assert send(reachable, [LATE], wait_none()) == 1
    assert time.monotonic() - began < 5
    receiver.answers = iter(())
    assert send(reachable, [], wait_none()) == 0
    assert set(receiver.ids) == {"a1"}, "repeats carry the same id"


def test_nobody_listening_keeps_the_alert(settings: Settings) -> None:
    deaf = replace(settings, webhook_url="http://127.0.0.1:9/hook")
    assert send(deaf, [LATE], wait_none()) == 1
    (waiting,) = deaf.outbox.glob("*.json")
    assert json.loads(waiting.read_text())["alert_id"] == "a1"


def test_a_process_that_died_after_sending_sends_again(
    reachable: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(self: Path) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Path, "touch", die)
        with pytest.raises(KeyboardInterrupt):
            send(reachable, [LATE])
    assert send(reachable, []) == 0
    assert receiver.ids == ["a1", "a1"]


def test_a_breach_of_a_kpi_names_figures_and_owner(tmp_path: Path) -> None:
    marts = tmp_path / "marts.duckdb"
    with duckdb.connect(str(marts)) as connection:
        connection.execute(
            """
            create schema governance;
            create table governance.kpi_alerts as
            select 'c3' as alert_id, 'agent' as subject_type, 'refund-clerk' as subject_id,
                'accuracy_high' as metric, date '2026-06-22' as period_start, 0.81 as value,
                0.9 as threshold, '<' as comparison, 'critical' as severity,
                'head of support' as owner_role
            """
        )
    (breach,) = kpi_breaches(marts)
    assert breach == Alert(
        "c3",
        "kpi",
        "critical",
        "accuracy_high of agent refund-clerk",
        ("0.81 < 0.9 since 2026-06-22", "to act: head of support"),
    )


def test_without_an_address_alerts_are_logged(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    assert send(settings, [LATE]) == 0
    assert "claims-reader is late: latency 3,000 of 2,880 minutes" in caplog.text
    assert not settings.outbox.exists()


def test_an_address_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTTURN_WEBHOOK_URL", "hooks.example")
    with pytest.raises(SettingsError, match="OUTTURN_WEBHOOK_URL"):
        read_settings()
