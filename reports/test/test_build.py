# SPDX-License-Identifier: MPL-2.0
import csv
import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import settings, strategies as st
from hypothesis import given as each

import build
import exports
import figures
import records
import samples
import site_check
import words


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    return samples.write(tmp_path_factory.mktemp("given"))


@pytest.fixture(scope="module")
def site(given, tmp_path_factory):
    output = tmp_path_factory.mktemp("site") / "report"
    assert build.main([str(given[0]), "--conformance", str(given[1]), "-o", str(output)]) == 0
    return output


def bytes_of(folder):
    return {path.relative_to(folder): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def text_of(path):
    """A page's text as a reader sees it, white space folded."""
    text = path.read_text(encoding="utf-8").replace("<wbr>", "")
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", text)).split())


def test_every_page_is_well_formed_and_every_link_leads_somewhere(site):
    assert site_check.faults(site) == []


def test_every_svg_is_well_formed(site):
    drawn = list(site.rglob("*.svg"))
    assert len(drawn) > 5
    for path in drawn:
        ElementTree.parse(path)


def test_path_of_the_page_is_printed_last(given, tmp_path, capsys):
    build.main([str(given[0]), "-o", str(tmp_path / "out")])
    assert capsys.readouterr().out.splitlines()[-1] == str(tmp_path / "out" / "index.html")


def test_same_input_gives_the_same_bytes(given, site, tmp_path):
    again = tmp_path / "elsewhere"
    run_build(given[0], "--conformance", given[1], "-o", again, cwd=tmp_path,
              env=os.environ | {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "C"})
    assert bytes_of(again) == bytes_of(site)


def test_pages_need_nothing_from_the_network(site):
    for path in site.rglob("*"):
        if path.suffix in (".html", ".css", ".svg"):
            fetched = re.findall(r"(?:src=|url\(|@import |<link[^>]*href=)[\"']?https?:",
                                 path.read_text(encoding="utf-8"))
            assert fetched == [], path


def test_index_tells_machine_date_and_revision(site):
    text = text_of(site / "index.html")
    for fact in ("Sample CPU", "glibc 2.36", "2026-11-22T19:00:00+00:00", "abc1234", "quick"):
        assert fact in text


def test_cell_holds_median_spread_and_ratio_and_leads_to_its_repetitions(site):
    index = (site / "index.html").read_text(encoding="utf-8")
    cell = re.search(r'<a href="results/workload-english_rare.html#first.memmem">(<b>.*?)</a>',
                     index).group(1)
    assert re.sub(r"<[^>]*>", "", cell).startswith("9.99 ±0.")
    assert cell.endswith("<small>3.35×</small>")
    detail = text_of(site / "results" / "workload-english_rare.html")
    assert "make bench PROFILE=quick WORKLOADS=english_rare" in detail
    assert "Every repetition" in detail


def test_hostile_workloads_do_not_decide_what_is_fastest_for_a_size(site):
    fastest = text_of(site / "index.html").split("What is fastest")[1].split("fall off a cliff")[0]
    assert "english_rare" in fastest and "periodic" not in fastest


def test_command_that_measures_again_takes_the_libraries_along(given):
    view, = build.Site([records.load_run(given[0])], [], None).runs
    again = view.rerun("tiny*", "auto")
    assert again == "make bench PROFILE=quick WORKLOADS='tiny*' STRATEGIES=auto"
    view.meta["command"] = "make bench PROFILE=quick LIBC='lib/2.41 my libs'"
    assert view.rerun("tiny").endswith(" WORKLOADS=tiny LIBC='lib/2.41 my libs'")
    view.meta["command"] = "make 'bench"
    assert view.rerun("tiny").endswith(" WORKLOADS=tiny")


def test_pace_of_the_machine_drops_out_of_ratios(tmp_path):
    """Its rounds differ by more than the strategies do."""
    source = tmp_path / "results.json"
    source.write_text(json.dumps(samples.results(
        slower={"memmem": 0.315}, pace=[1, 1.9, 1.3, 1.1, 2.4, 1.6, 1.2, 2.0, 1.4])))
    view, = build.Site([records.load_run(source)], [], None).runs
    cell = view.cells("absent", "length.m4")["memmem"]
    assert cell.summary.unstable
    assert (cell.rank, cell.ratio.verdict) == ("1.05×", "slower")


def test_best_is_whom_nobody_is_faster_than(tmp_path):
    """Though another's median is lower: it was measured in the quick rounds only."""
    data = samples.results(slower={"memmem": 0.315}, pace=[1] * 3 + [2] * 6)
    data["benchmarks"] = [row for row in data["benchmarks"] if row["run_type"] == "aggregate" or
                          row["run_name"] != "absent/length.m4/memmem" or row["round"] < 6]
    source = tmp_path / "results.json"
    source.write_text(json.dumps(data))
    view, = build.Site([records.load_run(source)], [], None).runs
    cells = view.cells("absent", "length.m4")
    assert cells["memmem"].summary.median < cells["auto"].summary.median
    assert cells["auto"].rank == "best" and cells["memmem"].rank == "1.05×"


def test_models_never_share_a_table(site):
    for table in re.findall(r"<table class=\"matrix\">.*?</table>",
                            (site / "index.html").read_text(encoding="utf-8"), re.S):
        models = set(re.findall(r'href="[^"]*#(\w+)\.', table))
        assert len(models) == 1 or "caption" not in table


def test_what_has_no_figure_has_a_word(site):
    index = (site / "index.html").read_text(encoding="utf-8")
    for where, word in (("english_common.html#absent.naive", "✗ error"),
                        ("tiny.html#tiny.memmem", "unsupported"),
                        ("tiny.html#tiny.simd_avx512", "unsupported")):
        assert re.search(re.escape(where) + f'">{word}<', index)
    assert "too slow for it" in text_of(site / "results" / "workload-tiny.html")


def test_wrong_answer_stands_at_the_top_and_is_escaped(site):
    index = (site / "index.html").read_text(encoding="utf-8")
    assert "wrong answer: 7, expected absent &lt;&amp;&gt;" in index.split("<h2>")[0]


def test_conformance_verdict_has_symbol_word_and_colour(site):
    index = (site / "index.html").read_text(encoding="utf-8")
    assert '<span class="verdict crash"><span aria-hidden="true">✖</span> 1 crash</span>' in index
    assert re.search(r'<span class="verdict pass" title="(\d+) pass"><span aria-hidden="true">✓'
                     r'</span> \1<span class="unseen"> pass</span></span>', index)


def test_only_the_target_that_differs_alone_is_listed_as_such(site):
    text = text_of(site / "conformance.html")
    only = text.split("Only one differs", 1)[1].split("Nobody passes")[0]
    assert "builtin-3.6" in only and "find/start" in only
    assert "builtin-3.11" not in only


def test_target_page_shows_what_it_differs_in_first(site):
    text = text_of(site / "conformance" / "target-pypy.html")
    differs = text.split("Where it differs", 1)[1].split("All cases")[0]
    assert differs.index("crash") < differs.index("deviates")


def test_behaviour_page_shows_rule_steps_who_differs_and_upstream_tests(site):
    path = site / "conformance" / "behaviour-MM-FIND-008.html"
    assert "<code>find</code> of <code>b&#34;&#34;</code> &lt;is&gt; found." in path.read_text()
    text = text_of(path)
    assert "assert anon(b'') < 1" in text
    assert "Who differs pypy ✖ crash" in text
    assert "suite: Tests.test_find" in text


def test_behaviour_that_cannot_run_says_why(site):
    for page in ("conformance/behaviour-MM-BUF-017.html", "coverage.html"):
        assert "no target speaks Python 2" in text_of(site / page)


def test_module_is_set_against_the_interpreter_s_own_mmap(site):
    text = text_of(site / "python.html")
    assert re.search(r"python_text (9\.\d+|10\.\d)× [\d.]+× to [\d.]+×", text)
    assert "cpython 3.11" in text


def test_c_libraries_stand_beside_each_other(site):
    page = text_of(site / "libcs.html")
    assert re.search(r"glibc 2.36 memmem klibc 2.0 libc_klibc", page)
    assert re.search(r"english_rare \S+ ±\S+ % best \S+ ±\S+ % (1\.9|2\.0)\d×", page)
    assert "naive" not in page
    # klibc takes twice glibc's time on each workload of the group
    assert re.search(r"english , absent 1 workload (best|1\.00×) (1\.9|2\.0)\d×", page)
    assert "tiny , tiny" in page and "unsupported" in page


def test_foreign_code_is_named_with_its_version(site):
    page = text_of(site / "results" / "group-english.html")
    assert "memmem glibc 2.36" in page and "auto fmmap" not in page


def test_the_overview_says_why_pairs_are_unsupported_and_who_made_the_benchmark(site):
    page = text_of(site / "index.html")
    assert re.search(r"pairs of strategy and workload are unsupported: "
                     r"this machine cannot run the strategy \(9\); too slow for it \(1\)\.", page)
    assert "bench/BIAS.md" in page


def test_rows_with_fewer_repetitions_are_counted_in_the_overview(tmp_path):
    data = samples.results()
    kept = [row for row in data["benchmarks"] if row["name"] != "tiny/tiny/auto"
            or row.get("repetition_index", 0) < 2]
    path = tmp_path / "few.json"
    path.write_text(json.dumps(data | {"benchmarks": kept}))
    assert build.main([str(path), "-o", str(tmp_path / "out")]) == 0
    page = text_of(tmp_path / "out" / "index.html")
    assert re.search(r"9 repetitions behind each figure, but for 1 of \d+, which have as few as 2",
                     page)


def test_rows_behind_a_rival_stand_under_their_part(tmp_path):
    path = tmp_path / "slow.json"
    path.write_text(json.dumps(samples.results(slower={"auto": 5})))
    assert build.main([str(path), "-o", str(tmp_path / "out")]) == 0
    page = (tmp_path / "out" / "rivals.html").read_text(encoding="utf-8")
    parts = re.findall(r"<h3>(\w+), (\w+)</h3>\s*<ul>(.*?)</ul>", page, re.S)
    assert [part[:2] for part in parts] == [("Curated", "forward"), ("Curated", "reverse"),
                                            ("Hostile", "forward")]
    assert "english_" in parts[1][2] and "periodic" in parts[2][2]


@pytest.mark.parametrize("repetitions, faster, unknown", [(9, 5, 0), (3, 0, 5)])
def test_every_row_of_the_rivals_is_counted(tmp_path, repetitions, faster, unknown):
    path = tmp_path / "r.json"
    path.write_text(json.dumps(samples.results(repetitions=repetitions)))
    assert build.main([str(path), "-o", str(tmp_path / "out")]) == 0
    page = text_of(tmp_path / "out" / "rivals.html")
    assert re.search(rf"curated forward 5 \S+× {faster} 0 0 {unknown} 0 ", page)


def test_large_numbers_are_plain():
    assert words.three_digits(11_943_210.0) == "11900000"
    assert words.three_digits(4.2e10) == "4.20e+10" and words.three_digits(0.00001) == "1.00e-05"


def test_strategies_of_another_model_are_not_listed_as_missing(site):
    page = (site / "results" / "group-tiny.html").read_text(encoding="utf-8")
    assert "memmem" in page and "mmap_cpython" not in page


def test_what_a_machine_cannot_run_is_missed_only_where_it_could_have_run(tmp_path):
    data = samples.results()
    data["fmmap"]["refused"] += [
        {"workload": name, "strategy": "simd_avx512", "reason": "this machine cannot run it"}
        for name, about in samples.WORKLOADS.items() if about["model"] == "absent"]
    (tmp_path / "r.json").write_text(json.dumps(data))
    assert build.main([str(tmp_path / "r.json"), "-o", str(tmp_path / "out")]) == 0
    named = {group: "simd_avx512" in (tmp_path / "out" / "r" / f"group-{group}.html").read_text()
             for group in ("hostile", "tiny", "python")}
    assert named == {"hostile": True, "tiny": True, "python": False}


def test_workloads_that_differ_in_one_size_make_a_curve(site):
    page = (site / "results" / "group-profile.html").read_text(encoding="utf-8")
    assert "By needle length, forward" in page
    drawn = (site / "figures" / "results-series-needle-absent-length.m1.svg").read_text()
    assert "memmem" in drawn and "needle length" in drawn
    assert page.count("Nothing but the length differs.") == 1


def test_summary_is_markdown_tables_of_equal_width(site):
    summary = (site / "summary.md").read_text(encoding="utf-8")
    assert "| auto | **" in summary
    tables = re.findall(r"(?:^\|.*\n)+", summary, re.M)
    assert len(tables) >= 5
    assert "wrong answer: 7, expected absent \\<&>." in summary     # no tag to a reader of Markdown
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1
    assert "✗ fail" in summary


def test_csv_has_a_line_for_every_repetition_and_every_reason(site, given):
    rows = list(csv.DictReader((site / "data" / "results.csv").open()))
    repetitions = [row for row in json.loads(given[0].read_text())["benchmarks"]
                   if row["run_type"] == "iteration" and "cpu_time" in row]
    assert sum(row["state"] == "measured" for row in rows) == len(repetitions)
    assert {row["note"] for row in rows if row["state"] == "error"} == {
        "wrong answer: 7, expected absent <&>"}


def test_benchstat_text_has_go_benchmark_lines(site):
    text = (site / "data" / "results.benchstat.txt").read_text()
    lines = [line for line in text.splitlines() if line.startswith("Benchmark")]
    assert lines and all(re.fullmatch(
        r"Benchmark[A-Z]\S+ \d+ \S+ ns/op( \S+ MB/s)?", line) for line in lines)


def test_rebar_csv_is_what_rebar_reads(site):
    rows = list(csv.DictReader((site / "data" / "results.rebar.csv").open()))
    for row in rows:        # rebar refuses a file that lacks a number in any row
        assert row["iters"].isdigit()
        for name in ("total", "median", "mad", "mean", "stddev", "min", "max"):
            assert re.fullmatch(r"[0-9]+\.[0-9]+ns", row[name]), name
        assert bool(row["err"]) == (row["iters"] == "0") == (row["median"] == "0.00ns")
    assert {row["model"] for row in rows if row["err"]} == {"absent", "first", "tiny", "python"}


def test_rebar_finds_the_throughput_that_was_measured(tmp_path):
    data = samples.results()
    for row in data["benchmarks"]:      # an iteration of two searches
        if row["name"] == "first/english_rare/auto" and row["run_type"] == "iteration":
            row["bytes_per_second"] *= 2
    (tmp_path / "two.json").write_text(json.dumps(data))
    assert build.main([str(tmp_path / "two.json"), "-o", str(tmp_path / "out")]) == 0
    lengths = {(row["model"], row["engine"]): row["haystack_len"] for row in csv.DictReader(
        (tmp_path / "out" / "data" / "two.rebar.csv").open())}
    assert lengths["first", "auto"] == str(2 << 20) and lengths["first", "memmem"] == str(1 << 20)
    assert lengths["tiny", "auto"] == ""


def test_raw_data_is_the_given_file(site, given):
    assert (site / "data" / "results.json").read_text() == given[0].read_text()


@pytest.mark.parametrize("arguments, absent", [
    (lambda results, folder: [results], "The conformance suite was not run"),
    (lambda results, folder: ["--conformance", folder], "The benchmark was not run"),
])
def test_what_was_not_run_is_said(given, tmp_path, arguments, absent):
    output = tmp_path / "out"
    assert build.main([*map(str, arguments(*given)), "-o", str(output)]) == 0
    assert absent in text_of(output / "index.html")
    assert "not run" in (output / "summary.md").read_text()
    assert site_check.faults(output) == []


def test_several_machines_stay_apart(given, tmp_path):
    other = tmp_path / "other.json"
    other.write_text(json.dumps(samples.results(
        seed=3, cpu_model="Other CPU", libc="musl 1.2.3")))
    output = tmp_path / "out"
    assert build.main([str(given[0]), str(other), "-o", str(output)]) == 0
    assert site_check.faults(output) == []
    text = text_of(output / "index.html")
    assert "Other CPU" in text and "Sample CPU" in text
    assert "musl 1.2.3" in text_of(output / "platforms.html")


def test_platforms_are_set_over_the_first(given, tmp_path):
    other = tmp_path / "other.json"
    other.write_text(json.dumps(samples.results(slower={"auto": 2}, libc="musl 1.2.3")))
    output = tmp_path / "out"
    assert build.main([str(given[0]), str(other), "-o", str(output)]) == 0
    page = text_of(output / "platforms.html")
    assert "musl 1.2.3 , model absent : cost over that of the first file." in page
    assert "Strategy english hostile profile auto 2.00× 2.00× 2.00× libc_klibc 1.00×" in page
    assert "naive not run 1.00×" in page        # an error on english


def test_many_workloads_of_several_platforms_are_left_to_their_pages(
        given, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "INDEX_WORKLOADS", 3)
    output = tmp_path / "out"
    assert build.main([str(given[0]), str(given[0]), "-o", str(output)]) == 0
    page = (output / "platforms.html").read_text()
    assert 'href="results/group-tiny.html"' in page and "english_rare" not in page
    assert site_check.faults(output) == []


def test_targets_of_one_name_are_told_apart(given, tmp_path):
    folders = []
    for name, arch in (("a", "x86_64"), ("b", "aarch64"), ("c", "aarch64")):
        (tmp_path / name).mkdir()
        folders += ["--conformance", str(tmp_path / name)]
        (tmp_path / name / "pypy.jsonl").write_text(samples.verdicts(
            "pypy", platform={"os": "linux", "arch": arch}))
    output = tmp_path / "out"
    assert build.main([*folders, "-o", str(output)]) == 0
    assert site_check.faults(output) == []
    for label in ("pypy (linux x86_64)", "pypy (linux aarch64)", "pypy (linux aarch64) 2"):
        assert f">{label}</a>" in (output / "conformance.html").read_text()


def test_runs_of_one_machine_are_called_by_what_differs(given, tmp_path):
    other = tmp_path / "other.json"
    other.write_text(json.dumps(samples.results(seed=3, libc="musl 1.2.3")))
    runs = [records.load_run(path) for path in (given[0], other)]
    assert [run.label for run in build.Site(runs, [], None).runs] == ["glibc 2.36", "musl 1.2.3"]
    assert build.Site(runs[:1], [], None).runs[0].label == "Sample CPU, glibc 2.36"
    same = build.Site([runs[0], runs[0]], [], None).runs
    assert len({run.label for run in same}) == len({run.slug for run in same}) == 2


def test_files_of_one_name_are_told_apart(given, tmp_path):
    (tmp_path / "musl").mkdir()
    other = tmp_path / "musl" / "results.json"
    other.write_text(json.dumps(samples.results(seed=3)))
    output = tmp_path / "out"
    assert build.main([str(given[0]), str(other), "-o", str(output)]) == 0
    assert (output / "musl-results" / "machine.html").exists()


def test_new_strategy_and_workload_appear_without_an_edit(given, tmp_path):
    text = given[0].read_text().replace("naive", "brand_new").replace("english_rare", "copied")
    source = tmp_path / "results.json"
    source.write_text(text)
    output = tmp_path / "out"
    assert build.main([str(source), "-o", str(output)]) == 0
    assert (output / "results" / "strategy-brand_new.html").exists()
    assert "copied" in text_of(output / "index.html")


def renamed_group(tmp_path, given, **groups):
    data = json.loads(given[0].read_text())
    for workload, group in groups.items():
        data["fmmap"]["workloads"][workload]["group"] = group
    (tmp_path / "results.json").write_text(json.dumps(data))
    return run_build(tmp_path / "results.json", "-o", tmp_path / "out")


def test_names_that_differ_in_signs_only_keep_pages_of_their_own(given, tmp_path):
    assert renamed_group(tmp_path, given, periodic="C", tiny="C++").returncode == 0
    assert site_check.faults(tmp_path / "out") == []
    pages = [text_of(path) for path in (tmp_path / "out" / "results").glob("group-C*.html")]
    assert len(pages) == 2 and any("C++" in page for page in pages)


def test_names_that_would_share_a_page_are_refused_in_a_line(given, tmp_path):
    ended = renamed_group(tmp_path, given, periodic="a b", tiny="a-b")
    assert ended.returncode == 1 and ended.stderr.count("\n") == 1
    assert "results/group-a-b.html" in ended.stderr and not (tmp_path / "out").exists()


def test_partial_run_says_so(tmp_path):
    source = tmp_path / "results.json"
    source.write_text(json.dumps(samples.results(complete=False)))
    build.main([str(source), "-o", str(tmp_path / "out")])
    assert "stopped early" in text_of(tmp_path / "out" / "index.html").split("fastest for")[0]
    for name in ("rivals.html", "results/group-tiny.html", "results/workload-tiny.html"):
        assert "Partial: the benchmark was stopped early." in text_of(tmp_path / "out" / name)


def test_only_a_partial_run_is_called_partial(site):
    assert not [path for path in site.rglob("*.html") if "Partial:" in path.read_text()]


def test_run_without_any_figure_makes_a_report(tmp_path):
    data = samples.results()
    data["benchmarks"] = [samples.error_row("tiny", "auto", "wrong answer")]
    source = tmp_path / "results.json"
    source.write_text(json.dumps(data))
    assert build.main([str(source), "-o", str(tmp_path / "out")]) == 0
    assert site_check.faults(tmp_path / "out") == []


def every_place(value, path=()):
    """The path to every value inside a JSON value; of lists, to the first two."""
    inside = value.items() if isinstance(value, dict) else (
        list(enumerate(value))[:2] if isinstance(value, list) else ())
    for key, inner in inside:
        yield (*path, key)
        yield from every_place(inner, (*path, key))


PLACES = sorted(every_place(samples.results(repetitions=3)), key=str)
ODD = [None, True, 0, -1, 1.5, "", "a/b\n<&", [], {}, [1], ["a"], {"a": 1}, 10 ** 30, 10 ** 400,
       float("inf"), float("nan")]


@settings(max_examples=60)
@each(st.sampled_from(PLACES), st.sampled_from(ODD))
def test_an_odd_value_anywhere_is_shown_or_refused_in_one_line(tmp_path_factory, place, value):
    data = samples.results(repetitions=3)
    around = data
    for key in place[:-1]:
        around = around[key]
    around[place[-1]] = value
    folder = tmp_path_factory.mktemp("odd")
    (folder / "results.json").write_text(json.dumps(data))
    try:
        site = build.Site([records.load_run(folder / "results.json")], [], None)
    except records.BadRecord as refusal:
        assert "\n" not in str(refusal)
        return
    build.render(site, folder / "site")
    assert all(text for _, text in exports.files(site))


def run_build(*arguments, **settings):
    return subprocess.run([sys.executable, str(Path(build.__file__)), *map(str, arguments)],
                          capture_output=True, text=True, **settings)


@pytest.mark.parametrize("content", ["", "{", '{"context": {}}', "[1]", "hello"])
def test_foreign_or_truncated_file_is_one_line_and_leaves_the_old_report(tmp_path, given, content):
    output = tmp_path / "out"
    build.main([str(given[0]), "-o", str(output)])
    before = bytes_of(output)
    bad = tmp_path / "bad.json"
    bad.write_text(content)
    result = run_build(bad, "-o", output)
    assert result.returncode != 0
    assert str(bad) in result.stderr and result.stderr.count("\n") == 1
    assert bytes_of(output) == before


def test_truncated_conformance_result_is_one_line(tmp_path):
    folder = tmp_path / "conformance"
    folder.mkdir()
    cut = samples.verdicts("target").splitlines(keepends=True)[:-1]
    (folder / "target.jsonl").write_text("".join(cut))
    result = run_build("--conformance", folder, "-o", tmp_path / "out")
    assert result.returncode != 0
    assert "target.jsonl: no footer line" in result.stderr and result.stderr.count("\n") == 1


def test_missing_gnuplot_is_one_line(tmp_path, given):
    result = run_build(given[0], "-o", tmp_path / "out", env={"PATH": str(tmp_path)})
    assert result.returncode != 0
    assert "gnuplot is missing" in result.stderr and result.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_strategy_that_could_not_be_built_is_said_with_the_reason(site):
    sentence = "not measured: peer_x: install package x & co."
    assert sentence in text_of(site / "index.html")
    assert sentence in (site / "summary.md").read_text()


@pytest.mark.parametrize("arguments", [[], ["--conformance", "empty"]])
def test_nothing_to_show_is_one_line_and_no_report(tmp_path, arguments):
    (tmp_path / "empty").mkdir()
    result = run_build(*arguments, "-o", tmp_path / "out", cwd=tmp_path)
    assert result.returncode == 1 and result.stderr.count("\n") == 1
    assert "no result to show" in result.stderr
    assert not (tmp_path / "out").exists()


def test_folder_that_cannot_be_written_is_named(given):
    result = run_build(given[0], "-o", "/proc/report")
    assert result.returncode == 1 and result.stderr.count("\n") == 1
    assert result.stderr.startswith("build.py: /proc/report: ")


def test_pdf_is_printed(tmp_path, given):
    assert build.main([str(given[0]), "-o", str(tmp_path / "out"), "--pdf"]) == 0
    assert (tmp_path / "out" / "report.pdf").read_bytes().startswith(b"%PDF")


def test_missing_browser_is_one_line(tmp_path, given, monkeypatch, capsys):
    monkeypatch.setattr(shutil, "which", lambda name: None if "chrom" in name else name)
    assert build.main([str(given[0]), "-o", str(tmp_path / "out"), "--pdf"]) == 1
    message = capsys.readouterr().err
    assert "needs Chromium" in message and message.count("\n") == 1


def test_folder_that_is_no_report_is_left_alone(tmp_path, given):
    (tmp_path / "precious").write_text("mine")
    result = run_build(given[0], "-o", tmp_path)
    assert result.returncode != 0 and "is no report" in result.stderr
    assert (tmp_path / "precious").read_text() == "mine"


def test_output_that_cannot_be_made_is_one_line(tmp_path, given):
    (tmp_path / "file").write_text("")
    result = run_build(given[0], "-o", tmp_path / "file" / "out")
    assert result.returncode != 0 and result.stderr.count("\n") == 1


def test_new_page_is_one_file(tmp_path, given, monkeypatch):
    copy = tmp_path / "reports"
    shutil.copytree(Path(build.__file__).parent, copy,
                    ignore=shutil.ignore_patterns("test", "__pycache__"))
    (copy / "pages" / "news.html.j2").write_text(
        '{% extends "_base.html.j2" %}{% set title = "News" %}'
        "{% block main %}<h1>News</h1>{% endblock %}")
    monkeypatch.setattr(build, "HERE", copy)
    build.main([str(given[0]), "-o", str(tmp_path / "out")])
    assert "News" in text_of(tmp_path / "out" / "news.html")
    assert '<a href="news.html">News</a>' in (tmp_path / "out" / "index.html").read_text()


def test_looks_tell_strategies_apart_and_come_from_the_name():
    names = [f"strategy_{i}" for i in range(40)]
    found = figures.looks(names)
    assert len(set(found.values())) == len(names)
    assert figures.looks(reversed(names)) == found
    few = figures.looks(names[:8])
    assert len({look.colour for look in few.values()}) == 8
    without = figures.looks(names[1:])
    assert sum(without[name] == found[name] for name in names[1:]) > len(names) / 2


def test_overview_of_many_workloads_leaves_the_tables_to_the_groups(given, tmp_path, monkeypatch):
    monkeypatch.setattr(build, "INDEX_WORKLOADS", 3)
    output = tmp_path / "out"
    assert build.main([str(given[0]), "-o", str(output)]) == 0
    index = (output / "index.html").read_text()
    assert "too many for one page" in index and 'href="results/group-tiny.html"' in index
    assert "#first.memmem" in (output / "results" / "group-english.html").read_text()
    summary = (output / "summary.md").read_text()
    assert "geometric mean" in summary and "english_rare" not in summary
    for table in re.findall(r"(?:^\|.*\n)+", summary, re.M):
        assert len({line.count("|") for line in table.splitlines()}) == 1
    assert site_check.faults(output) == []


def test_workload_page_has_no_blank(site):
    page = (site / "results" / "workload-english_rare.html").read_text()
    assert "<dd></dd>" not in page and "<dt>haystack length</dt><dd>1048576</dd>" in page
