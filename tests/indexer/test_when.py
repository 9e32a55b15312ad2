"""Moments as people write them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from indexer.when import parse_when
from models.errors import QueryInvalid

NOW = datetime(2026, 3, 11, 15, 30, 20, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30d", NOW - timedelta(days=30)),
        ("12h", NOW - timedelta(hours=12)),
        ("6w", NOW - timedelta(weeks=6)),
        ("45m", NOW - timedelta(minutes=45)),
        ("0d", NOW),
        (" 7D ", NOW - timedelta(days=7)),
        ("today", datetime(2026, 3, 11, tzinfo=UTC)),
        ("Yesterday", datetime(2026, 3, 10, tzinfo=UTC)),
        ("2026-03-01", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T09:30", datetime(2026, 3, 1, 9, 30, tzinfo=UTC)),
        ("2026-03-01 09:30:15", datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC)),
        ("2026-03-01T09:30:15z", datetime(2026, 3, 1, 9, 30, 15, tzinfo=UTC)),
        ("2026-03-01T09:30:00+02:00", datetime(2026, 3, 1, 7, 30, tzinfo=UTC)),
    ],
)
def test_a_moment_is_understood(text: str, expected: datetime) -> None:
    assert parse_when(text, now=NOW) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "soon",
        "30",
        "d",
        "-3d",
        "3.5d",
        "30 d",
        "30y",
        "٣d",
        "99999999d",
        "999999999w",
        "9999999999999999999999d",
        "0000-01-01",
        "2026-13-01",
        "2026-02-30",
        "10000-01-01",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-14:00",
        "2026-03-01T25:00",
        "2026-03-01T09:30+99:00",
        "2026-03-01\x00",
        "2" * 100_000,
    ],
)
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(QueryInvalid, match="try 30d or 2026-03-01") as refusal:
        parse_when(text, now=NOW, field="since")
    assert refusal.value.field == "since"
    assert len(str(refusal.value)) < 150


@given(st.text(max_size=60))
@example("2026-W10-1")
def test_any_text_is_a_moment_in_utc_or_refused(text: str) -> None:
    try:
        moment = parse_when(text, now=NOW)
    except QueryInvalid:
        return
    assert moment.tzinfo is UTC


@given(st.datetimes(), st.integers(-14 * 60, 14 * 60))
def test_an_iso_time_keeps_its_moment(naive: datetime, offset_minutes: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=offset_minutes)))
    try:
        expected = moment.astimezone(UTC)
    except OverflowError:
        with pytest.raises(QueryInvalid):
            parse_when(moment.isoformat(), now=NOW)
        return
    assert parse_when(moment.isoformat(), now=NOW) == expected


@given(st.integers(0, 999_999_999), st.sampled_from("mhdw"))
def test_an_age_is_counted_back_or_refused(count: int, unit: str) -> None:
    unit_s = {"m": 60, "h": 3600, "d": 86400, "w": 604800}[unit]
    reaches = (NOW - datetime.min.replace(tzinfo=UTC)).total_seconds()
    if count * unit_s > reaches:
        with pytest.raises(QueryInvalid):
            parse_when(f"{count}{unit}", now=NOW)
    else:
        ago = NOW - parse_when(f"{count}{unit}", now=NOW)
        assert ago == timedelta(seconds=count * unit_s)
