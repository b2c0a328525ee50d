"""Telling people. What does not belong here: finding out what there is to tell."""

import logging
from collections.abc import Sequence

logger = logging.getLogger(__name__)


def send(subject: str, reasons: Sequence[str]) -> None:
    """Log an alert, one line a reason."""
    logger.error("%s", subject)
    for reason in reasons:
        logger.error("  %s", reason)
