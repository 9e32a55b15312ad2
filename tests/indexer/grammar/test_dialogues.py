"""What the box understands: dialogues, who speaks, how soon, and where in the call."""

from dataclasses import replace

import pytest

from indexer.grammar import MOST_STEPS, check_dialogue, parse, parse_gap, parse_part
from models import AllOf, AnyOf, Dialogue, End, Gap, GapUnit, Not, Part, Side, Step, Term
from models.errors import QueryInvalid

SECONDS, TURNS = GapUnit.SECONDS, GapUnit.TURNS


def phrase(text: str) -> Term:
    return Term(text, exact=True)


def steps(text: str) -> tuple[Step, ...]:
    dialogue = parse(text).dialogue
    assert dialogue is not None
    return dialogue.steps


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("contact: too dear", Step(text="too dear", side=Side.CONTACT)),
        ("User: too dear", Step(text="too dear", side=Side.USER)),
        ("anyone: too dear", Step(text="too dear")),
        ("  contact :too dear", Step(text="too dear", side=Side.CONTACT)),
        ("user never: recorded", Step(text="recorded", side=Side.USER, never=True)),
        ("anyone NEVER: recorded", Step(text="recorded", never=True)),
        ("never: recorded", Step(text="recorded", never=True)),
        ("never anywhere: recorded", Step(text="recorded", never=True, anywhere=True)),
        ("user never anywhere: recorded", Step(text="recorded", side=Side.USER, never=True, anywhere=True)),
        ('contact: "too dear"', Step(said=phrase("too dear"), side=Side.CONTACT)),
        ('contact: "too dear" price', Step(text="price", said=phrase("too dear"), side=Side.CONTACT)),
        ("contact: price -down", Step(text="price", said=Not(Term("down", exact=False)), side=Side.CONTACT)),
        ('contact: "a" OR "b"', Step(said=AnyOf((phrase("a"), phrase("b"))), side=Side.CONTACT)),
        ('contact: "a" -"b"', Step(said=AllOf((phrase("a"), Not(phrase("b")))), side=Side.CONTACT)),
        ("user: hi in first 30s", Step(text="hi", side=Side.USER, part=Part(End.FIRST, 30))),
        ("user: hi in the LAST 2 minutes", Step(text="hi", side=Side.USER, part=Part(End.LAST, 120))),
        ("user: hi in last 10%", Step(text="hi", side=Side.USER, part=Part(End.LAST, 10, is_percent=True))),
        ("user: hi in first 100 %", Step(text="hi", side=Side.USER, part=Part(End.FIRST, 100, is_percent=True))),
        ("user: we fly in first class", Step(text="we fly in first class", side=Side.USER)),
        ("user: delivered within minutes", Step(text="delivered within minutes", side=Side.USER)),
        ("user: in the first 30s of it", Step(text="in the first 30s of it", side=Side.USER)),
        ('user: "paid in first 30s"', Step(said=phrase("paid in first 30s"), side=Side.USER)),
        ("contact: user: hi", Step(text="user: hi", side=Side.CONTACT)),
    ],
)  # fmt: skip
def test_one_step_is_understood(text: str, expected: Step) -> None:
    assert steps(text) == (expected,)


@pytest.mark.parametrize(
    ("within", "gap"),
    [
        ("within 60s", Gap(60, SECONDS)),
        ("within 60 secs", Gap(60, SECONDS)),
        ("within 1 second", Gap(1, SECONDS)),
        ("within 2m", Gap(120, SECONDS)),
        ("WITHIN 2 Minutes", Gap(120, SECONDS)),
        ("within 1 turn", Gap(1, TURNS)),
        ("within 3turns", Gap(3, TURNS)),
        ("within 1000000s", Gap(1_000_000, SECONDS)),
    ],
)
def test_how_soon_a_step_comes_is_understood(within: str, gap: Gap) -> None:
    assert steps(f"a -> b {within}")[1] == Step(text="b", within=gap)


@pytest.mark.parametrize("arrow", ["->", "→"])
def test_arrows_order_steps(arrow: str) -> None:
    assert [step.text for step in steps(f"a {arrow} user: b {arrow} c")] == ["a", "b", "c"]


def test_an_arrow_without_spaces_is_none_but_the_sign_always_is() -> None:
    assert parse("a->b").dialogue is None
    assert [step.text for step in steps("a→b")] == ["a", "b"]


def test_both_limits_may_follow_a_step_in_either_order() -> None:
    either = Step(text="b", within=Gap(9, SECONDS), part=Part(End.LAST, 5))
    assert steps("a -> b within 9s in last 5s")[1] == either
    assert steps("a -> b in last 5s within 9s")[1] == either


def test_an_arrow_in_quotes_is_said() -> None:
    assert steps('"x -> y" -> z') == (Step(said=phrase("x -> y")), Step(text="z"))


def test_the_words_of_a_dialogue_are_those_it_asks_for() -> None:
    asked = parse('contact: "too dear" price -> user never: refund -> (discount OR deal)')
    assert (asked.words, asked.bare, asked.said) == ("too dear price discount deal", "", None)


def test_arrows_between_long_steps_are_arrows_though_all_of_it_is_long() -> None:
    ten = " ".join(["word"] * 10)
    assert len(steps(f"{ten} -> {ten} -> {ten}")) == 3
    long = " ".join(["word"] * 16)
    assert parse(f"{long} -> x").dialogue is None


