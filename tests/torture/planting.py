"""Landing files full of what must not be found anywhere else.

What belongs here: marks, and planting them in files of every declared feed. What does not:
searching for them (test_privacy.py).
"""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from demo.company import write
from orchestration.ingest import Feed

# Long enough to be told from chance in base64, and short enough for Iceberg's column bounds.
PREFIX = "zqxmark7"
OF_DEMO = re.compile(r"\bW(\d{6})\b")
ROWS_PLANTED = 3
# Lists and objects of OTLP's own, in which attributes stand.
ATTRIBUTED = ("resource", "scope", "spans", "logRecords")


@dataclass
class Marks:
    """Texts that stand nowhere but where they were planted.

    places: where each was planted, by mark. persons: those planted as ids of persons.
    """

    places: dict[str, str] = field(default_factory=dict)
    persons: set[str] = field(default_factory=set)

    def mark(self, place: str) -> str:
        """A new mark for a place."""
        mark = f"{PREFIX}{len(self.places):04d}"
        self.places[mark] = place
        return mark

    def person(self, place: str) -> str:
        """A new mark that is a person's id."""
        mark = self.mark(place)
        self.persons.add(mark)
        return mark

    def mail(self, place: str) -> str:
        return f"{self.mark(place)}@example.org"

    def text(self, place: str) -> str:
        """Something somebody wrote; letters beyond ASCII are escaped where JSON is written."""
        return f'Zoë {self.mark(place)} wrote: "please pay"'

    def demo_person(self, found: re.Match[str]) -> str:
        mark = f"{PREFIX}{found[1]}"
        self.places.setdefault(mark, "the id of one of the demo company's people")
        self.persons.add(mark)
        return mark


def plant(data: Path, feeds: Mapping[str, Feed], marks: Marks, scale: float, since: str) -> None:
    """Write a demo company's landing files, one a feed, with a mark in every place of each.

    since: leave out what was delivered earlier, positions apart.
    """
    source = data.with_name("unplanted")
    write(source, seed=7, scale=scale)
    for name, feed in feeds.items():
        everything = sorted(p for p in (source / "landing" / name).rglob("*") if p.is_file())
        is_history = name.startswith(("hr_", "workday_"))
        latest = [p for p in everything if p.stem.rpartition("_")[2] >= since]
        texts = [
            OF_DEMO.sub(marks.demo_person, path.read_text(encoding="utf-8"))
            for path in (everything if is_history or not latest else latest)
        ]
        is_table = feed.reader == "table"
        planted = (
            planted_table(feed, texts, marks) if is_table else planted_json(feed, texts, marks)
        )
        target = data / "landing" / name / f"planted.{'csv' if is_table else 'json'}"
        target.parent.mkdir(parents=True)
        target.write_text(planted, encoding="utf-8")


