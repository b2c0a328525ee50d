"""The marts of every area beyond work, cost and savings.

What belongs here: one line an area. What does not: a mart's declaration, which stands in its
area's module.
"""

from tests.oracle import (
    area_adoption,
    area_core,
    area_experiments,
    area_governance,
    area_models,
    area_returns,
)
from tests.oracle.declared import Mart

AREAS: dict[str, Mart] = {
    **area_core.MARTS,
    **area_models.MARTS,
    **area_experiments.MARTS,
    **area_returns.MARTS,
    **area_adoption.MARTS,
    **area_governance.MARTS,
}
