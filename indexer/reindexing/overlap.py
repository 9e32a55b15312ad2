"""How alike two rankings are: pure arithmetic on lists of ids, best first, none twice."""

from collections.abc import Iterator, Sequence

P = 0.9
"""How likely somebody reading a ranking goes on to the next place: the ten best places then
hold 86 % of the weight (Webber, Moffat & Zobel 2010, section 4.2)."""


def overlap_at(depth: int, one: Sequence[str], other: Sequence[str]) -> float:
    """Share of the best `depth` that two rankings have in common, from 0.0 to 1.0.

    Where both are shorter, of the longer one; two empty rankings agree.
    """
    one, other = one[:depth], other[:depth]
    longest = max(len(one), len(other))
    return len(set(one) & set(other)) / longest if longest else 1.0


def rank_biased_overlap(one: Sequence[str], other: Sequence[str], *, p: float = P) -> float:
    """Rank-biased overlap, extrapolated from the ranks known: 1.0 is the same ranking.

    `RBO_EXT`, equation 32 of Webber, Moffat & Zobel, "A similarity measure for indefinite
    rankings", ACM Trans. Inf. Syst. 28(4), 2010. Two empty rankings agree, one does not.
    """
    short, long = sorted((one, other), key=len)
    s, l = len(short), len(long)  # noqa: E741 -- the paper's names
    if not s:
        return float(not l)
    x = list(_agreeing(short, long))
    known = sum(x[d - 1] / d * p**d for d in range(1, l + 1))
    beyond = sum(x[s - 1] * (d - s) / (s * d) * p**d for d in range(s + 1, l + 1))
    tail = ((x[-1] - x[s - 1]) / l + x[s - 1] / s) * p**l
    return (1 - p) / p * (known + beyond) + tail


def _agreeing(short: Sequence[str], long: Sequence[str]) -> Iterator[int]:
    """How many ids both rankings have down to each depth of the longer one."""
    seen_in_short: set[str] = set()
    seen_in_long: set[str] = set()
    for depth, item in enumerate(long):
        seen_in_long.add(item)
        if depth < len(short):
            seen_in_short.add(short[depth])
        yield len(seen_in_short & seen_in_long)
