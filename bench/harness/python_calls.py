# SPDX-License-Identifier: MPL-2.0
"""Time m.find or m.rfind inside the Python that runs this, of its own mmap or of fmmap.

    PYTHON python_calls.py --input FILE --module mmap|fmmap --path FOLDER --min-time SECONDS

Prints a row as Google Benchmark writes it, in JSON, without its names. Needs nothing but Python
3.6; run.py is its caller.
"""

import argparse
import importlib
import json
import sys
import tempfile
import time


def records(path):
    """The (key, value) records of a prepared input, see README.md."""
    with open(path, "rb") as file:
        data = file.read()
    at = 0
    while at < len(data):
        key_end = data.index(b":", at)
        length_end = data.index(b":", key_end + 1)
        start, length = length_end + 1, int(data[key_end + 1:length_end])
        yield data[at:key_end].decode(), data[start:start + length]
        at = start + length + 1


class Input:
    """A prepared workload whose haystacks are file mappings of the given module."""

    def __init__(self, path, module):
        self.cases, self.looked, haystacks, needles = [], 0, [], []
        for key, value in records(path):
            if key == "direction":
                self.method = "find" if value == b"forward" else "rfind"
            elif key == "haystack":
                haystacks.append(self._mapped(value, module))
            elif key == "needle":
                needles.append(value)
            elif key == "case":
                haystack, needle, _, total, looked = map(int, value.split())
                # the sum of (offset + 1) over at most one match: -1 is what find says of none
                self.cases.append((haystacks[haystack], needles[needle], total - 1))
                self.looked += looked

    @staticmethod
    def _mapped(data, module):
        with tempfile.TemporaryFile() as file:
            file.write(data)
            file.flush()
            return module.mmap(file.fileno(), 0, access=module.ACCESS_READ)

    def wrong(self):
        """What is wrong with the answers, or None."""
        for mapping, needle, expected in self.cases:
            # a bound on both sides, as rfind's start is 0 and find's the position
            got = getattr(mapping, self.method)(needle, 0)
            if got != expected:
                return "wrong answer: {}, not {}, for {} bytes in {}".format(
                    got, expected, len(needle), len(mapping))
        return None

    def passes(self, count):
        """Seconds of CPU and of real time for so many passes over the cases."""
        searches = [(getattr(mapping, self.method), needle) for mapping, needle, _ in self.cases]
        real, cpu = time.perf_counter(), time.process_time()
        for _ in range(count):
            for search, needle in searches:
                search(needle, 0)
        return time.process_time() - cpu, time.perf_counter() - real


def measure(path, module, min_time):
    workload = Input(path, module)
    problem = workload.wrong()
    if problem:
        return {"error_occurred": True, "error_message": problem}
    count = 1
    cpu, real = workload.passes(count)
    while cpu < min_time and count < 1 << 40:
        # aim a little beyond, but never believe a tiny measurement too much
        count = int(count * min(10, max(2, 1.4 * min_time / max(cpu, 1e-9))))
        cpu, real = workload.passes(count)
    problem = workload.wrong()
    if problem:
        return {"error_occurred": True, "error_message": problem + ", after it was right at first"}
    return {"iterations": count, "real_time": real / count * 1e9, "cpu_time": cpu / count * 1e9,
            "time_unit": "ns", "bytes_per_second": workload.looked * count / cpu,
            "calls": float(len(workload.cases))}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--input", required=True)
    parser.add_argument("--module", choices=("mmap", "fmmap"), required=True)
    parser.add_argument("--path", required=True, help="where fmmap lies")
    parser.add_argument("--min-time", type=float, required=True)
    arguments = parser.parse_args()
    sys.path.insert(0, arguments.path)
    module = importlib.import_module(arguments.module)
    print(json.dumps(measure(arguments.input, module, arguments.min_time)))


if __name__ == "__main__":
    main()
