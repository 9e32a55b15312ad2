"""Hints: each call once, never too many, and none lost between threads."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from indexer.hints import Hints


def test_what_was_added_is_taken_once_in_its_order() -> None:
    hints = Hints()
    hints.add("acti_2")
    hints.add("acti_1")

    assert hints.take() == (["acti_2", "acti_1"], False)
    assert hints.take() == ([], False)


def test_a_call_hinted_at_twice_is_taken_once() -> None:
    hints = Hints(most=1)
    hints.add("acti_1")
    hints.add("acti_1")

    assert hints.take() == (["acti_1"], False)


def test_a_call_hinted_at_after_it_was_taken_is_taken_again() -> None:
    hints = Hints()
    hints.add("acti_1")
    hints.take()
    hints.add("acti_1")

    assert hints.take() == (["acti_1"], False)


def test_there_is_something_to_take_until_it_is_taken() -> None:
    hints = Hints()
    assert not hints
    hints.add("acti_1")
    assert hints
    hints.take()
    assert not hints


def test_as_many_as_fit_are_kept() -> None:
    hints = Hints(most=3)
    for number in range(3):
        hints.add(f"acti_{number}")

    assert hints.take() == (["acti_0", "acti_1", "acti_2"], False)


def test_too_many_are_told_and_not_kept() -> None:
    hints = Hints(most=3)
    for number in range(4):
        hints.add(f"acti_{number}")

    assert hints
    assert hints.take() == ([], True)
    assert not hints
    assert hints.take() == ([], False)


def test_that_there_were_too_many_is_not_forgotten_over_later_ones() -> None:
    hints = Hints(most=3)
    for number in range(5):
        hints.add(f"acti_{number}")

    assert hints.take() == (["acti_4"], True)


def test_however_many_come_few_are_held() -> None:
    hints = Hints(most=10)
    for number in range(1000):
        hints.add(f"acti_{number}")

    taken, has_overflowed = hints.take()
    assert len(taken) <= 10
    assert has_overflowed


def test_threads_lose_nothing_between_adding_and_taking() -> None:
    hints, threads, each = Hints(), 8, 500
    together = Barrier(threads + 1)
    taken: list[str] = []

    def add(thread: int) -> None:
        together.wait()
        for number in range(each):
            hints.add(f"acti_{thread}_{number}")

    with ThreadPoolExecutor(threads) as pool:
        adding = [pool.submit(add, thread) for thread in range(threads)]
        together.wait()
        while not all(done.done() for done in adding):
            taken += hints.take()[0]
    for done in adding:
        done.result()
    taken += hints.take()[0]

    assert sorted(taken) == sorted(f"acti_{t}_{n}" for t in range(threads) for n in range(each))
