# SPDX-License-Identifier: MPL-2.0
import itertools
import math
import random

import pytest
from hypothesis import given, strategies as st

import stats

costs = st.lists(st.floats(1e-3, 1e9), min_size=1, max_size=12)
noise = st.floats(0, 0.5)


@pytest.mark.parametrize("values, expected", [
    ([3], 3), ([3, 1], 2), ([9, 1, 5], 5), ([1, 2, 3, 100], 2.5)])
def test_median(values, expected):
    assert stats.median(values) == expected


def test_mad_ignores_an_outlier():
    assert stats.mad([10, 11, 12, 13, 1000]) == 1


@pytest.mark.parametrize("n, expected", [
    (1, (1, 1)), (5, (1, 5)), (6, (1, 6)), (9, (2, 8)), (15, (4, 12)), (25, (8, 18))])
def test_ranks_of_the_median_interval(n, expected):
    """The ranks that tables of the sign test give for 95 %."""
    assert stats.median_interval(list(range(1, n + 1))) == expected


@given(costs)
def test_median_lies_in_its_interval_and_the_interval_in_the_range(values):
    summary = stats.summarize(values)
    assert min(values) <= summary.low <= summary.median <= summary.high <= max(values)
    assert 0 <= summary.mad <= max(values) - min(values)


@given(costs, st.randoms())
def test_order_of_the_repetitions_does_not_matter(values, dice):
    shuffled = values[:]
    dice.shuffle(shuffled)
    assert stats.summarize(shuffled) == stats.summarize(values)


@given(costs, costs, noise)
def test_ratio_lies_in_its_interval(new, old, floor):
    ratio = stats.ratio(new, old, floor)
    assert ratio.low <= ratio.value <= ratio.high


@given(costs, costs, noise)
def test_swapping_the_sides_turns_the_verdict_round(new, old, floor):
    there, back = stats.ratio(new, old, floor), stats.ratio(old, new, floor)
    assert math.isclose(there.value * back.value, 1)
    assert math.isclose(there.low * back.high, 1)
    if not any(math.isclose(edge, 1, rel_tol=1e-9) for edge in (
            there.low, there.high, there.value * (1 + floor), there.value / (1 + floor))):
        turned = {"faster": "slower", "slower": "faster", "tie": "tie", "unknown": "unknown"}
        assert back.verdict == turned[there.verdict]


@given(costs.filter(lambda values: len(values) >= stats.FEWEST_REPETITIONS), noise)
def test_a_measurement_ties_with_itself(values, floor):
    assert stats.ratio(values, values, floor).verdict == "tie"


@given(costs, st.integers(0, 40))
def test_ratio_does_not_depend_on_the_unit(values, power):
    scaled = [value * 2 ** power for value in values]
    other = [value * 1.5 for value in values]
    assert math.isclose(stats.ratio(scaled, [value * 2 ** power for value in other], 0).value,
                        stats.ratio(values, other, 0).value)


def test_pairs_cancel_what_both_sides_share():
    pace = [1, 5, 2, 3, 1.5, 4, 2.5, 1.2, 3.5]
    found = stats.paired_ratio([(1.2 * one, one) for one in pace], 0.05)
    assert math.isclose(found.value, 1.2) and found.verdict == "slower"
    assert stats.paired_ratio([(one, one) for one in pace], 0.05).verdict == "tie"
    assert stats.paired_ratio([], 0.05).verdict == "unknown"


@given(st.lists(st.tuples(st.floats(1e-3, 1e9), st.floats(1e-3, 1e9)), min_size=1, max_size=12))
def test_paired_ratio_lies_in_its_interval(pairs):
    ratio = stats.paired_ratio(pairs, 0)
    assert ratio.low <= ratio.value <= ratio.high


@pytest.mark.parametrize("n, m, confidence, known", [
    (3, 3, 0.95, False), (4, 4, 0.95, True), (3, 4, 0.95, False), (3, 5, 0.95, True),
    (4, 4, 0.99, False), (5, 5, 0.99, True), (1, 38, 0.95, False), (1, 39, 0.95, True)])
def test_verdict_needs_the_repetitions_that_tables_of_mann_and_whitney_ask_for(
        n, m, confidence, known):
    found = stats.ratio([10] * n, [1] * m, 0.02, confidence)
    assert found.verdict == ("slower" if known else "unknown")


@pytest.mark.parametrize("n, confidence, known", [
    (5, 0.95, False), (6, 0.95, True), (7, 0.99, False), (8, 0.99, True)])
def test_verdict_on_pairs_needs_those_of_the_sign_test(n, confidence, known):
    found = stats.paired_ratio([(10, 1)] * n, 0.05, confidence)
    assert found.verdict == ("slower" if known else "unknown")


def test_clear_difference_is_no_tie():
    assert stats.ratio([12, 12.1, 12.2, 12.3], [10, 10.1, 10.2, 10.3], 0.02).verdict == "slower"
    assert stats.ratio([10, 10.1, 10.2, 10.3], [12, 12.1, 12.2, 12.3], 0.02).verdict == "faster"


def test_clear_difference_inside_the_noise_floor_is_a_tie():
    assert stats.ratio([1.01, 1.011, 1.012, 1.013], [1, 1.001, 1.002, 1.003],
                       0.02).verdict == "tie"


def test_overlapping_repetitions_are_a_tie():
    assert stats.ratio([8, 9, 12, 13, 14], [7, 10, 11, 12, 15], 0).verdict == "tie"


@pytest.mark.parametrize("n, m", itertools.product(range(1, 6), repeat=2))
def test_interval_cuts_what_mann_and_whitney_allow(n, m):
    """Against counting every arrangement of the ranks."""
    sums = [sum(rank - i for i, rank in enumerate(chosen))
            for chosen in itertools.combinations(range(n + m), n)]
    below = [sum(u <= cut for u in sums) / len(sums) for cut in range(n * m)]
    expected = sum(share <= (1 - stats.CONFIDENCE) / 2 for share in below)
    old = [10.0 ** (10 * i) for i in range(m)]
    new = [2.0 ** i for i in range(n)]
    pairs = sorted(a / b for a in new for b in old)
    found = stats.ratio(new, old, 0)
    middle = stats.median(new) / stats.median(old)
    assert found.low == min(pairs[expected], middle)


def test_ratio_interval_covers_the_truth_as_often_as_it_says():
    dice = random.Random(7)
    rounds = 600
    covered = 0
    for _ in range(rounds):
        new = [1.3 * dice.lognormvariate(0, 0.05) for _ in range(9)]
        old = [dice.lognormvariate(0, 0.05) for _ in range(9)]
        found = stats.ratio(new, old, 0)
        covered += found.low <= 1.3 <= found.high
    assert covered / rounds > 0.93


def test_geometric_mean_of_a_factor_and_its_inverse_is_one():
    assert math.isclose(stats.geometric_mean([4, 0.25]), 1)


@pytest.mark.parametrize("power", [0, 1, 2])
def test_growth_finds_the_exponent(power):
    points = [(size, 3 * size ** power) for size in (16, 64, 256, 1024)]
    assert math.isclose(stats.growth(points), power, abs_tol=1e-9)


def test_growth_needs_two_sizes():
    with pytest.raises(ValueError):
        stats.growth([(16, 1.0), (16, 2.0)])
