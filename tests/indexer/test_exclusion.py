"""Rules that leave calls out."""

from typing import Any

import pytest

from indexer.exclusion import read_rule, rule_against
from tests.factories import a_call


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("user_id:user_1", {"user_id": "user_1"}),
        (" lead_id : lead_1 ", {"lead_id": "lead_1"}),
        ("contact_id:cont_1", {"contact_id": "cont_1"}),
        ("outcome_id:outcome_1", {"outcome_id": "outcome_1"}),
        ("disposition:busy", {"disposition": "busy"}),
        ("direction:inbound", {"direction": "inbound"}),
        ("call_method:external", {"call_method": "external"}),
        ("max_duration:59", {"duration_s": 59}),
    ],
)
def test_a_rule_means_the_calls_it_names_and_no_other(text: str, fields: dict[str, Any]) -> None:
    rule = read_rule(text)
    assert rule_against(a_call(**fields), [rule]) is rule
    assert rule_against(a_call(), [rule]) is None
    assert " " not in rule.text


def test_the_first_rule_that_matches_is_told() -> None:
    rules = [read_rule("direction:inbound"), read_rule("disposition:busy")]
    assert rule_against(a_call(disposition="busy"), rules) is rules[1]
    assert rule_against(a_call(disposition="busy", direction="inbound"), rules) is rules[0]


@pytest.mark.parametrize(
    "text",
    ["", "user_id", "user_id:", "user:user_1", "max_duration:-1", "max_duration:1.5",
     "max_duration:9999999999", "max_duration:\u0661", "since:30d"],
)  # fmt: skip
def test_what_is_no_rule_is_refused_with_the_names_there_are(text: str) -> None:
    with pytest.raises(ValueError, match=r"user_id.*max_duration \(seconds\)"):
        read_rule(text)
