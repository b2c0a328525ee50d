"""People's keys: `python -m orchestration.persons forget PERSON`, or `rotate-key`.

What belongs here: the command line. What does not: what it does to the lake
(orchestration/ingest/persons.py).
"""

import argparse
import sys
from collections.abc import Iterator, Mapping

from orchestration import dbt, ingest, reproduce
from orchestration.run import NightRunning, only_one
from orchestration.settings import SettingsError, read_settings

REBUILT = "The next night makes the warehouse again."


def main(arguments: list[str] | None = None) -> int:
    """Do what is asked; 0 when done, 1 when it cannot be done now or at all."""
    parser = argparse.ArgumentParser(prog="python -m orchestration.persons", description=__doc__)
    actions = parser.add_subparsers(dest="action", required=True)
    forget = actions.add_parser("forget", help="sever a person's key from the id, for good")
    forget.add_argument("person", type=str.strip, help="the person's id, as the feeds tell it")
    actions.add_parser("rotate-key", help="add the last secret of OUTTURN_PERSON_KEY to the lake")
    chosen = parser.parse_args(arguments)
    try:
        settings = read_settings()
        # A reproduction, also one that was killed, holds keys of before.
        with only_one(settings), reproduce.scratch_folder(settings):
            if chosen.action == "rotate-key":
                ingest.rotate(settings)
                print(f"All keys in the lake are made with the new secret too. {REBUILT}")
            else:
                rows = ingest.forget(settings, chosen.person)
                feeds = ingest.load_feeds(dbt.prepare_manifest(dbt.dbt_project()))
                named = ingest.landing_files_naming(settings, feeds, chosen.person)
                print(*_told(rows, named), sep="\n")
    except (SettingsError, NightRunning, ingest.PersonKeyError, ingest.LakeError) as error:
        print(f"This was not done: {error}", file=sys.stderr)
        return 1
    return 0


def _told(rows: Mapping[str, int], named: ingest.Named) -> Iterator[str]:
    """What a forgetting closes with. rows: that named the person, by table."""
    if rows:
        places = ", ".join(f"{number:,} rows of {table}" for table, number in rows.items())
        yield f"The person is forgotten: {places} lead to nobody any more, nor does the history."
        yield f"Hours and money stay. {REBUILT}"
    else:
        yield "Nothing in the lake named the person, who was forgotten before or has another id."
        yield "Files that name the person and land later will lead to nobody."
    if named.naming:
        yield "Landing files that still name the person, for their owners to remove or correct:"
        yield from (f"  {file}" for file in named.naming)
    else:
        yield "No landing file names the person."
    if named.unreadable:
        yield "Landing files that could not be read to see:"
        yield from (f"  {file}" for file in named.unreadable)


if __name__ == "__main__":
    sys.exit(main())
