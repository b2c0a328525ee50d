"""The metric catalogue: docs/metrics/, one page a published measure, from its declaration in dbt.

The same list is the first page of dbt's own docs, models/overview.md.

What belongs here: laying out what a model's .yml says. What does not: any statement about a
measure; whoever wants a page to say something else edits the .yml.

Run as a program: python -m orchestration.catalogue
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from orchestration import dbt
from orchestration.settings import PROJECT

PAGES = PROJECT / "docs" / "metrics"
OVERVIEW = PROJECT / "models" / "overview.md"
# What config.meta says of a measure, and the heading of its paragraph.
PARAGRAPHS = {
    "question": "The question",
    "formula": "The formula",
    "reading": "How to read it",
    "traps": "Its traps",
    "decision": "The decision it serves",
}
UPPER_CASE = {"fte", "mttr", "npv", "roi"}
GRAINS = {"hourly", "daily", "weekly", "monthly", "quarterly"}


def pages(manifest: Mapping[str, Any]) -> dict[str, str]:
    """The catalogue's files and their text, from dbt's manifest."""
    measures = _measures(manifest)
    return {f"{node['name']}.md": _page(node) for node in measures} | {
        "README.md": _index(measures, lambda node: f"{node['name']}.md")
    }


def overview(manifest: Mapping[str, Any]) -> str:
    """The first page of dbt's docs: the catalogue, with links to dbt's own pages."""
    index = _index(
        _measures(manifest), lambda node: f"#!/{node['resource_type']}/{node['unique_id']}"
    )
    return f"{{% docs __overview__ %}}\n{index}{{% enddocs %}}\n"


def _measures(manifest: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return sorted(
        (
            node
            for kind in ("nodes", "sources")
            for node in manifest[kind].values()
            if "question" in node["config"].get("meta", {})
        ),
        key=lambda node: (node["schema"], node["name"]),
    )


def _page(node: Mapping[str, Any]) -> str:
    meta = node["config"]["meta"]
    parts = [
        f"# {_title(node['name'])}",
        f"Table `{node['schema']}.{node['name']}`. {_line(node['description'])}",
        *(f"**{heading}.** {_line(meta[key])}" for key, heading in PARAGRAPHS.items()),
        f"**Feeds without which it is empty or wrong.** {', '.join(meta['feeds']) or 'none'}.",
        _columns(node["columns"].values()),
    ]
    return "\n\n".join(parts) + "\n"


def _columns(columns: Iterable[Mapping[str, Any]]) -> str:
    rows = [f"| {c['name']} | {c['data_type']} | {_line(c['description'])} |" for c in columns]
    return "\n".join(["| column | type | meaning |", "|---|---|---|", *rows])


def _index(measures: list[Mapping[str, Any]], address: Callable[[Mapping[str, Any]], str]) -> str:
    lines = [
        "# Metric catalogue",
        "",
        "One page a measure, written from the declarations beside the models by `make metrics`.",
    ]
    area = None
    for node in measures:
        if node["schema"] != area:
            area = node["schema"]
            lines += [
                "",
                f"## {area.capitalize()}",
                "",
                "| measure | what it answers |",
                "|---|---|",
            ]
        question = _line(node["config"]["meta"]["question"])
        lines.append(f"| [{_title(node['name'])}]({address(node)}) | {question} |")
    return "\n".join(lines) + "\n"


def _title(name: str) -> str:
    words = name.removeprefix("kpi_").removeprefix("fct_").split("_")
    grain = f", {words.pop()}" if words[-1] in GRAINS else ""
    title = " ".join(word.upper() if word in UPPER_CASE else word for word in words)
    return title[0].upper() + title[1:] + grain


def _line(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())


def write(folder: Path, manifest: Mapping[str, Any]) -> None:
    """Write the catalogue into a folder of its own; pages of measures that are gone go."""
    folder.mkdir(parents=True, exist_ok=True)
    written = pages(manifest)
    for name, text in written.items():
        (folder / name).write_text(text, encoding="utf-8")
    for page in folder.glob("*.md"):
        if page.name not in written:
            page.unlink()


if __name__ == "__main__":
    declared = json.loads(dbt.prepare_manifest(dbt.dbt_project()).read_text(encoding="utf-8"))
    write(PAGES, declared)
    OVERVIEW.write_text(overview(declared), encoding="utf-8")
