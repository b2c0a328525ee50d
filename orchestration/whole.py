"""Files that are there whole or not at all, whenever whoever writes them is killed.

What belongs here: writing one. What does not: what it says, or when it has to last (publish.py).
"""

from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Write a text file in the place of the one before, if there is one."""
    partial = path.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(path)
