# SPDX-License-Identifier: MPL-2.0
"""gbench.h by itself: a C program that uses all of it, without anything of the benchmark."""

import json
import subprocess

import pytest

from bed import BUILD, HARNESS, make

PROGRAM = r"""
#include "gbench.h"

static void sum(gb_state *state, void *argument) {
    const int *numbers = argument;
    for (int64_t left = gb_start(state); left > 0; left--) {
        int total = numbers[0] + numbers[1];
        GB_KEEP(total);
    }
    gb_stop(state);
    gb_bytes_per_iteration(state, 8);
    gb_items_per_iteration(state, 2);
    gb_counter(state, "runs", (double)gb_iterations_done(state));
    gb_label(state, "two numbers");
}

static void refuse(gb_state *state, void *argument) {
    gb_error(state, argument);
    for (int64_t left = gb_start(state); left > 0; left--) {
    }
    gb_stop(state);
    gb_error(state, "another reason");
}

int main(int argc, char **argv) {
    int numbers[2] = {1, 2};
    char reason[] = "no numbers";
    gb_init(&argc, argv);
    gb_context("key", "value");
    gb_benchmark *fixed = gb_register("fixed", sum, numbers);
    gb_iterations(fixed, 1000);
    gb_repetitions(fixed, 3);
    gb_time_unit(fixed, GB_MICROSECOND);
    gb_benchmark *timed = gb_register("timed", sum, numbers);
    gb_min_time(timed, 0.001);
    gb_use_real_time(timed);
    gb_register("refused", refuse, reason);
    size_t count = gb_run();
    gb_shutdown();
    return count == 3 && argc == 1 ? 0 : 1;
}
"""


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    make("build/native/bench/fmmap-bench")
    folder = tmp_path_factory.mktemp("gbench")
    (folder / "program.c").write_text(PROGRAM)
    subprocess.run(["cc", "-std=c11", "-Wall", "-Wextra", "-Werror", f"-I{HARNESS}", "-c",
                    folder / "program.c", "-o", folder / "program.o"], check=True)
    subprocess.run(["c++", folder / "program.o", BUILD / "obj" / "bench" / "harness" / "gbench.o",
                    "-pthread", "-lbenchmark", "-o", folder / "program"], check=True)
    ended = subprocess.run([folder / "program", "--benchmark_format=json"], check=True,
                           capture_output=True, text=True)
    return json.loads(ended.stdout)


def rows(result, name):
    return [row for row in result["benchmarks"] if row["run_name"].split("/")[0] == name]


def test_context_is_added(result):
    assert result["context"]["key"] == "value"


def test_iterations_repetitions_and_unit_are_as_asked(result):
    found = [row for row in rows(result, "fixed") if row["run_type"] == "iteration"]
    assert [row["repetition_index"] for row in found] == [0, 1, 2]
    assert {(row["iterations"], row["time_unit"], row["runs"]) for row in found} == {
        (1000, "us", 1000.0)}
    assert {"mean", "median", "stddev"} <= {
        row.get("aggregate_name") for row in rows(result, "fixed")}


def test_time_label_and_rates_are_told(result):
    row, = rows(result, "timed")
    assert row["name"].endswith("/real_time") and row["label"] == "two numbers"
    assert row["real_time"] * row["iterations"] >= 0.001e9
    assert row["bytes_per_second"] == pytest.approx(4 * row["items_per_second"])


def test_error_has_the_first_message_and_no_time(result):
    row, = rows(result, "refused")
    assert row["error_occurred"] is True and row["error_message"] == "no numbers"
    assert row["cpu_time"] == 0
