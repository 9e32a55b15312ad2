"""What is said of each metric."""

from datetime import UTC, datetime

import pytest

from indexer.metrics import FORMULAS, METRICS, figure_of, type_of
from indexer.metrics import formulas as written_formulas
from indexer.metrics.formulas import FORMULAS_BY_NAME
from indexer.metrics.lists import ENGLISH
from indexer.metrics.writing import written
from models import Kind
from models.metric import CallType, Unit
from models.outline import CallOutline, Figures

RECORDING, VOICEMAIL = frozenset({Kind.RECORDING}), frozenset({Kind.VOICEMAIL})


def an_outline(
    spoken: frozenset[Kind] = RECORDING,
    disposition: str | None = "answered",
    figures: Figures | None = None,
) -> CallOutline:
    return CallOutline(
        id="a", activity_at=datetime(2026, 3, 11, tzinfo=UTC), user_id=None, user_name=None,
        lead_id=None, contact_id=None, direction=None, disposition=disposition, call_method=None,
        outcome_id=None, playbook_id=None, duration_s=60, spoken=spoken, figures=figures,
    )  # fmt: skip


def test_every_metric_has_a_formula_and_every_formula_its_metric() -> None:
    assert list(METRICS) == list(FORMULAS_BY_NAME)
    assert FORMULAS.split() == [metric.id for metric in METRICS.values()]


def test_formulas_name_their_id_and_version_where_they_are_written() -> None:
    docstrings = " ".join(str(f.__doc__) for f in vars(written_formulas).values() if callable(f))
    for metric in METRICS.values():
        assert metric.id in docstrings.replace(":", " ").replace(",", " ").split()
        assert metric.source.endswith(".")
        assert len(metric.definition) > 20


def test_every_announcement_has_a_word_it_is_looked_up_by() -> None:
    for phrase in ENGLISH.announcements:
        assert not ENGLISH.announcement_words.isdisjoint(phrase.split()), phrase


def test_lists_hold_words_as_they_are_cut() -> None:
    words = ENGLISH.fillers | ENGLISH.backchannels | ENGLISH.not_before_pairs
    assert all(word == word.lower() and " " not in word for word in words)
    assert not ENGLISH.fillers & ENGLISH.backchannels


@pytest.mark.parametrize(
    ("outline", "kind"),
    [
        (an_outline(), CallType.CONVERSATION),
        (an_outline(disposition=None), CallType.CONVERSATION),
        (an_outline(RECORDING | VOICEMAIL), CallType.CONVERSATION),
        (an_outline(disposition="vm-left"), CallType.VOICEMAIL),
        (an_outline(disposition="vm-answer"), CallType.VOICEMAIL),
        (an_outline(VOICEMAIL), CallType.VOICEMAIL),
        (an_outline(frozenset()), None),
        (an_outline(frozenset(), "vm-left"), None),
    ],
)
def test_a_call_is_a_conversation_or_a_voicemail(
    outline: CallOutline, kind: CallType | None
) -> None:
    assert type_of(outline) is kind


def test_a_voicemail_has_no_figure_of_two_sides() -> None:
    figures = {"talk_ratio": 0.5, "conversation_s": 20.0}
    talked, left = an_outline(figures=figures), an_outline(VOICEMAIL, figures=figures)
    assert [figure_of(talked, name) for name in figures] == [0.5, 20.0]
    assert [figure_of(left, name) for name in figures] == [None, 20.0]
    assert figure_of(an_outline(), "talk_ratio") is None


@pytest.mark.parametrize(
    ("figure", "unit", "text"),
    [
        (0.5119, Unit.SHARE, "51.2%"),
        (0.46, Unit.SECONDS, "0.46 s"),
        (17.46, Unit.SECONDS, "17.5 s"),
        (3.0, Unit.COUNT, "3"),
        (8.2, Unit.COUNT, "8.20"),
        (1234.5, Unit.PER_HOUR, "1,234.5/h"),
        (None, Unit.SECONDS, "\u2013"),
    ],
)
def test_figures_are_written_with_their_unit(figure: float | None, unit: Unit, text: str) -> None:
    assert written(figure, unit) == text