def test_pasted_prose_after_a_speaker_is_one_step_as_it_stands() -> None:
    prose = 'we said "no and that is all there was to say about it on that day - sorry'
    assert steps(f"user: {prose}")[0].text.strip() == prose


@pytest.mark.parametrize(
    ("text", "fault", "problem"),
    [
        ("contact:", "", "must say what to look for"),
        ("contact: a ->", "", "must say what to look for"),
        ("-> a", "-> a", "must say what to look for"),
        ("a -> -> b", " -> b", "must say what to look for"),
        ("a -> user: within 5s", " within 5s", "must say what to look for"),
        ("contact: a within 5s", "within 5s", "something said before"),
        ("contact: a within 5s -> b", "within 5s -> b", "something said before"),
        ("never: a -> b within 2 turns", "within 2 turns", "something said before"),
        ("a -> never anywhere: b within 2 turns", "within 2 turns", "no absence from anywhere"),
        ("a -> b within 5s within 6s", "within 5s within 6s", "said twice"),
        ("contact: a in first 5s in last 6s", "in first 5s in last 6s", "said twice"),
        ("a -> b within 0s", "0s", "not a whole number"),
        ("a -> b within -5s", "-5s", "not a whole number"),
        ("a -> b within 1.5m", "1.5m", "not a whole number"),
        ("a -> b within ten seconds", "ten seconds", "not a whole number"),
        ("a -> b within 1000001s", "1000001s", "not a whole number"),
        ("a -> b within 9000000m", "9000000m", "not a whole number"),
        ("contact: a in first 0%", "0%", "not a whole number"),
        ("contact: a in the last few minutes", "few minutes", "not a whole number"),
        ("contact: a in last 101%", "101%", "no more than 100%"),
        ('a -> user: "b', '"b', "never closed"),
        ("a -> user: b OR", "", "missing here"),
        ("a -> (b OR c -> d", "(b OR c -> d", "bracket is never closed"),
        ("a -> b -> c -> d -> e -> f -> g -> h -> i", "-> i", "at most 8 steps"),
    ],
)
def test_a_mistake_is_pointed_at(text: str, fault: str, problem: str) -> None:
    with pytest.raises(QueryInvalid, match=problem) as refusal:
        parse(text, field="box")
    assert refusal.value.field == "box"
    assert refusal.value.at is not None
    assert text[refusal.value.at :] == fault


def test_a_number_that_is_too_long_is_not_repeated_whole() -> None:
    with pytest.raises(QueryInvalid) as refusal:
        parse(f"a -> b within {'9' * 1000}s")
    assert len(refusal.value.problem) < 100


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("first 60s", Part(End.FIRST, 60)),
        (" LAST 10 % ", Part(End.LAST, 10, is_percent=True)),
        ("last 2m", Part(End.LAST, 120)),
    ],
)
def test_a_part_by_itself_is_understood_and_written_again(text: str, part: Part) -> None:
    assert parse_part(text, field="part") == part
    assert parse_part(str(part), field="part") == part


@pytest.mark.parametrize("text", ["", "first", "60s", "middle 60s", "first 0s", "last 101%", "first 5 turns", "within 5s", "first 5s in last 5s", "first 60s x", "last -1s", "first ²s"])  # fmt: skip
def test_what_is_no_part_is_refused(text: str) -> None:
    with pytest.raises(QueryInvalid) as refusal:
        parse_part(text, field="part")
    assert (refusal.value.field, refusal.value.at) == ("part", None)


@pytest.mark.parametrize(("text", "gap"), [("60s", Gap(60, SECONDS)), ("3 turns", Gap(3, TURNS))])
def test_a_gap_by_itself_is_understood_and_written_again(text: str, gap: Gap) -> None:
    assert parse_gap(text, field="within") == gap
    assert parse_gap(str(gap), field="within") == gap


@pytest.mark.parametrize("text", ["", "60", "s", "0s", "-1 turns", "first 5s", "5s in first 5s", "5%"])  # fmt: skip
def test_what_is_no_gap_is_refused(text: str) -> None:
    with pytest.raises(QueryInvalid) as refusal:
        parse_gap(text, field="within")
    assert (refusal.value.field, refusal.value.at) == ("within", None)


def test_a_dialogue_that_was_typed_is_never_refused_afterwards() -> None:
    text = "never: w -> a -> b within 5s -> never: c within 1 turn -> never anywhere: d"
    check_dialogue(Dialogue(steps(text)))


SOMETHING = Step(text="a")


@pytest.mark.parametrize(
    ("given", "problem"),
    [
        ((), "1 to 8 steps"),
        ((SOMETHING,) * (MOST_STEPS + 1), "1 to 8 steps"),
        ((SOMETHING, Step(text=" \n")), "step 2 must say"),
        ((replace(SOMETHING, within=Gap(1, TURNS)),), "step 1 counts from"),
        ((replace(SOMETHING, never=True), replace(SOMETHING, within=Gap(1, TURNS))), "step 2 counts from"),
        ((replace(SOMETHING, anywhere=True),), "step 1: `anywhere` goes with `never` only"),
        ((SOMETHING, replace(SOMETHING, never=True, anywhere=True, within=Gap(1, TURNS))), "step 2: `within` goes"),
    ],
)  # fmt: skip
def test_a_dialogue_that_was_not_typed_is_refused_if_it_makes_no_sense(
    given: tuple[Step, ...], problem: str
) -> None:
    with pytest.raises(QueryInvalid, match=problem) as refusal:
        check_dialogue(Dialogue(given))
    assert refusal.value.field == "dialogue"
