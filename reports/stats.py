# SPDX-License-Identifier: MPL-2.0
"""The arithmetic of the reports: median, spread, ratio with its interval, and the rule for a tie.

Everything here works on costs: positive numbers of which less is better (ns per byte, ns per call).
Nothing assumes a distribution; times on a shared machine have none worth naming.
"""
import itertools
import math
from functools import lru_cache
from typing import NamedTuple, Sequence

CONFIDENCE = 0.95
# Of intervals that decide on hundreds of rows at once, where 95 % would often be wrong somewhere.
CONFIDENCE_OF_MANY = 0.99
# Differences below the floor are ties whatever the interval says: code placement alone moves a
# loop by about this much between two builds, and between two runs the machine itself drifts.
NOISE_WITHIN_RUN = 0.02
NOISE_BETWEEN_RUNS = 0.05
# A spread (MAD over median) above this marks a result as unstable. It is kept and shown.
UNSTABLE = 0.05


class Summary(NamedTuple):
    """One measurement: costs of its repetitions, summed up."""
    median: float
    mad: float           # median absolute deviation, in the unit of the costs, unscaled
    low: float           # interval of the median, see median_interval
    high: float
    repetitions: int

    @property
    def spread(self) -> float:
        """MAD relative to the median."""
        return self.mad / self.median

    @property
    def unstable(self) -> bool:
        return self.spread > UNSTABLE


class Ratio(NamedTuple):
    """Cost of one measurement over the cost of another; above 1 means slower."""
    value: float
    low: float
    high: float
    verdict: str         # faster, slower, tie or unknown


def median(values: Sequence[float]) -> float:
    """Middle value; the mean of the middle two for an even count."""
    ordered = sorted(values)
    if not ordered:
        raise ValueError("median of no values")
    half = len(ordered) // 2
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def mad(values: Sequence[float]) -> float:
    """Median absolute deviation from the median, unscaled."""
    centre = median(values)
    return median([abs(value - centre) for value in values])


def median_interval(values: Sequence[float],
                    confidence: float = CONFIDENCE) -> tuple[float, float]:
    """Order-statistics interval of the median: the narrowest symmetric pair of ranks that covers it
    with the confidence. With too few values, below 6 for 95 %, no pair does; the whole range is
    given then."""
    ordered = sorted(values)
    n = len(ordered)
    rank, below = 0, 0.5 ** n           # below: chance that the median lies under ordered[rank]
    while rank + 1 < n - 1 - rank:
        wider = below + math.comb(n, rank + 1) * 0.5 ** n
        if 2 * wider > 1 - confidence:
            break
        rank, below = rank + 1, wider
    return ordered[rank], ordered[n - 1 - rank]


def summarize(costs: Sequence[float]) -> Summary:
    low, high = median_interval(costs)
    return Summary(median(costs), mad(costs), low, high, len(costs))


@lru_cache(maxsize=None)
def _rank_sum_cut(n: int, m: int, confidence: float) -> int:
    """How many of the n*m ordered pairwise ratios may be cut off at each end (Mann-Whitney).

    The number of ways to get U = u from n and m values is the coefficient of q^u in the Gaussian
    binomial (n+m over n), built factor by factor: times (1 - q^(m+i)), divided by (1 - q^i).
    """
    size = n * m // 2 + 1
    ways = [1] + [0] * (size - 1)
    for i in range(1, n + 1):
        for u in range(size - 1, m + i - 1, -1):
            ways[u] -= ways[u - m - i]
        for u in range(i, size):
            ways[u] += ways[u - i]
    limit = (1 - confidence) / 2 * math.comb(n + m, n)
    total = cut = 0
    for u in range(size):
        total += ways[u]
        if total > limit:
            break
        cut = u + 1
    return min(cut, (n * m - 1) // 2)


def ratio(costs: Sequence[float], base: Sequence[float], noise: float,
          confidence: float = CONFIDENCE) -> Ratio:
    """Ratio of the medians, with the Mann-Whitney interval of the pairwise ratios.

    The interval is widened where needed to hold the ratio of the medians itself, so that a reader
    can check the figure by dividing. Tie: the interval holds 1, or the ratio differs from 1 by
    less than `noise`. Unknown: too few repetitions for the interval.
    """
    value = median(costs) / median(base)
    pairs = sorted(a / b for a in costs for b in base)
    cut = _rank_sum_cut(len(costs), len(base), confidence)
    low = min(pairs[cut], value)
    high = max(pairs[len(pairs) - 1 - cut], value)
    return Ratio(value, low, high, _verdict(value, low, high, noise)
                 if enough(len(costs), len(base), confidence) else "unknown")


def enough(n: int, m: int, confidence: float = CONFIDENCE) -> bool:
    """Whether the range of the pairwise ratios of n and m repetitions, which is the widest interval
    they give, has the confidence: two equals lie wholly apart in 2 of (n+m over n) orders."""
    return 2 <= (1 - confidence) * math.comb(n + m, n)


def enough_pairs(n: int, confidence: float = CONFIDENCE) -> bool:
    """The same of n pairs: of equals, all ratios lie on one side of 1 in 2 of 2^n cases."""
    return 2 <= (1 - confidence) * 2 ** n


# For a verdict at 95 %
FEWEST_REPETITIONS = next(n for n in itertools.count(1) if enough_pairs(n))


def paired_ratio(pairs: Sequence[tuple[float, float]], noise: float,
                 confidence: float = CONFIDENCE) -> Ratio:
    """Ratio of (cost, base) pairs whose halves were measured right after each other: the median of
    the ratios with its interval. What the machine does from pair to pair drops out. Same verdicts
    as ratio()."""
    ratios = [cost / base for cost, base in pairs]
    if not ratios:
        return Ratio(math.nan, math.nan, math.nan, "unknown")
    value, (low, high) = median(ratios), median_interval(ratios, confidence)
    return Ratio(value, low, high, _verdict(value, low, high, noise)
                 if enough_pairs(len(ratios), confidence) else "unknown")


def _verdict(value: float, low: float, high: float, noise: float) -> str:
    if low <= 1 <= high or within_noise(value, noise):
        return "tie"
    return "slower" if value > 1 else "faster"


def within_noise(value: float, noise: float) -> bool:
    """Whether a ratio is nearer to 1 than the noise floor, the same for a ratio and its inverse."""
    return 1 / (1 + noise) < value < 1 + noise


def geometric_mean(ratios: Sequence[float]) -> float:
    return math.exp(math.fsum(math.log(value) for value in ratios) / len(ratios))


def growth(points: Sequence[tuple[float, float]]) -> float:
    """Exponent k of cost ~ size^k by least squares on logarithms; needs two sizes at least."""
    xs = [math.log(size) for size, _ in points]
    ys = [math.log(cost) for _, cost in points]
    mean_x, mean_y = math.fsum(xs) / len(xs), math.fsum(ys) / len(ys)
    spread = math.fsum((x - mean_x) ** 2 for x in xs)
    if spread == 0:
        raise ValueError("growth needs two different sizes")
    return math.fsum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys)) / spread
