"""Topics are named by the words that tell them apart, as people said them."""

from indexer.topics.naming import names_of


def named(*topics: list[str], people: set[str] | None = None) -> list[tuple[str, ...]]:
    texts = [text for topic in topics for text in topic]
    numbers = [n for n, topic in enumerate(topics) for _ in topic]
    calls = [f"call {n}" for n in range(len(texts))]
    return names_of(texts, calls, numbers, k=len(topics), people=people or set())


def test_a_name_has_what_is_said_here_and_not_everywhere() -> None:
    price, trucks = named(["the office sends an invoice"] * 4, ["the office sends a truck"] * 4)
    assert price[0] == "invoice"
    assert trucks[0] == "truck"


def test_words_that_hold_english_together_name_nothing() -> None:
    [only] = named(["I don't think that we've really got it", "You're going to, aren't you"] * 3)
    assert only == ()


def test_forms_of_a_word_are_one_word_in_its_commonest_form() -> None:
    [name] = named(["invoices", "invoices", "an invoice", "invoicing", "the customer's invoices"])
    assert name[0] == "invoices"
    assert not {"invoice", "invoicing"} & set(name)


def test_two_words_that_go_together_are_shown_together() -> None:
    [name, _] = named(["our annual plan renews", "the annual plan"] * 3, ["rain"] * 3)
    assert "annual plan" in name
    assert not {"annual", "plan"} & set(name)


def test_names_of_people_name_no_topic_unless_they_are_written_as_words() -> None:
    [as_name] = named(["ask Bill", "Bill calls"] * 3, people={"bill"})
    [as_word] = named(["the bill", "a bill calls"] * 3, people={"bill"})
    assert "bill" not in " ".join(as_name)
    assert "bill" in " ".join(as_word)


def test_a_word_of_one_call_names_nothing_where_others_are_said_in_more() -> None:
    texts = ["zebra harness"] * 5 + ["harness"] * 3
    [name] = names_of(texts, ["a"] * 5 + list("bcd"), [0] * 8, k=1, people=())
    assert name == ("harness",)


def test_what_is_near_no_topic_says_what_is_common() -> None:
    texts = ["office invoice"] * 4 + ["office"] * 40
    [name] = names_of(texts, [str(n) for n in range(44)], [0] * 4 + [-1] * 40, k=1, people=())
    assert name[0] == "office invoice" or name[0] == "invoice"


def test_an_apostrophe_of_either_kind_ends_a_word() -> None:
    [name] = named(["the driver's van", "the driver\u2019s van", "a driver"] * 2)
    assert "driver" in " ".join(name)
    assert "s" not in name
