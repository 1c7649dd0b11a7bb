# SPDX-License-Identifier: MPL-2.0
"""What a model measures: one unit a model, and how to read it from a Google Benchmark row.

Statistics work on costs (less is better); a reader sees values in the unit. Both come from CPU
time, which a busy machine disturbs less, except where a row says otherwise; each detail table has
both clocks.
"""
from dataclasses import dataclass

_NANOSECONDS = {"ns": 1.0, "us": 1e3, "ms": 1e6, "s": 1e9}


@dataclass(frozen=True)
class Unit:
    label: str
    counter: str = ""           # the row's rate that the cost comes from; "" means its CPU time

    @property
    def more_is_better(self):
        return self.counter == "bytes_per_second"

    def cost(self, row):
        """ns per byte or per call."""
        if self.counter:
            return 1e9 / row[self.counter]
        # a strategy that sleeps is timed by the wall clock, and its rows say so
        return nanoseconds(row, "real_time" if row.get("clock") == "real" else "cpu_time")

    def value(self, cost):
        """A cost as the figure that is shown."""
        return 1 / cost if self.more_is_better else cost


THROUGHPUT = Unit("GB/s", "bytes_per_second")
LATENCY = Unit("ns per call")       # an iteration is one call


def nanoseconds(row, field):
    return row[field] * _NANOSECONDS[row.get("time_unit", "ns")]


def unit_of(rows):
    """The unit all rows of one model share: bytes per second where the model says how many bytes an
    iteration looks at, else the time of an iteration, which is a call."""
    throughput = rows and all(row.get(THROUGHPUT.counter, 0) > 0 for row in rows)
    return THROUGHPUT if throughput else LATENCY
