"""The command line: python -m demo --data DIR [--seed 1] [--scale 1.0] [--until YYYY-MM-DD]."""

import argparse
from datetime import date
from pathlib import Path

from demo.company import write


def main() -> None:
    """Write the company and say what was written."""
    parser = argparse.ArgumentParser(prog="python -m demo", description=write.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="the folder of landing/")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--until", type=date.fromisoformat, default=None)
    chosen = parser.parse_args()
    try:
        written = write(chosen.data, chosen.seed, chosen.scale, chosen.until)
    except ValueError as wrong:
        parser.error(str(wrong))
    for feed, rows in written.rows.items():
        print(f"{feed:>24} {rows:>12,} rows")
    print(f"{'':>24} {written.seconds:>12.1f} seconds")


if __name__ == "__main__":
    main()
