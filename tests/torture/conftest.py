"""What the tests that break the house on purpose share.

What belongs here: how often they try. What does not: breaking anything.

Each of these tests has two sizes: a short one in `make test`, and a heavy one in `make torture`,
which sets OUTTURN_TORTURE.
"""

import os

IS_HEAVY = bool(os.environ.get("OUTTURN_TORTURE"))


def tries(short: int, heavy: int) -> int:
    """How often to try: less in `make test` than in `make torture`."""
    return heavy if IS_HEAVY else short
