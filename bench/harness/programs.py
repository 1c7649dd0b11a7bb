# SPDX-License-Identifier: MPL-2.0
"""What carries out measurements: fmmap-bench, as it is or under another C library.

A program has strategies and measures a workload under some of them once. pythons.py has the
programs of model "python".
"""

import dataclasses
import json
import pathlib
import re
import signal
import subprocess


class ProgramError(Exception):
    """A program that cannot be used; the message names it and the remedy."""


@dataclasses.dataclass
class Outcome:
    """One repetition. Rows are Google Benchmark's, their "run_name" MODEL/WORKLOAD/STRATEGY."""

    rows: list = dataclasses.field(default_factory=list)
    refused: dict = dataclasses.field(default_factory=dict)  # strategy: reason
    context: dict = dataclasses.field(default_factory=dict)
    broken: str = ""  # why there is nothing, if so


@dataclasses.dataclass(frozen=True)
class Settings:
    """How a repetition is measured."""

    number: int      # of the round, from 0
    min_time: float  # seconds
    limit: float     # seconds
    folder: pathlib.Path  # for files of the moment


def how_it_ended(ended):
    """The last words of a process, or what killed it."""
    if ended.returncode < 0:
        return f"it crashed with {signal.strsignal(-ended.returncode)}"
    said = (ended.stderr or "").strip().splitlines()
    return said[-1] if said else f"it ended with status {ended.returncode}"


class Native:
    """fmmap-bench. With a loader (ld-linux*.so of another glibc) it runs under that loader's C
    library, and its strategies carry the library's name: memmem_glibc_2.41. `called`: its name in
    messages, if that is another."""

    def __init__(self, binary, loader=None, called=None):
        self.command, self.called = [str(binary)], called or binary
        if loader:
            path = ":".join([str(loader.parent), *_library_folders(binary)])
            self.command = [str(loader), "--library-path", path, str(binary)]
        self.libc = self._ask("--libc").strip()
        self.suffix = "_" + re.sub(r"[^\w.]+", "_", self.libc) if loader else ""
        self.own = {}  # full name: name in the program
        self.strategies = {}
        listed = [line.split("\t") for line in self._ask("--list").splitlines()]
        if not listed or any(len(fields) != 7 for fields in listed):
            raise ProgramError(f"{self.called} is no fmmap-bench: `make bench` builds one")
        for name, available, prepared, origin, source, worst_case, summary in listed:
            if loader and name.startswith("libc_"):
                continue  # another library's functions are the same under every loader
            self.own[name + self.suffix] = name
            self.strategies[name + self.suffix] = {
                "summary": summary, "source": source, "worst_case": worst_case,
                "available": available == "1", "prepared": prepared == "1", "origin": origin,
                "libc": self.libc}

    def _ask(self, option):
        try:
            ended = subprocess.run([*self.command, option], capture_output=True, text=True)
        except OSError as error:
            raise ProgramError(f"{self.called}: {error.strerror}; `make bench` builds "
                               "fmmap-bench") from None
        if ended.returncode != 0:
            raise ProgramError(f"{self.called}: {how_it_ended(ended)}")
        return ended.stdout

    def takes(self, workload):
        return workload.story["model"] != "python"

    def also_called(self, name):
        return (name, self.own[name])

    def measure(self, workload, path, names, settings):
        rows, pairs = settings.folder / "rows.json", settings.folder / "pairs.tsv"
        for file in (rows, pairs):
            file.unlink(missing_ok=True)
        ended = subprocess.run(
            [*self.command, f"--strategies={','.join(self.own[name] for name in names)}",
             f"--seed={settings.number}", f"--limit={settings.limit}", f"--pairs={pairs}",
             f"--benchmark_min_time={settings.min_time}", f"--benchmark_out={rows}",
             "--benchmark_out_format=json", str(path)],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        refused = self._refused(pairs)
        if len(refused) == len(names):
            return Outcome(refused=refused)
        try:
            result = json.loads(rows.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            result = None
        if result is None or ended.returncode not in (0, 1):
            return Outcome(refused=refused, broken=f"fmmap-bench: {how_it_ended(ended)}")
        for row in result["benchmarks"]:
            model, name, strategy, *clock = row["run_name"].split("/")
            row["run_name"] = f"{model}/{name}/{strategy}{self.suffix}"
            if clock:  # real_time: the strategy sleeps or waits
                row["clock"] = "real"
        return Outcome(result["benchmarks"], refused, result["context"])

    def _refused(self, path):
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        pairs = [line.split("\t") for line in lines]
        return {strategy + self.suffix: reason for verdict, _, strategy, _, reason in pairs
                if verdict == "refused"}


def _library_folders(binary):
    """Where the binary's libraries lie on this system, for those that the other C library does not
    bring along."""
    listing = subprocess.run(["ldd", binary], capture_output=True, text=True).stdout
    return list(dict.fromkeys(re.findall(r"=> (/\S+)/[^/\s]+ \(", listing)))


def natives(binary, libcs, called):
    """fmmap-bench as it is, whose name in messages is `called`, and once for each path of `libcs`:
    a glibc's loader, or a folder in which one lies, such as an unpacked libc6 package."""
    programs = [Native(binary, called=called)]
    for path in libcs:
        path = pathlib.Path(path).absolute()
        found = [path] if path.is_file() else sorted(path.rglob("ld-linux*.so*"))
        found = [loader for loader in found if (loader.parent / "libc.so.6").exists()]
        if not found:
            raise ProgramError(f"{path}: no glibc there: no ld-linux*.so* beside a libc.so.6")
        programs.append(Native(binary, found[0], f"{called} under {found[0]}"))
    return programs
