# SPDX-License-Identifier: MPL-2.0
"""Ratios of measurements that took turns: round by round, so that the machine's pace drops out."""
import stats


def by_round(found, base, unit, noise, confidence=stats.CONFIDENCE):
    """Ratio of the costs of two measurements, of the rounds that both were measured in."""
    costs, others = found.costs_by_round(unit), base.costs_by_round(unit)
    return stats.paired_ratio([(costs[number], others[number])
                               for number in sorted(costs.keys() & others.keys())],
                              noise, confidence)


def within_run(found, base, unit):
    """The same of one run. What shares no rounds, or does not tell them, gives the ratio of the
    medians."""
    ratio = by_round(found, base, unit, stats.NOISE_WITHIN_RUN)
    if ratio.value == ratio.value:      # no NaN
        return ratio
    return stats.ratio(found.costs(unit), base.costs(unit), stats.NOISE_WITHIN_RUN)
