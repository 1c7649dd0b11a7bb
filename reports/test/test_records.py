# SPDX-License-Identifier: MPL-2.0
import json

import pytest

import records
import samples


def run_file(tmp_path, change=lambda data: None):
    data = samples.results()
    change(data)
    path = tmp_path / "results.json"
    path.write_text(json.dumps(data))
    return path


def test_aggregates_are_left_out_and_repetitions_kept(tmp_path):
    run = records.load_run(run_file(tmp_path))
    assert len(run.measurements["first", "english_rare", "auto"].repetitions) == 9


def test_error_row_becomes_an_error_without_times(tmp_path):
    found = records.load_run(run_file(tmp_path)).measurements["absent", "english_common", "naive"]
    assert found.error == "wrong answer: 7, expected absent <&>"
    assert found.repetitions == []


def test_what_google_benchmark_appends_to_a_name_is_no_part_of_it(tmp_path):
    def change(data):
        for row in data["benchmarks"]:
            row["name"] = row["run_name"] = row["run_name"] + "/repeats:9/real_time"
    run = records.load_run(run_file(tmp_path, change))
    assert ("first", "english_rare", "auto") in run.measurements


@pytest.mark.parametrize("change, complaint", [
    (lambda data: data.pop("fmmap"), "another project"),
    (lambda data: data.pop("benchmarks"), "not a Google Benchmark result"),
    (lambda data: data["fmmap"].update(schema=2), "schema 2"),
    (lambda data: data["fmmap"].pop("workloads"), "no 'workloads'"),
    (lambda data: data["fmmap"].update(complete="yes"), "'complete' is not true or false"),
    (lambda data: data["fmmap"]["workloads"].update(odd={}), "'odd' has no 'model'"),
    (lambda data: data["benchmarks"][0].pop("cpu_time"), "no 'cpu_time'"),
    (lambda data: data["benchmarks"][0].update(cpu_time=0), "no time"),
    (lambda data: data["benchmarks"][0].update(run_name="BM_x"), "MODEL/WORKLOAD/STRATEGY"),
    (lambda data: data["benchmarks"].append(3), "is not an object"),
    (lambda data: data["benchmarks"][0].update(cpu_time=float("inf")), "no time"),
    (lambda data: data["benchmarks"][0].update(bytes_per_second=float("inf")), "not a count"),
    (lambda data: data["fmmap"].update(complexity=[{"file": "x"}]), "not how time grows"),
])
def test_unusable_benchmark_result_is_named_with_its_fault(tmp_path, change, complaint):
    path = run_file(tmp_path, change)
    with pytest.raises(records.BadRecord) as caught:
        records.load_run(path)
    assert str(path) in str(caught.value)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", ["9" * 10000, "[" * 100000])
def test_what_json_cannot_hold_is_refused(tmp_path, text):
    (tmp_path / "results.json").write_text(text)
    with pytest.raises(records.BadRecord, match="results.json: (not a result|JSON ends)"):
        records.load_run(tmp_path / "results.json")


@pytest.mark.parametrize("share", [0, 1, 50, 99])
def test_truncated_benchmark_result_is_refused(tmp_path, share):
    path = run_file(tmp_path)
    text = path.read_text()
    path.write_text(text[:len(text) * share // 100])
    with pytest.raises(records.BadRecord, match="cut short"):
        records.load_run(path)


def target_file(tmp_path, text=None):
    path = tmp_path / "target.jsonl"
    path.write_text(samples.verdicts("target") if text is None else text)
    return path


def test_target_has_every_case(tmp_path):
    target = records.load_target(target_file(tmp_path))
    assert (target.name, len(target.cases)) == ("target", 4)


def lines():
    return samples.verdicts("target").splitlines(keepends=True)


@pytest.mark.parametrize("text, complaint", [
    ("", "no header"),
    ("".join(lines()[1:]), "no header"),
    ("".join(lines()[:-1]), "no footer"),
    ("".join(lines()[:2] + lines()[3:]), "the footer counts 4 cases, the file has 3"),
    ("".join(lines())[:-40], "not a whole JSON record"),
    ("".join(lines()).replace('"pass"', '"fine"'), "'fine' is no verdict"),
    ("".join(lines()).replace('"schema": 1', '"schema": 7'), "schema 7"),
    ("[]\n", "not a whole JSON record"),
])
def test_unusable_conformance_result_is_named_with_its_fault(tmp_path, text, complaint):
    path = target_file(tmp_path, text)
    with pytest.raises(records.BadRecord) as caught:
        records.load_target(path)
    assert str(path) in str(caught.value)
    assert complaint in str(caught.value)


def test_binary_file_is_no_result(tmp_path):
    path = tmp_path / "x.json"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(records.BadRecord, match="not text"):
        records.load_run(path)


@pytest.mark.parametrize("text, complaint", [
    ("{", "JSON ends or breaks"), ("[]", "not a coverage table"), ('{"schema": 2}', "schema 1"),
    ('{"schema": 1}', "no 'behaviours'"),
    ('{"schema": 1, "behaviours": [{"id": "x"}], "upstream": []}', "no 'area'"),
])
def test_unusable_coverage_table_is_named_with_its_fault(tmp_path, text, complaint):
    (tmp_path / "coverage.json").write_text(text)
    with pytest.raises(records.BadRecord, match="coverage.json.*" + complaint):
        records.load_coverage(tmp_path)


def test_coverage_table_may_be_absent(tmp_path):
    assert records.load_coverage(tmp_path) is None
