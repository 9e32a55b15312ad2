"""The demo's invented calls: the same everywhere, complete, and not ten sentences shuffled."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from scripts.close_standin.world import Record, World
from scripts.demo_calls import build_world
from scripts.demo_calls.__main__ import as_text, table, utterances
from scripts.demo_calls.fill import fill, in_words
from scripts.demo_calls.ids import dice
from scripts.demo_calls.scenes import SceneError, parse, read_scenes

TODAY = date(2026, 6, 15)
DISPOSITIONS = {
    "answered", "no-answer", "vm-left", "vm-answer", "busy", "blocked", "error", "abandoned", None,
}  # fmt: skip


@pytest.fixture(scope="module")
def world() -> World:
    return build_world(today=TODAY)


def transcripts(call: Record) -> list[Record]:
    return [t for t in (call["recording_transcript"], call["voicemail_transcript"]) if t]


def test_the_same_arguments_give_the_same_world(world: World) -> None:
    assert build_world(today=TODAY) == world


def test_another_seed_gives_other_calls(world: World) -> None:
    other = build_world(today=TODAY, seed=8, calls=40)

    assert not {call["id"] for call in other.calls} & {call["id"] for call in world.calls}


def test_the_ids_stay_what_they_are_on_every_machine() -> None:
    oldest = min(build_world(today=TODAY, calls=20).calls, key=lambda call: str(call["id"]))

    assert re.fullmatch(r"acti_[0-9A-Za-z]{43}", oldest["id"])
    assert dice("a", 1).random() == 0.3319052505526885


@pytest.mark.parametrize("calls", [1, 20, 90])
def test_there_are_as_many_calls_as_asked_for(calls: int) -> None:
    assert len(build_world(today=TODAY, calls=calls).calls) == calls


def test_every_way_a_call_can_end_occurs(world: World) -> None:
    endings = Counter(call["disposition"] for call in world.calls)

    assert set(endings) == DISPOSITIONS
    assert endings["answered"] / len(world.calls) == pytest.approx(0.6, abs=0.02)


def test_voicemails_are_left_both_ways(world: World) -> None:
    left = [call for call in world.calls if call["disposition"] == "vm-left"]

    assert {call["direction"] for call in left} == {"inbound", "outbound"}
    assert all(call["duration"] == 0 and call["voicemail_duration"] > 0 for call in left)
    assert any(call["user_id"] is None and call["direction"] == "inbound" for call in left)


def test_no_two_records_share_an_id(world: World) -> None:
    ids = [
        record["id"]
        for records in (world.calls, world.leads, world.contacts, world.users, world.outcomes)
        for record in records
    ]

    assert len(set(ids)) == len(ids)


def test_calls_point_to_leads_contacts_and_colleagues_that_exist(world: World) -> None:
    leads = {lead["id"] for lead in world.leads}
    contacts = {contact["id"]: contact["lead_id"] for contact in world.contacts}
    members = world.organization["memberships"] + world.organization["inactive_memberships"]

    for call in world.calls:
        assert call["lead_id"] in leads | {None}
        assert contacts.get(call["contact_id"]) == call["lead_id"]
        assert call["user_id"] in {member["user_id"] for member in members} | {None}


def test_one_outcome_was_deleted_but_calls_keep_it(world: World) -> None:
    known = {outcome["id"] for outcome in world.outcomes}
    gone = [call["outcome_id"] for call in world.calls if call["outcome_id"] not in known | {None}]

    assert len(gone) >= 2
    assert len(set(gone)) == 1


def test_the_calls_fill_the_year_before_today(world: World) -> None:
    days = [(TODAY - date.fromisoformat(call["date_created"][:10])).days for call in world.calls]

    assert min(days) >= 1
    assert 300 <= max(days) <= 365
    assert sum(day <= 30 for day in days) >= 40


def test_no_slot_or_bracket_is_left_unfilled(world: World) -> None:
    written = [
        text
        for call in world.calls
        for text in [
            call["note"],
            *(t["summary_text"] for t in transcripts(call)),
            *(said["text"] for said in utterances(call)),
        ]
        if text
    ]

    assert not [text for text in written if re.search(r"[{}\[\]|]", text)]


def test_utterances_come_in_order_and_within_the_recording(world: World) -> None:
    for call in world.calls:
        said = utterances(call)
        length_s = call["duration"] or call["voicemail_duration"]
        starts = [u["start"] for u in said]
        assert starts == sorted(starts)
        assert all(0 <= u["start"] < u["end"] <= length_s for u in said)


def test_most_of_what_is_said_is_said_in_few_calls(world: World) -> None:
    calls_by_text: dict[str, set[str]] = {}
    texts = [
        (said["text"], call["id"])
        for call in world.calls
        for said in utterances(call)
        if len(said["text"].split()) >= 5
    ]
    for text, call_id in texts:
        calls_by_text.setdefault(text, set()).add(call_id)

    rare = sum(len(calls_by_text[text]) <= 3 for text, _ in texts)
    assert rare / len(texts) >= 0.6


def test_no_lead_hears_the_same_stretch_twice(world: World) -> None:
    said = Counter(
        (call["lead_id"], text)
        for call in world.calls
        if call["lead_id"]
        for text in {u["text"] for u in utterances(call) if len(u["text"].split()) >= 14}
    )

    assert [once for once, times in said.items() if times > 1] == []


def test_some_calls_are_long_and_some_are_short(world: World) -> None:
    talked_s = [call["duration"] for call in world.calls if call["disposition"] == "answered"]

    assert min(talked_s) < 60
    assert sum(seconds >= 600 for seconds in talked_s) >= 4


def test_transcripts_have_the_gaps_of_real_ones(world: World) -> None:
    recorded = [call["recording_transcript"] for call in world.calls if call["has_recording"]]
    said = [u for transcript in recorded if transcript for u in transcript["utterances"]]

    assert None in recorded
    assert any(transcript and not transcript["utterances"] for transcript in recorded)
    assert any(not u["speaker_label"] for u in said)
    assert {u["speaker_side"] for u in said} == {"close-user", "contact", "unknown"}


def test_an_empty_note_keeps_its_empty_paragraph(world: World) -> None:
    notes = {(call["note"], call["note_html"]) for call in world.calls}

    assert (None, None) in notes
    assert ("", "<body><p></p></body>") in notes


def test_a_call_can_be_read_as_text(world: World) -> None:
    call = next(call for call in world.calls if utterances(call))

    assert utterances(call)[0]["text"] in as_text(call, world)
    assert "answered" in table(world)


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [
        pytest.param("== a\nstage: demo\nU: Hi {wrong}", 3, "unknown slot {wrong}", id="slot"),
        pytest.param("== a\nstage: lunch\nU: Hi", 2, "unknown stage 'lunch'", id="stage"),
        pytest.param("# why\n\n== a\nstage: demo\n", 3, "no U: or C: line", id="empty"),
        pytest.param("== a\nU: Hi", 1, "has no stage", id="no stage"),
        pytest.param("U: Hi", 1, "before the first", id="no heading"),
        pytest.param("== A b\nU: Hi", 1, "kebab", id="heading"),
        pytest.param("== a\nstage: demo\nU: [Hi|Hello", 3, "not closed", id="bracket"),
        pytest.param("== a\nstage: demo\nU: Hi}", 3, "brace", id="brace"),
        pytest.param("== a\nstage: demo\nX: Hi", 3, "not a field", id="field"),
        pytest.param("== a\nstage: demo\nwith: mood\nU: Hi", 3, "key=value", id="fact"),
    ],
)
def test_a_broken_scene_is_named_by_file_and_line(
    tmp_path: Path, text: str, line: int, problem: str
) -> None:
    path = tmp_path / "broken.txt"
    path.write_text(text, "utf-8")

    with pytest.raises(SceneError, match=re.escape(problem)) as caught:
        parse(path)

    assert str(caught.value).startswith(f"broken.txt:{line}: ")


def test_a_scene_id_used_in_two_files_is_an_error(tmp_path: Path) -> None:
    for name in ("one.txt", "two.txt"):
        (tmp_path / name).write_text("== same\nstage: demo\nU: Hi", "utf-8")

    with pytest.raises(ValueError, match="same is used twice"):
        read_scenes(tmp_path)


def test_an_article_follows_the_word_that_fills_the_slot() -> None:
    words = {"industry": "HVAC contractor", "job": "tune-ups", "job_one": "tune-up"}

    spoken = fill("A {industry} does {job}, a {job} at a time.", words, dice("any"))

    assert spoken == "An HVAC contractor does tune-ups, a tune-up at a time."


@pytest.mark.parametrize(
    ("number", "words"),
    [
        (49, "forty-nine"),
        (300, "three hundred"),
        (8200, "eight thousand two hundred"),
        (11_000, "eleven thousand"),
    ],
)
def test_numbers_are_said_as_people_say_them(number: int, words: str) -> None:
    assert in_words(number) == words
