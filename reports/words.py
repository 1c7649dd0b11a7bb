# SPDX-License-Identifier: MPL-2.0
"""Numbers, names and verdicts as a reader sees them."""
import hashlib
import re

# Verdict -> symbol; the word always stands beside it, colour never stands alone.
SYMBOLS = {
    "pass": "✓", "fail": "✗", "crash": "✖", "timeout": "…", "broken": "!",
    "unsupported": "–", "deviates": "≠", "fixed": "☆", "unspecified": "?",
}
# What each verdict says about the target, for the legend and for the order of lists.
MEANINGS = {
    "pass": "does what the rule says",
    "fail": "does something else",
    "crash": "the process died",
    "timeout": "gave no answer in time",
    "broken": "our own set-up failed; says nothing about the target",
    "unsupported": "lacks a capability that the case needs",
    "deviates": "differs, as its target file says and links",
    "fixed": "a known deviation that no longer occurs; its entry is stale",
    "unspecified": "recorded, not judged",
}
# Verdicts by which a target differs from the rule, most serious first, and with them those that
# someone has to look at.
DIFFERS = ("crash", "timeout", "fail", "deviates")
NOTABLE = ("crash", "timeout", "fail", "broken", "fixed", "deviates")


def three_digits(value):
    """Three significant digits, plain notation where it stays short."""
    if value == 0:
        return "0"
    if not 1e-4 <= abs(value) < 1e10:
        return f"{value:.2e}"
    text = f"{value:#.3g}".rstrip(".")
    return str(int(float(text))) if "e" in text and abs(value) >= 1 else text


def percent(fraction):
    """A relative spread: two significant digits below ten per cent, whole numbers above."""
    value = fraction * 100
    if value < 0.05:
        return "<0.1 %"
    return f"{value:.1f} %" if value < 9.95 else f"{value:.0f} %"


def times(ratio):
    """A ratio as a factor."""
    return f"{three_digits(ratio)}×"


def natural(name):
    """Sort key by which 3.9 comes before 3.10."""
    return [(0, int(part), "") if part.isdigit() else (1, 0, part)
            for part in re.split(r"(\d+)", name) if part]


def essential(counts):
    """The verdicts that tell most: what passes and what needs a look; if there is neither, all."""
    kept = {word: number for word, number in counts.items() if word in ("pass", *NOTABLE)}
    return kept or counts


def size(count):
    """A byte count in binary units where it is a round number of them."""
    for unit, power in (("GiB", 30), ("MiB", 20), ("KiB", 10)):
        if count >= 1 << power:
            value = count / (1 << power)
            return f"{value:.0f} {unit}" if value == int(value) else f"{value:.3g} {unit}"
    return f"{count} B"


def count(number, noun, plural=None):
    return f"{number} {noun if number == 1 else plural or noun + 's'}"


def joined(names):
    """a, b and c"""
    names = list(names)
    return " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))


def plain(value):
    """A value of a result file in words."""
    if isinstance(value, dict):
        return ", ".join(f"{key}: {plain(inner)}" for key, inner in value.items()) or "none"
    if isinstance(value, (list, tuple)):
        return ", ".join(map(plain, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value in (None, "") else str(value)


def slug(name):
    """A name as part of a file name or anchor. Blanks and slashes become hyphens; where more than
    that is lost, as in C++, a hash of the name keeps it apart from others."""
    whole = re.sub(r"[\s/]", "-", str(name))
    kept = re.sub(r"[^A-Za-z0-9_.-]+", "-", whole).strip("-.")
    if kept and kept == whole:
        return kept
    return "-".join(filter(None, (kept, hashlib.sha256(str(name).encode()).hexdigest()[:6])))
