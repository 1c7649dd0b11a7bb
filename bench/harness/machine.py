# SPDX-License-Identifier: MPL-2.0
"""What the result file says of the machine, beyond what Google Benchmark finds out itself."""

import os
import pathlib
import platform
import re
import subprocess


def _read(path):
    try:
        return pathlib.Path(path).read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def _command(*words):
    try:
        return subprocess.run(words, capture_output=True, text=True, timeout=10).stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _cpu_model():
    found = re.search(r"^(?:model name|Model|cpu model)\s*:\s*(.+)$", _read("/proc/cpuinfo"), re.M)
    return (found and found[1]) or _command("sysctl", "-n", "machdep.cpu.brand_string") \
        or _command("sysctl", "-n", "hw.model") or platform.processor() or "unknown"


def _cpu_features():
    """The vector extensions among the features, which decide what strategies are available."""
    found = re.search(r"^(?:flags|Features)\s*:\s*(.+)$", _read("/proc/cpuinfo"), re.M)
    wanted = re.compile(r"(sse|ssse|avx|bmi|popcnt|asimd|sve|neon|vx)")
    return " ".join(word for word in (found[1].split() if found else []) if wanted.match(word))


def _virtualised():
    answers = [_command("systemd-detect-virt", kind) for kind in ("--vm", "--container")]
    answers = [answer for answer in answers if answer and answer != "none"]
    if answers:
        return ", ".join(answers)
    return "a hypervisor" if " hypervisor" in _read("/proc/cpuinfo") else "unknown"


def _system():
    named = dict(re.findall(r'^(\w+)="?([^"\n]*)"?$', _read("/etc/os-release"), re.M))
    return named.get("PRETTY_NAME") or f"{platform.system()} {platform.release()}"


def _frequency_governor():
    return _read("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor") or "unknown"


def describe():
    """Facts that hold for the whole run, as text."""
    return {
        "cpu_model": _cpu_model(),
        "cpu_features": _cpu_features() or "unknown",
        "architecture": platform.machine(),
        "system": _system(),
        "kernel": f"{platform.system()} {platform.release()}",
        "virtualised": _virtualised(),
        "frequency_governor": _frequency_governor(),
        "page_size": str(os.sysconf("SC_PAGE_SIZE")),
    }


def load():
    """Load averages of 1, 5 and 15 minutes."""
    return [round(value, 2) for value in os.getloadavg()]


def revision(folder):
    """The revision of the project's files, "+" where they were changed since; or "unknown"."""
    commit = _command("git", "-C", str(folder), "rev-parse", "--short=12", "HEAD")
    if not commit:
        return "unknown"
    changed = _command("git", "-C", str(folder), "status", "--porcelain", "--untracked-files=no")
    return commit + ("+" if changed else "")
