"""What a call measures: pure functions of its transcript, each with an id and a version.

    METRICS   every metric by name: definition, unit, source, `talk_ratio@1`
    FORMULAS  all versions in one string, as a store keeps figures by them
    measure   a transcript's figures by name; None where one is not defined
    type_of   whether a call is a conversation or a voicemail: these are never averaged together

Figures are of the recording's transcript, else of the voicemail's. They are of its
words, sides and times alone, so that they change only when these do.
"""

from indexer.metrics.catalogue import FORMULAS, METRICS
from indexer.metrics.formulas import measure
from indexer.metrics.types import figure_of, type_of

__all__ = ["FORMULAS", "METRICS", "figure_of", "measure", "type_of"]
