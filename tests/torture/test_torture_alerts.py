"""Alerts arrive, whole, whatever becomes of senders and receiver; and nobody is named in them.

What belongs here: an outbox under senders that are killed and a receiver that fails. What does not:
the rules of the outbox one by one (tests/ops/test_alerts.py).
"""

import json
import multiprocessing
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import asdict
from multiprocessing.process import BaseProcess as Process
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from tenacity.wait import wait_none

from orchestration import alerts
from orchestration.alerts import Alert, night_failed, send
from orchestration.ingest.persons import key_of
from orchestration.settings import DEVELOPMENT_PERSON_KEY, Settings
from tests.conftest import Figure, run_night, settle
from tests.receiver import STALL_SECONDS, Receiver, Trouble
from tests.torture.conftest import tries

SEED = 20260629
ALERTS = tries(short=40, heavy=500)
KILLS = tries(short=8, heavy=100)
AT_ONCE = 4
ANSWERS = [*[200] * 12, 429, 500, 503, *Trouble]
# About what a sender needs for its share.
LONGEST_LIFE_MS = tries(short=100, heavy=400)
# Children of a process without threads (ours has the receiver's), which finds this module here.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["tests.torture.test_torture_alerts"])

PERSON = "jane.doe@example.com"
SHEET = "worker_id,work_date,activity,workflow_id,hours"
ITEM = (
    "work_item_id,workflow_id,opened_at,first_closed_at,resolved_at,updated_at,status,handled_by,"
    "worker_id"
)
# What stops a night at each gate, by landing file.
STOPPED = {
    "landing": {
        "timesheets/hours.csv": f"{SHEET}\n{PERSON},2026-06-01,production,refunds,30\n",
        "timesheets/columns.csv": f"worker_id,work_date\n{PERSON},2026-06-01\n",
        "timesheets/quotes.csv": f'{SHEET}\n"{PERSON},2026-06-01,production,refunds,3\n',
        "timesheets/dates.csv": f"{SHEET}\n2026-06-01,{PERSON},production,refunds,3\n",
        "otlp_traces/lines.json": f'{{"{PERSON}": [\n',
    },
    "staging": {
        "timesheets/twice.csv": f"{SHEET}\n{PERSON},2026-06-01,production,refunds,15\n"
        f"{PERSON},2026-06-01,rework,refunds,15\n",
    },
    "marts": {
        "work_items/times.csv": f"{ITEM}\nitem-1,refunds,2026-06-01T10:00:00Z,"
        "2026-05-01T12:00:00Z,2026-06-01T12:00:00Z,2026-06-01T12:00:00Z,resolved,human,"
        f"{PERSON}\n",
    },
}


def raised(count: int) -> list[Alert]:
    """Alerts of every shape: with no reason, with many, in other scripts."""
    return [
        Alert(
            alert_id=f"alert-{number:04}",
            kind="kpi",
            severity="critical" if number % 3 else "warning",
            subject=f"Genauigkeit des Agenten {number} — 精度",
            reasons=tuple(f"reason {n}\n“quoted”" for n in range(number % 5)),
        )
        for number in range(count)
    ]


def sender(settings: Settings, mine: list[Alert], began: Event) -> None:
    """What a process does that raises and sends, until it is killed or done."""
    alerts.TIMEOUT_SECONDS = STALL_SECONDS / 5
    began.set()
    for first in range(0, len(mine), AT_ONCE):
        send(settings, mine[first : first + AT_ONCE], wait_none())


def start(settings: Settings, shares: list[list[Alert]]) -> list[Process]:
    """Senders of these shares, all at their work."""
    began = [PROCESSES.Event() for _ in shares]
    senders = [
        PROCESSES.Process(target=sender, args=(settings, share, event))
        for share, event in zip(shares, began, strict=True)
    ]
    for process in senders:
        process.start()
    for event in began:
        event.wait()
    return senders


def answers(randomness: random.Random) -> Iterator[int | Trouble]:
    while True:
        yield randomness.choice(ANSWERS)


