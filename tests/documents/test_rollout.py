"""What the roll-out guide names is there: tables, columns, gates, documents."""

import json
import re
from typing import Any

import pytest

from orchestration.dbt import dbt_project, prepare_manifest
from orchestration.settings import PROJECT

GUIDE = (PROJECT / "docs" / "rollout.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([^`]+)`")
SEEDS = PROJECT / "seeds"


@pytest.fixture(scope="module")
def published() -> dict[str, set[str]]:
    """The columns of each published table, by schema and name."""
    manifest: dict[str, Any] = json.loads(
        prepare_manifest(dbt_project()).read_text(encoding="utf-8")
    )
    nodes = [*manifest["nodes"].values(), *manifest["sources"].values()]
    return {f"{node['schema']}.{node['name']}": set(node.get("columns", {})) for node in nodes}


def steps() -> list[tuple[list[str], list[str]]]:
    """The tables and the columns that each line of the guide names together."""
    found = []
    for line in GUIDE.splitlines():
        for part in line.split(";"):
            names = NAMED.findall(part)
            tables = [name for name in names if re.fullmatch(r"[a-z]+\.[a-z_]+", name)]
            if tables and "marts.duckdb" not in part:
                columns = [name for name in names if re.fullmatch(r"[a-z_]+", name)]
                found.append((tables, columns))
    return found


def test_every_table_and_column_it_names_is_published(published: dict[str, set[str]]) -> None:
    assert len(steps()) > 20
    for tables, columns in steps():
        assert set(tables) <= published.keys(), tables
        assert set(columns) <= set.union(*(published[table] for table in tables)), tables


def test_it_names_every_gate() -> None:
    lines = (SEEDS / "decision_gates.csv").read_text(encoding="utf-8").splitlines()[1:]
    gates = {line.split(",")[0] for line in lines}
    assert {gate for gate in gates if f"The gate: `{gate}`" in GUIDE} == gates


def test_files_it_names_are_there() -> None:
    named = re.findall(r"`(seeds/[^`]+)`", GUIDE) + [
        f"docs/{page}" for page in re.findall(r"\]\((\w+\.md)\)", GUIDE)
    ]
    assert named
    assert all((PROJECT / name).exists() for name in named)
