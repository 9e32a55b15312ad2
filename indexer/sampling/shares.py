"""Sharing a whole number out in proportion: exactly, or leaving the odd one to chance."""

from collections.abc import Sequence

from indexer.sampling.keys import key_of, place_of, start_of

Key = tuple[str, ...]


def shared_out(n: int, sizes: Sequence[int], keys: Sequence[Key], seed: str) -> list[int]:
    """`n` in proportion to sizes by the largest remainder (Hamilton); ties go by the seed.

    Each gets its exact share rounded up or down, and together they get `n`.
    """
    total = sum(sizes)
    shares = [n * size // total for size in sizes]
    by_remainder = sorted(
        range(len(sizes)),
        key=lambda at: (-(n * sizes[at] % total), key_of(seed, "\0tie\0" + "\0".join(keys[at]))),
    )
    for at in by_remainder[: n - sum(shares)]:
        shares[at] += 1
    return shares


def shared_out_at_least(
    n: int, least: Sequence[int], sizes: Sequence[int], keys: Sequence[Key], seed: str
) -> list[int]:
    """As `shared_out`, but each gets `least` where its share in proportion would be less.

    `n` must suffice for that, and exceed neither the sizes together nor `least` any size.
    """
    shares = list(least)
    free = list(range(len(sizes)))
    while free:
        left = n - sum(least) + sum(least[at] for at in free)
        total = sum(sizes[at] for at in free)
        short = {at for at in free if left * sizes[at] < least[at] * total}
        if not short:
            given = shared_out(left, [sizes[at] for at in free], [keys[at] for at in free], seed)
            for at, share in zip(free, given, strict=True):
                shares[at] = share
            break
        free = [at for at in free if at not in short]
    return shares


def spread(n: int, sizes: Sequence[int], key: Key, seed: str) -> list[int]:
    """`n` over sizes in their order, the odd ones left to chance: systematic sampling.

    Each gets its exact share rounded up or down, and so does every run of neighbours; over
    all seeds each gets its exact share on average (Madow 1949; Cox 1987 of rounding), so
    that equal calls keep equal probabilities. `key` is of them together.
    """
    total = sum(sizes)
    start = place_of(start_of(seed, key), total)
    shares, seen, given = [], 0, 0
    for size in sizes:
        seen += size
        upto = (n * seen + start) // total
        shares.append(upto - given)
        given = upto
    return shares
