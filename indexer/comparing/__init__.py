"""Comparing groups of calls, over time too, and before with after coaching."""

from indexer.comparing.comparing import compare
from indexer.comparing.effects import INTERVENTIONS, EffectPlan, effect_of
from indexer.comparing.interventions import interventions, plan_of
from indexer.comparing.measures import TRACKER, require_metric
from indexer.comparing.plotting import comparison_plot
from indexer.comparing.rows import COMPARISON_COLUMNS, comparison_rows
from indexer.comparing.selecting import select
from indexer.comparing.spots import Moments, telling_moments
from indexer.comparing.telling import estimated, number, told_apart, told_effect

__all__ = [
    "COMPARISON_COLUMNS",
    "INTERVENTIONS",
    "TRACKER",
    "EffectPlan",
    "Moments",
    "compare",
    "comparison_plot",
    "comparison_rows",
    "effect_of",
    "estimated",
    "interventions",
    "number",
    "plan_of",
    "require_metric",
    "select",
    "telling_moments",
    "told_apart",
    "told_effect",
]
