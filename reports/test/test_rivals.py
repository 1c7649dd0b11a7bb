# SPDX-License-Identifier: MPL-2.0
import json

import pytest

import rivals
import samples


@pytest.fixture
def write(tmp_path):
    """Write a sample of a result, after a change to it, and give its path."""
    def write(change=lambda data: None, **settings):
        data = samples.results(**settings)
        change(data)
        path = tmp_path / "results.json"
        path.write_text(json.dumps(data))
        return str(path)
    return write


def copy_workload(data, old, new, factor=1.0, **about):
    """Add a workload like another one, on which everybody takes `factor` times as long."""
    data["fmmap"]["workloads"][new] = data["fmmap"]["workloads"][old] | about
    for row in [row for row in data["benchmarks"] if row["run_name"].split("/")[1] == old]:
        row = dict(row)
        for key in ("name", "run_name"):
            row[key] = row[key].replace(f"/{old}/", f"/{new}/")
        if "bytes_per_second" in row:
            row["bytes_per_second"] /= factor
        if "cpu_time" in row:
            row["cpu_time"] *= factor
        data["benchmarks"].append(row)


def printed(capsys, *arguments):
    assert rivals.main(list(arguments)) == 0
    return capsys.readouterr().out


def test_a_faster_subject_has_no_row_behind(write, capsys):
    text = printed(capsys, write())
    assert "Rows under 0.8 of the best rival:\n  none" in text
    # memmem takes 0.1 ns a byte, auto 0.03
    curated = [line.split() for line in text.splitlines() if line.startswith("curated")]
    assert [(line[1], line[2]) for line in curated] == [("forward", "5"), ("reverse", "1")]
    assert all(3.2 < float(line[3]) < 3.5 for line in curated)


def test_each_row_behind_is_named_with_its_rival(write, capsys):
    text = printed(capsys, write(slower={"auto": 5}))
    line = next(line for line in text.splitlines() if "absent/length.m4: 0.6" in line)
    assert "of memmem, " in line and "noise" not in line


def test_hostile_workloads_stand_apart(write, capsys):
    rows = [line.split() for line in printed(capsys, write()).splitlines()]
    assert [row[:3] for row in rows if row[:1] == ["hostile"]] == [["hostile", "forward", "1"]]


def test_missing_rivals_are_named(write, capsys):
    assert "Not measured, so not among the rivals: libc_musl, " in printed(capsys, write())


def test_other_rivals_can_be_asked_for(write, capsys):
    text = printed(capsys, write(), "--rivals", "naive memmem")
    assert "best of naive and memmem (glibc 2.36):" in text
    assert "Not measured" not in text


def test_a_bound_inside_the_interval_is_called_noise(write, capsys):
    def spread(data):
        for row in data["benchmarks"]:
            if row["run_name"] == "absent/length.m4/auto" and row["run_type"] == "iteration":
                row["bytes_per_second"] *= 0.23 * (1 + 0.4 * (row["repetition_index"] % 3 - 1))
    line = next(line for line in printed(capsys, write(spread)).splitlines()
                if "absent/length.m4: 0.7" in line)
    assert "within noise of the bound" in line


def test_reverse_is_compared_with_forward_where_mirrored(write, capsys):
    def pair(data):
        copy_workload(data, "periodic", "same.forward", direction="forward", mirrored=True)
        copy_workload(data, "periodic", "same.reverse", 1.5, direction="reverse", mirrored=True)
        copy_workload(data, "periodic", "other.forward", direction="forward", mirrored=False)
        copy_workload(data, "periodic", "other.reverse", 1.5, direction="reverse", mirrored=False)
    text = printed(capsys, write(pair))
    assert "rfind over find on 1 mirrored pair" in text
    assert "absent/same.reverse: 0.67 (" in text


def test_hostile_input_is_compared_with_the_linear_search(write, capsys):
    def linear(data):
        for row in list(data["benchmarks"]):
            if row["run_name"].endswith("/memmem"):
                twin = {key: value.replace("/memmem", "/two_way") if "name" in key else value
                        for key, value in row.items()}
                data["benchmarks"].append(twin)
        data["fmmap"]["complexity"] = [
            {"file": "periodic", "direction": direction, "strategy": strategy, "n": [1, 2],
             "exponent": exponent}
            for direction, strategy, exponent in (
                ("forward", "auto", 1.01), ("reverse", "auto", 0.9), ("forward", "naive", 2.0))]
        data["fmmap"]["workloads"]["periodic"]["file"] = "periodic"
    text = printed(capsys, write(linear, slower={"auto": 10}))
    assert "speed over that of two_way: least 0.3" in text
    assert "under 0.5:\n  absent/periodic: 0.3" in text
    assert "to the power of 1.01 (periodic, forward)." in text


def test_mapped_files_are_compared_with_one_byte_of_the_same_mapping(write, capsys):
    def streams(data):
        for name, factor, needles in (("byte", 1.0, [1]), ("text", 2.0, [8])):
            copy_workload(data, "english_common", name, factor, needles=needles,
                          model="streaming", parameters={"advice": "none"})
        for row in data["benchmarks"]:
            if row["run_name"].split("/")[1] in ("byte", "text"):
                for key in ("name", "run_name"):
                    row[key] = row[key].replace("absent/", "streaming/")
    text = printed(capsys, write(streams))
    assert "least 0.50; under 0.9:\n  streaming/text: 0.50 (" in text
    assert "of byte/auto" in text


def test_the_module_is_compared_with_the_builtin(write, capsys):
    line = next(line for line in printed(capsys, write()).splitlines()
                if line.startswith("cpython_3.11"))
    assert 9.5 < float(line.split()[2]) < 10.5


def test_a_result_without_the_subject_says_so(write, capsys):
    def without(data):
        data["benchmarks"] = [row for row in data["benchmarks"]
                              if not row["run_name"].endswith("/auto")]
    assert "auto was not measured beside a rival." in printed(capsys, write(without))


def test_foreign_file_is_refused_in_one_line(tmp_path, capsys):
    path = tmp_path / "foreign.json"
    path.write_text("{}")
    assert rivals.main([str(path)]) == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1 and "foreign.json" in error
