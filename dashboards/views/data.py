"""Can I trust what is under these numbers?"""

from typing import Any

import pandas as pd
import streamlit as st

from dashboards import figures, publication
from dashboards.wording import count, day, known, plain

FOUND = "governance.validation_results"
COVERAGE = "governance.kpi_coverage"
MANIFEST = "governance.run_manifest"
# The manifest's list of input files, a row each.
FILES = f"""
    select file.* from (
        select unnest(from_json(input_files, '[{{"feed": "VARCHAR", "file": "VARCHAR",
            "sha256": "VARCHAR", "status": "VARCHAR", "rows_read": "BIGINT",
            "rows_loaded": "BIGINT", "rows_rejected": "BIGINT", "loaded_at": "TIMESTAMP",
            "reason": "VARCHAR"}}]')) as file
        from {MANIFEST}
    )
"""
# A row for each feed that is declared, also where nothing of it ever landed. Snapshots as text:
# they are larger than a browser's numbers.
FEEDS = f"""
    select declared.feed, count(file.file) filter (status = 'loaded') as files_loaded,
        count(file.file) filter (status <> 'loaded') as files_not_loaded,
        cast(coalesce(sum(rows_loaded), 0) as bigint) as rows_loaded,
        cast(coalesce(sum(rows_rejected), 0) as bigint) as rows_rejected,
        coalesce(strftime(max(loaded_at) filter (status = 'loaded'), '%Y-%m-%d %H:%M'), 'never')
            as last_loaded,
        coalesce(any_value(snapshot), 'empty') as lake_snapshot
    from (
        select feed, snapshots ->> ('$."' || feed || '"') as snapshot
        from (select unnest(json_keys(snapshots)) as feed, snapshots from {MANIFEST})
    ) as declared
    left join ({FILES}) as file on declared.feed = file.feed
    group by declared.feed order by declared.feed
"""
STAGES = ["landing", "staging", "marts"]
TOLD = 50

chosen = st.session_state.filters
found = chosen.rows(FOUND, order="status = 'passed', severity, stage, \"table\", expectation")
coverage = chosen.rows(COVERAGE, order="is_complete, kpi")
manifest = chosen.rows(MANIFEST)


def gates() -> None:
    for place, stage in zip(st.columns(len(STAGES)), STAGES, strict=True):
        judged = found[found.stage == stage]
        met = (judged.status == "passed").sum()
        place.metric(stage.capitalize(), f"{met} of {len(judged)} met", border=True)
    failed = found[found.status != "passed"]
    figures.lines(
        (
            f"{row.severity}, {row.status}: {row.table}",
            f"{known(plain, row.reason)} {plain(row.expectation)}"
            f"{'' if pd.isna(row.column) else f' of {plain(row.column)}'},"
            f" rows against it: {known(count, row.unexpected_count)}.",
        )
        for row in failed.itertuples()
    )
    if failed.empty:
        st.success("Every expectation of every stage was met.")


def feeds() -> None:
    st.dataframe(
        publication.query(FEEDS),
        hide_index=True,
        height="content",
        alt="Files and rows of each feed, when its last file was loaded, and its lake snapshot",
    )
    bad = publication.query(
        f"select * from ({FILES}) where status <> 'loaded' or rows_rejected > 0 order by file"
    )
    figures.lines((row.file, trouble(row)) for row in bad.head(TOLD).itertuples())
    if len(bad) > TOLD:
        st.caption(f"{TOLD} of {len(bad)} such files.")
    if bad.empty:
        st.success("Every file was loaded, and no row of it was rejected.")


def trouble(row: Any) -> str:
    parts = [plain(row.status)]
    if row.rows_rejected > 0:
        parts.append(f"{count(row.rows_rejected)} of {count(row.rows_read)} rows rejected")
    if pd.notna(row.reason):
        parts.append(plain(row.reason))
    return "; ".join(parts) + "."


def lacks(row: Any) -> str:
    """What a measure lacks, in words; empty where that is nothing."""
    feeds = {"never landed": row.missing_feeds, "stale": row.stale_feeds}
    rows = {
        "rows without a position": row.rows_without_position,
        "rows without a rate": row.rows_without_rate,
    }
    return "; ".join(
        [f"{said}: {plain(names)}" for said, names in feeds.items() if pd.notna(names) and names]
        + [f"{said}: {count(held)}" for said, held in rows.items() if pd.notna(held) and held]
    )


def covered() -> None:
    wanting = [(row.kpi, lacks(row)) for row in coverage.itertuples()]
    figures.lines((kpi, f"{words}.") for kpi, words in wanting if words)
    if not any(words for _, words in wanting):
        st.success("Every measure has every feed it needs.")


def lineage() -> None:
    kpi = st.selectbox("Measure", sorted(coverage.kpi), key="kpi", bind="query-params")
    its = next(coverage[coverage.kpi == kpi].itertuples())
    if pd.isna(its.needed_feeds) or not its.needed_feeds:
        st.markdown(f"{plain(kpi)} is made of no feed: it tells of the warehouse itself.")
        return
    words = f" Of these, {lacks(its)}." if lacks(its) else ""
    st.markdown(f"{plain(kpi)} is made of: {plain(its.needed_feeds)}.{words}")
    files = publication.query(
        f"select feed, file, sha256, rows_loaded, rows_rejected, loaded_at from ({FILES})"
        " where list_contains(string_split($feeds, ', '), feed) and status = 'loaded'"
        " order by feed, file",
        {"feeds": its.needed_feeds},
    )
    if files.empty:
        st.info("None of its feeds has a file in the lake.")
    else:
        said = f"Files that {kpi} is made of, with the hash of their content"
        st.dataframe(files, hide_index=True, alt=said)


def this_run() -> None:
    figures.lines(
        (
            f"Run {row.run_id}",
            f"as of {day(row.as_of_date)}, code {plain(row.code_version)}, begun"
            f" {row.started_at:%Y-%m-%d %H:%M}, published {row.published_at:%Y-%m-%d %H:%M} UTC.",
        )
        for row in manifest.itertuples()
    )
    st.dataframe(
        publication.query(
            f"""
            select mart, cast(marts ->> ('$."' || mart || '".rows') as bigint) as rows,
                marts ->> ('$."' || mart || '".content_hash') as content_hash
            from (select unnest(json_keys(marts)) as mart, marts from {MANIFEST})
            order by mart
            """
        ),
        hide_index=True,
        alt="Rows and content hash of each mart",
    )


figures.figure(
    "What did the gates find?",
    FOUND,
    found,
    chosen,
    gates,
    "Each stage is judged before the next begins. A critical failure stops the night, so what"
    " failed here can only be warnings. An empty table has nothing to break: it counts as met.",
)
figures.figure(
    "Is every feed fresh and whole?",
    MANIFEST,
    manifest,
    chosen,
    feeds,
    "Every file that landed is loaded, a duplicate, refused or withdrawn, and what of it was not"
    " loaded stands below. The lake's snapshot is what this run read.",
)
figures.figure(
    "Which measures lack a feed?",
    COVERAGE,
    coverage,
    chosen,
    covered,
    "A measure without its feed is empty, never guessed.",
)
figures.figure(
    "Which files is a measure made of?",
    COVERAGE,
    coverage,
    chosen,
    lineage,
    "Choose a measure; the hash tells whether a file is the one you have.",
    asks=True,
)
figures.figure(
    "Which run is this?",
    MANIFEST,
    manifest,
    chosen,
    this_run,
    "`make reproduce` makes it again from what the lake held then, and compares these hashes.",
)
