"""Alerts arrive at least once, whatever the receiver does meanwhile."""

import json
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import duckdb
import pytest
from tenacity.wait import wait_none

from orchestration import alerts
from orchestration.alerts import Alert, kpi_breaches, night_failed, send
from orchestration.settings import Settings, SettingsError, read_settings
from tests.conftest import run_night, settle

LATE = Alert("a1", "kpi", "warning", "claims-reader is late", ("latency 3,000 of 2,880 minutes",))
WRONG = Alert("b2", "kpi", "critical", "refund-clerk is wrong", ("accuracy at most 0.81 of 0.9",))


@dataclass
class Receiver:
    """A real HTTP server that answers as it is told, then with 200. stalls: seconds before each."""

    answers: list[int] = field(default_factory=list)
    stall: float = 0
    calls: int = 0
    taken: list[dict[str, object]] = field(default_factory=list)
    url: str = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.calls += 1
            time.sleep(receiver.stall)
            answer = receiver.answers.pop(0) if receiver.answers else 200
            if answer == 200:
                receiver.taken.append(json.loads(body))
            self.send_response(answer)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """The test's output is no place for the server's."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield receiver
        server.shutdown()


@pytest.fixture
def reachable(settings: Settings, receiver: Receiver) -> Settings:
    return replace(settings, webhook_url=receiver.url)


def ids(receiver: Receiver) -> list[object]:
    return [alert["alert_id"] for alert in receiver.taken]


def test_an_alert_arrives_whole_and_once(reachable: Settings, receiver: Receiver) -> None:
    assert send(reachable, [LATE]) == 0
    assert send(reachable, [LATE, WRONG]) == 0

    assert ids(receiver) == ["a1", "b2"]
    first = receiver.taken[0]
    assert first["subject"] == "claims-reader is late"
    assert first["reasons"] == ["latency 3,000 of 2,880 minutes"]
    assert first["raised_at"].endswith("+00:00")
    assert not list(reachable.outbox.glob("*.json"))


def test_a_receiver_that_stumbles_is_tried_again(reachable: Settings, receiver: Receiver) -> None:
    receiver.answers = [500, 503, 429]
    assert send(reachable, [LATE], wait_none()) == 0
    assert receiver.calls == 4
    assert ids(receiver) == ["a1"]


def test_a_receiver_that_stays_down_gets_it_later(reachable: Settings, receiver: Receiver) -> None:
    receiver.answers = [500] * alerts.ATTEMPTS
    assert send(reachable, [LATE, WRONG], wait_none()) == 2
    assert receiver.calls == alerts.ATTEMPTS, "one that is down is not asked for each alert"
    assert send(reachable, [], wait_none()) == 0
    assert ids(receiver) == ["a1", "b2"]


def test_a_receiver_that_refuses_is_not_pressed(reachable: Settings, receiver: Receiver) -> None:
    receiver.answers = [404]
    assert send(reachable, [LATE], wait_none()) == 1
    assert receiver.calls == 1


def test_a_receiver_that_stalls_does_not_hold_the_night(
    reachable: Settings, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alerts, "TIMEOUT_SECONDS", 0.1)
    receiver.stall = 0.5
    began = time.monotonic()
    assert send(reachable, [LATE], wait_none()) == 1
    assert time.monotonic() - began < 5
    receiver.stall = 0
    assert send(reachable, [], wait_none()) == 0
    assert set(ids(receiver)) == {"a1"}, "repeats carry the same id"


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
    assert ids(receiver) == ["a1", "a1"]


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


def test_a_failed_night_is_told_with_its_reason(tmp_path: Path, receiver: Receiver) -> None:
    file = tmp_path / "landing" / "focus" / "broken.csv"
    file.parent.mkdir(parents=True)
    file.write_text("no,columns\n1,2\n")
    settle(tmp_path)
    night = run_night(tmp_path, OUTTURN_WEBHOOK_URL=receiver.url)
    assert night.code == 1
    (told,) = receiver.taken
    assert told["kind"] == "night"
    assert told["severity"] == "critical"
    assert "focus/broken.csv" in " ".join(told["reasons"])
    assert told["alert_id"] == night_failed(told["subject"].split()[1], []).alert_id
