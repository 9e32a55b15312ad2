import httpx
import pytest

from indexer.close.rate_limit import read_allowance, rounded_up


@pytest.mark.parametrize(
    ("headers", "reset_s"),
    [
        pytest.param({"RateLimit": "limit=9, remaining=5, reset=5"}, 5.0, id="whole"),
        pytest.param({"ratelimit": "limit=9, remaining=0, reset=0.59"}, 0.59, id="decimal"),
        pytest.param({"RateLimit": "reset=.5"}, 0.5, id="no digit before the point"),
        pytest.param({"RateLimit": "reset=3", "retry-after": "4"}, 3.0, id="reset goes first"),
        pytest.param({"retry-after": "4", "ratelimit-reset": "9"}, 4.0, id="then retry-after"),
        pytest.param({"ratelimit-reset": "3.2"}, 3.2, id="then ratelimit-reset"),
        pytest.param({"RateLimit": "reset=soon", "retry-after": "4"}, 4.0, id="unusable reset"),
        pytest.param({"retry-after": "Wed, 11 Mar 2026 12:00:00 GMT"}, None, id="a date"),
        pytest.param({"retry-after": "-4"}, None, id="negative"),
        pytest.param({}, None, id="nothing"),
    ],
)
def test_the_wait_is_read_from_the_most_exact_header(
    headers: dict[str, str], reset_s: float | None
) -> None:
    assert read_allowance(httpx.Headers(headers)).reset_s == reset_s


@pytest.mark.parametrize(
    ("told", "is_spent"),
    [
        ("limit=9, remaining=0, reset=1", True),
        ("limit=9, remaining=1, reset=1", False),
        ("", False),
    ],
)
def test_an_allowance_is_spent_when_nothing_remains(told: str, *, is_spent: bool) -> None:
    assert read_allowance(httpx.Headers({"RateLimit": told})).is_spent is is_spent


@pytest.mark.parametrize(("wait_s", "rounded_s"), [(0.59, 0.6), (5.0, 5.0), (0.01, 0.1)])
def test_waits_are_rounded_up_to_a_tenth(wait_s: float, rounded_s: float) -> None:
    assert rounded_up(wait_s) == pytest.approx(rounded_s)
