"""Telling people, at least once: alerts wait in an outbox until a receiver has taken them.

What belongs here: what an alert is, the outbox, and sending it to OUTTURN_WEBHOOK_URL. What does
not: judging; the marts and the gates do that.

An alert is a file of the outbox from the moment it is raised; it leaves only after the receiver
answered that it has it. A process that dies in between sends it again: receivers drop repeats by
`alert_id`. An alert that the receiver does not take waits, and holds up no other. Without a URL
alerts are logged.
"""

import hashlib
import json
import logging
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import httpx
from filelock import FileLock
from tenacity import Retrying, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_base, wait_exponential_jitter

from orchestration.settings import Settings

ATTEMPTS = 5
TIMEOUT_SECONDS = 10
BACK_OFF = wait_exponential_jitter(multiplier=0.5, max=8)
# How long it is remembered that an alert was told of, since it was last raised.
REMEMBERED_SECONDS = 400 * 86_400
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Alert:
    """Something somebody must know. It holds no personal data.

    alert_id: the same for the same fact, however often it is found.
    kind: what found it (night, kpi). severity: critical or warning.
    """

    alert_id: str
    kind: str
    severity: str
    subject: str
    reasons: tuple[str, ...]


def night_failed(run_id: str, reasons: Iterable[str]) -> Alert:
    """A night that published nothing."""
    alert_id = hashlib.sha256(f"night {run_id}".encode()).hexdigest()
    return Alert(alert_id, "night", "critical", f"Night {run_id} failed", tuple(reasons))


def kpi_breaches(marts: Path) -> list[Alert]:
    """What a publication's kpi_alerts holds."""
    with closing(duckdb.connect(str(marts), read_only=True)) as connection:
        rows = connection.execute(
            """
            select
                alert_id,
                severity,
                concat_ws(' ', metric, 'of', subject_type, subject_id) as subject,
                concat_ws(' ', value, comparison, threshold, 'since', period_start) as breach,
                concat_ws(' ', 'to act:', owner_role) as owner
            from governance.kpi_alerts
            order by alert_id
            """
        ).fetchall()
    return [
        Alert(alert_id, "kpi", severity, subject, (breach, owner))
        for alert_id, severity, subject, breach, owner in rows
    ]


def send(settings: Settings, alerts: Iterable[Alert], back_off: wait_base = BACK_OFF) -> int:
    """Tell of alerts not told of before; return how many still wait in the outbox.

    What could not be delivered is logged, and is tried again with the next alerts or night. Where
    the outbox cannot be written, alerts are told at once or not at all.
    """
    raised = list(alerts)
    if settings.webhook_url is None:
        for alert in raised:
            logger.log(_level(alert), "%s: %s", alert.subject, "; ".join(alert.reasons))
        return 0
    try:
        return _send_through(settings.outbox, settings.webhook_url, raised, back_off)
    except OSError as error:
        # Of a disk that is full, of all things, people must hear.
        logger.error("Alerts cannot be kept in %s: %s", settings.outbox, error)
        unkept = ((alert.alert_id, _content(alert)) for alert in raised)
        return len(raised) - len(list(_deliver_all(settings.webhook_url, unkept, back_off)))


def _send_through(outbox: Path, url: str, raised: Iterable[Alert], back_off: wait_base) -> int:
    told = outbox / "sent"
    told.mkdir(parents=True, exist_ok=True)
    # A night and the sensor of failed runs may have something to tell at the same time.
    with FileLock(outbox / ".lock"):
        for alert in raised:
            if (told / alert.alert_id).exists():
                (told / alert.alert_id).touch()
            else:
                _put(outbox, alert)
        waiting = ((file.stem, file.read_bytes()) for file in sorted(outbox.glob("*.json")))
        for alert_id in _deliver_all(url, waiting, back_off):
            (told / alert_id).touch()
            (outbox / f"{alert_id}.json").unlink()
        _forget(told)
        return len(list(outbox.glob("*.json")))


def _deliver_all(
    url: str, alerts: Iterable[tuple[str, bytes]], back_off: wait_base
) -> Iterator[str]:
    """Deliver alerts, by id and content, until nobody answers any more; the ids that arrived."""
    attempts = ATTEMPTS
    with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
        for alert_id, content in alerts:
            try:
                _deliver(client, url, content, attempts, back_off)
            except httpx.HTTPStatusError as error:
                # The fault may be this alert's: the others are tried too, but not pressed.
                status = error.response.status_code
                logger.error("Alert %s waits: the receiver answered %d", alert_id, status)
                attempts = 1 if _may_pass(error) else attempts
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                logger.error("Alerts wait: %s", error)
                break
            else:
                yield alert_id


def _forget(told: Path) -> None:
    for mark in told.iterdir():
        if time.time() - mark.stat().st_mtime > REMEMBERED_SECONDS:
            mark.unlink()


def _level(alert: Alert) -> int:
    return logging.ERROR if alert.severity == "critical" else logging.WARNING


def _put(folder: Path, alert: Alert) -> None:
    """Write the alert whole or not at all; one that waits already keeps its time."""
    file = folder / f"{alert.alert_id}.json"
    if file.exists():
        return
    # One name for all: what a process that died left there is written over.
    fresh = folder / ".part"
    with fresh.open("wb") as stream:
        stream.write(_content(alert))
        stream.flush()
        os.fsync(stream.fileno())
    os.replace(fresh, file)


def _content(alert: Alert) -> bytes:
    return json.dumps(asdict(alert) | {"raised_at": datetime.now(UTC).isoformat()}).encode()


def _deliver(
    client: httpx.Client, url: str, content: bytes, attempts: int, back_off: wait_base
) -> None:
    headers = {"Content-Type": "application/json"}
    for attempt in Retrying(
        retry=retry_if_exception(_may_pass),
        stop=stop_after_attempt(attempts),
        wait=back_off,
        reraise=True,
    ):
        # A stream, because only the answer's status matters: its body may be long, or never end.
        with attempt, client.stream("POST", url, content=content, headers=headers) as answer:
            answer.raise_for_status()


def _may_pass(error: BaseException) -> bool:
    """Whether trying again may help: the network, an overload, or the receiver's own fault."""
    if isinstance(error, httpx.HTTPStatusError):
        return error.response.status_code >= 500 or error.response.status_code in (408, 429)
    return isinstance(error, httpx.TransportError)