def planted_table(feed: Feed, texts: Iterable[str], marks: Marks) -> str:
    """All rows in one file: marks in personal and undeclared columns, beside what is rejected, and
    in a line that is none."""
    rows = [row for text in texts for row in csv.DictReader(io.StringIO(text))]
    personal = [column for column in feed.columns if column.personal]
    undeclared = ("email", "display_name", "comment")
    for column in personal:
        for row in rows[:ROWS_PLANTED]:
            row[column.source] = marks.person(f"{feed.name}, column {column.source}")
    for row in rows:
        row |= dict.fromkeys(undeclared, "")
    for name in undeclared:
        rows[0][name] = marks.mail(f"{feed.name}, undeclared column {name}")
    for column in feed.columns:
        if column.json_keys or column.format == "numbers":
            rows[0][column.source] = json.dumps({
                "owner": marks.mail(f"{feed.name}, {column.source}, a key of its own"),
                "notes": {"said": marks.text(f"{feed.name}, {column.source}, inside an object")},
            })  # fmt: skip
    broken = next((c for c in feed.columns if c.required and c.data_type != "string"), None)
    if broken and len(rows) > 400:
        row = rows[-1] | {broken.source: "none"}
        row |= {name: marks.mail(f"{feed.name}, rejected row, {name}") for name in undeclared}
        row |= {c.source: marks.person(f"{feed.name}, rejected row, {c.source}") for c in personal}
        rows.append(row)
    told = io.StringIO()
    names = list(dict.fromkeys(name for row in rows for name in row))
    writer = csv.DictWriter(told, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    if len(rows) > 400:
        told.write(f"{marks.person(f'{feed.name}, line of one cell')}\n")
    return told.getvalue()


def planted_json(feed: Feed, texts: Iterable[str], marks: Marks) -> str:
    """All documents, a line each: marks in undeclared members and attributes at every depth, in
    personal ones, and in a line that is no JSON."""
    lines = [json.loads(line) for text in texts for line in text.splitlines() if line.strip()]
    planter = _Planter(feed, marks)
    told = [json.dumps(planter.planted(line, ())) for line in lines]
    if len(told) > 200:
        told.append(f'{{"id": "{marks.person(f"{feed.name}, line that is no JSON")}", "input":')
    return "\n".join(told) + "\n"


@dataclass
class _Planter:
    """Plants in some records at every depth of a feed's documents."""

    feed: Feed
    marks: Marks
    seen: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def planted(self, node: Any, path: tuple[str, ...]) -> Any:
        if isinstance(node, list):
            return [self.planted(member, path) for member in node]
        if not isinstance(node, dict) or "attributes" in path:
            return node
        told = {name: self.planted(member, (*path, name)) for name, member in node.items()}
        self.seen[path] += 1
        if self.seen[path] > ROWS_PLANTED:
            return told
        place = f"{self.feed.name}, {'.'.join(path) or 'document'}"
        if not self.feed.reader.startswith("otlp"):
            return self._json_record(told, path, place)
        if path and path[-1] in ATTRIBUTED:
            return self._otlp_record(told, place)
        return told

    def _json_record(
        self, record: dict[str, Any], path: tuple[str, ...], place: str
    ) -> dict[str, Any]:
        for column in self.feed.columns:
            names = {field.rpartition(".")[2] for field in column.fields}
            if column.personal:
                for name in names & record.keys():
                    record[name] = self.marks.person(f"{place}, {name}")
        written = {
            "email": self.marks.mail(f"{place}, undeclared email"),
            "input": {"messages": [{"content": self.marks.text(f"{place}, a prompt")}]},
            "output": self.marks.text(f"{place}, an answer"),
            "comment": self.marks.text(f"{place}, a comment"),
            "statusMessage": self.marks.text(f"{place}, a status message"),
        }
        declared = {field for column in self.feed.columns for field in column.fields}
        undeclared = {
            n: text for n, text in written.items() if ".".join((*path, n)) not in declared
        }
        return record | undeclared

    def _otlp_record(self, record: dict[str, Any], place: str) -> dict[str, Any]:
        mark = self.marks
        undeclared = {
            "gen_ai.prompt": {"stringValue": mark.text(f"{place}, prompt")},
            "user.email": {"stringValue": mark.mail(f"{place}, e-mail")},
            "gen_ai.input.messages": {"arrayValue": {"values": [
                {"kvlistValue": {"values": [
                    {"key": "content", "value": {"stringValue": mark.text(f"{place}, message")}},
                ]}},
            ]}},
            "gen_ai.system_instructions": {"kvlistValue": {"values": [
                {"key": "said", "value": {"stringValue": mark.text(f"{place}, kvlist")}},
            ]}},
        }  # fmt: skip
        listed = [{"key": name, "value": value} for name, value in undeclared.items()]
        personal = {a for c in self.feed.columns if c.personal for a in c.attributes}
        declared = [a for a in record.get("attributes", []) if a["key"] not in personal]
        if not place.endswith("scope"):
            declared += [
                {"key": name, "value": {"stringValue": mark.person(f"{place}, {name}")}}
                for name in personal
            ]
        record["attributes"] = declared + listed
        if place.endswith(("spans", "logRecords")):
            # Where a text belongs, a list of texts: the record is rejected.
            declared[0]["value"] = undeclared["gen_ai.system_instructions"]
            record |= {
                "body": {"stringValue": mark.text(f"{place}, body")},
                "events": [{"name": mark.text(f"{place}, event"), "attributes": listed}],
                "links": [{"traceState": mark.mark(f"{place}, link"), "attributes": listed}],
                "status": {**record.get("status", {}), "message": mark.text(f"{place}, status")},
            }
        return record
