"""The dbt models as two steps: staging, and everything behind it.

What belongs here: how dbt's nodes become Dagster assets and how dbt is called. What does not: the
models. Two steps, because a blocking check stops only what is in a later step.
"""

from collections.abc import Iterator, Mapping
from typing import Any

import dagster as dg
from dagster_dbt import (
    DagsterDbtTranslator,
    DagsterDbtTranslatorSettings,
    DbtCliResource,
    DbtProject,
    dbt_assets,
)

from orchestration import spark
from orchestration.assets.night import Night
from orchestration.run import artifacts

STAGING = "tag:staging"


class Translator(DagsterDbtTranslator):
    """Asset groups by step; tests are checks of models only, since gates judge the sources."""

    def __init__(self) -> None:
        super().__init__(
            DagsterDbtTranslatorSettings(
                enable_asset_checks=True, enable_source_tests_as_checks=False
            )
        )

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str:
        return "staging" if "staging" in dbt_resource_props["tags"] else "marts"


def model_assets(project: DbtProject) -> list[dg.AssetsDefinition]:
    """The two dbt steps. Unit tests prove logic, not data: they do not run at night."""
    return [
        _step(project, "staging", select=STAGING),
        _step(project, "marts", exclude=STAGING),
    ]


def _step(project: DbtProject, step: str, **selection: str) -> dg.AssetsDefinition:
    """The assets of one step. selection: dbt's `select` or `exclude`."""

    @dbt_assets(
        name=step,
        manifest=project.manifest_path,
        project=project,
        dagster_dbt_translator=Translator(),
        **selection,
    )
    def models(
        context: dg.AssetExecutionContext, night: dg.ResourceParam[Night], dbt: DbtCliResource
    ) -> Iterator[Any]:
        yield from _build(context, night, dbt, step)

    return models


def _build(
    context: dg.AssetExecutionContext, night: Night, dbt: DbtCliResource, step: str
) -> Iterator[Any]:
    # Cautious: a test that also reads the other step's models belongs to the later step.
    arguments = [
        "build",
        "--exclude-resource-type",
        "unit_test",
        "--indirect-selection",
        "cautious",
    ]
    if night.is_rebuild:
        arguments.append("--full-refresh")
    yield from dbt.cli(
        arguments, context=context, target_path=artifacts(night.run.folder, step)
    ).stream()
    if night.settings.spark:
        spark.show(night.settings, night.manifest, step)
