"""Examples of metrics."""

from typing import Any, Final

_TALK_RATIO: Final[dict[str, Any]] = {
    "id": "talk_ratio@1",
    "name": "talk_ratio",
    "version": 1,
    "title": "Talk ratio",
    "unit": "share",
    "definition": "Seconds the rep speaks, of the seconds the rep and the contact speak. Where"
    " both speak at once it counts for both; silence for nobody.",
    "needs": "Both sides speak, for 30 s from first word to last. Times and sides are known for"
    " nine tenths of the words.",
    "source": "Gong, interaction stats (talk ratio).",
}
_PATIENCE: Final[dict[str, Any]] = {
    "id": "patience_s@1",
    "name": "patience_s",
    "version": 1,
    "title": "Patience",
    "unit": "s",
    "definition": "Median of the pauses between the end of a contact's turn and the start of the"
    " rep's next. Starting early is a pause of 0; pauses over 10 s are left out.",
    "needs": "The rep speaks after the contact at least once, within 10 s. Times and sides are"
    " known for nine tenths of the words.",
    "source": "Gong, interaction stats (patience).",
}
_SUMMED: Final[dict[str, Any]] = {
    **_TALK_RATIO,
    "n": 1240,
    "mean": {
        "value": 0.571,
        "n": 1240,
        "interval": {"low": 0.548, "high": 0.594, "level": 0.95, "method": "Student"},
        "clusters": 14,
        "why": None,
    },
    "lower_quartile": 0.492,
    "median": 0.566,
    "upper_quartile": 0.648,
}
_FEW: Final[dict[str, Any]] = {
    **_PATIENCE,
    "n": 3,
    "mean": {
        "value": 0.7,
        "n": 3,
        "interval": None,
        "clusters": 2,
        "why": "3 calls are too few for an interval: 12 are needed",
    },
    "lower_quartile": 0.55,
    "median": 0.6,
    "upper_quartile": 0.8,
}

EXAMPLES: Final[dict[str, Any]] = {
    "MetricsOut": {
        "type": "conversation",
        "calls": 1907,
        "conversations": 1264,
        "voicemails": 388,
        "silent": 255,
        "of_type": 1264,
        "measured": 1264,
        "metrics": [_SUMMED, _FEW],
        "searched": {"calls": 1907, "of": 1922, "waiting": 11, "failed": 4, "excluded": 0},
    },
    "FormulasOut": {"metrics": [_TALK_RATIO, _PATIENCE]},
    "CallMetricsOut": {
        "call_id": "acti_7Qm2vXbGd0sN4hLrTzPwKe",
        "type": "conversation",
        "metrics": [{**_TALK_RATIO, "value": 0.612}, {**_PATIENCE, "value": None}],
    },
}
