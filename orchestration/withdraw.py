"""Taking a landing file out: `python -m orchestration.withdraw retract|quarantine FILE`.

What belongs here: the command line. What does not: what withdrawing does to the lake
(orchestration/ingest).
"""

import argparse
import sys

from orchestration import dbt, ingest
from orchestration.run import NightRunning, only_one
from orchestration.settings import SettingsError, read_settings

STATUS = {"retract": "retracted", "quarantine": "quarantined"}
DONE = {
    "retract": "{file} is retracted: its rows are gone from the lake.",
    "quarantine": "{file} is quarantined: its rows are gone, and nights go on without the file.",
}


def main(arguments: list[str] | None = None) -> int:
    """Withdraw a file; 0 when done, 1 when it cannot be done now or at all."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.withdraw", description=__doc__)
    parser.add_argument("action", choices=sorted(STATUS))
    parser.add_argument("file", help="its path below the landing folder: <feed>/<file>")
    chosen = parser.parse_args(arguments)
    try:
        settings = read_settings()
        feeds = ingest.load_feeds(dbt.prepare_manifest(dbt.dbt_project()))
        with only_one(settings):
            ingest.withdraw(settings, feeds, chosen.file, STATUS[chosen.action])
    except (SettingsError, NightRunning, ingest.WithdrawalError) as error:
        print(f"Nothing was withdrawn: {error}", file=sys.stderr)
        return 1
    print(DONE[chosen.action].format(file=chosen.file), "The next night publishes without them.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