def must_arrive(settings: Settings) -> set[str]:
    """The alerts that arrive even if nobody ever raises them again."""
    waiting = {file.stem for file in settings.outbox.glob("*.json")}
    return waiting | {mark.name for mark in (settings.outbox / "sent").glob("*")}


def as_sent(alert: Alert) -> dict[str, object]:
    return json.loads(json.dumps(asdict(alert)))


def test_every_alert_arrives_whole_through_kills_and_failures(
    reachable: Settings, receiver: Receiver, figure: Figure
) -> None:
    randomness = random.Random(SEED)
    receiver.answers = answers(random.Random(SEED + 1))
    every = raised(ALERTS)
    expected: set[str] = set()
    killed = 0
    while killed < KILLS:
        # The night and the sensor tell of the same, each in its own order.
        mine = randomness.sample(every, ALERTS // 5)
        senders = start(reachable, [mine, mine[::-1]])
        time.sleep(randomness.uniform(0, LONGEST_LIFE_MS) / 1000)
        for process in senders:
            process.kill()
            process.join()
        codes = [process.exitcode for process in senders]
        assert set(codes) <= {0, -signal.SIGKILL}, f"seed {SEED}, {killed} kills"
        killed += codes.count(-signal.SIGKILL)
        expected |= must_arrive(reachable)

    receiver.answers = iter(())
    assert send(reachable, [], wait_none()) == 0
    arrived = expected & set(receiver.ids)
    figure("alerts in the outbox when a sender died, arrived", len(expected), len(arrived))
    assert arrived == expected, f"seed {SEED}"

    assert send(reachable, every, wait_none()) == 0
    bodies: dict[object, list[dict[str, object]]] = {}
    for body in receiver.taken:
        known = bodies.setdefault(body["alert_id"], [])
        if body not in known:
            known.append(body)
    wrong = [
        alert.alert_id
        for alert in every
        if [body | {"raised_at": None} for body in bodies.get(alert.alert_id, [])]
        != [as_sent(alert) | {"raised_at": None}]
    ]
    figure(f"alerts through {killed} kills, arrived whole", len(every), len(every) - len(wrong))
    assert not wrong, f"seed {SEED}: {wrong[:5]} did not arrive, or not the same each time"
    assert not list(reachable.outbox.glob("*.json"))
    assert {mark.name for mark in (reachable.outbox / "sent").iterdir()} == set(bodies)


def test_two_senders_at_once_lose_and_repeat_nothing(
    reachable: Settings, receiver: Receiver, figure: Figure
) -> None:
    every = raised(ALERTS)
    senders = start(reachable, [every, every[::-1]])
    for process in senders:
        process.join()
    once = [alert for alert in every if receiver.ids.count(alert.alert_id) == 1]
    figure("alerts of two senders at once, arrived once", len(every), len(once))
    assert [process.exitcode for process in senders] == [0, 0]
    assert once == every


@pytest.mark.parametrize("stage", list(STOPPED)[: tries(short=1, heavy=3)])
def test_a_failed_night_names_files_and_nobody(
    tmp_path: Path,
    receiver: Receiver,
    figure: Figure,
    stage: str,
) -> None:
    for name, text in STOPPED[stage].items():
        file = tmp_path / "landing" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    settle(tmp_path)
    night = run_night(tmp_path, OUTTURN_WEBHOOK_URL=receiver.url)
    assert night.code == 1, night.output
    (told,) = receiver.taken
    body = json.dumps(told)
    secret = [PERSON, key_of([DEVELOPMENT_PERSON_KEY], PERSON)]
    found = [word for word in secret if word in body or word in night.output]
    figure(f"nights that fail at the {stage} gate, told without a person", 1, not found)
    assert not found, body
    assert told["alert_id"] == night_failed(told["subject"].split()[1], []).alert_id
    assert (told["kind"], told["severity"]) == ("night", "critical")
    unnamed = [name for name in STOPPED[stage] if name not in body]
    assert stage != "landing" or not unnamed, body
