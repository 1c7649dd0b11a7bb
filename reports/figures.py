# SPDX-License-Identifier: MPL-2.0
"""Figures: data files for plots/*.gp, the calls of gnuplot, and the look of each strategy.

A figure is drawn in the light theme's colours; the style that `_finish` puts into the SVG turns
them into the dark theme's where the reader's system asks for it.
"""
import hashlib
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

PLOTS = Path(__file__).parent / "plots"

# Okabe and Ito's palette, told apart with any colour vision: (on white, on black). The yellow is
# darkened and the blue lightened where they would not stand out from the paper.
PALETTE = (("#E69F00", "#E69F00"), ("#56B4E9", "#56B4E9"), ("#009E73", "#1DBE92"),
           ("#A89B00", "#F0E442"), ("#0072B2", "#4A9FE0"), ("#D55E00", "#F07B2E"),
           ("#B85C91", "#DE9BC3"), ("#404040", "#E0E0E0"))
INK = ("#202428", "#E4E7EB")        # text and axes
GRID = ("#C9CED6", "#454B54")       # grid lines
# gnuplot's point types, which the swatches of the tables draw too (see _macros.html.j2)
SHAPES = {7: "disc", 5: "square", 9: "triangle up", 11: "triangle down", 13: "diamond",
          15: "pentagon", 6: "ring", 4: "square ring", 8: "hollow triangle up",
          10: "hollow triangle down", 12: "hollow diamond", 14: "hollow pentagon"}


class NoGnuplot(Exception):
    """gnuplot is missing or failed, in one line."""


@dataclass(frozen=True)
class Look:
    """How one strategy is drawn on every figure of a report."""
    colour: int         # index into PALETTE
    shape: int          # key of SHAPES

    @property
    def light(self):
        return PALETTE[self.colour][0]


def _hash(*parts):
    return hashlib.sha256("\0".join(map(str, parts)).encode()).digest()


def looks(names):
    """A look for each name, from the name itself. Each name ranks the colours and shapes by a hash
    and takes its favourite among those least taken, so two names look alike only when all
    combinations are used up, and adding a name leaves most others as they were."""
    found = {}
    for name in sorted(names, key=_hash):
        colour = min(range(len(PALETTE)), key=lambda one: (
            [look.colour for look in found.values()].count(one), _hash(name, one)))
        shape = min(SHAPES, key=lambda one: (
            Look(colour, one) in found.values(),
            [look.shape for look in found.values()].count(one), _hash(name, one)))
        found[name] = Look(colour, shape)
    return found


class Plotter:
    """Draws figures into one folder."""

    def __init__(self, folder, scratch):
        self.folder, self.scratch = folder, scratch
        self.program = shutil.which("gnuplot")
        if not self.program:
            raise NoGnuplot("gnuplot is missing, which draws the figures: install it "
                            "(`make deps`) and build the report again")

    def draw(self, plot, name, rows, title, description, **settings):
        """Run plots/PLOT.gp on rows (tuples; texts are quoted); returns (width, height)."""
        data = self.scratch / f"{name}.dat"
        data.write_text("".join(" ".join(map(_field, row)) + "\n" if row else "\n\n"
                                for row in rows), encoding="utf-8")
        drawn = self.scratch / f"{name}.svg"
        settings = {"data": str(data), "output": str(drawn), "ink": INK[0], "grid_colour": GRID[0],
                    **settings}
        preset = "; ".join(f"{key} = {_literal(value)}" for key, value in settings.items())
        result = subprocess.run(
            [self.program, "-d", "-e", preset, str(PLOTS / f"{plot}.gp")],
            capture_output=True, text=True, errors="replace")
        if result.returncode or not drawn.exists():
            complaint = " ".join(result.stderr.split()) or f"exit status {result.returncode}"
            raise NoGnuplot(f"gnuplot failed on {plot}.gp: {complaint}")
        svg = _finish(drawn.read_text(encoding="utf-8"), title, description)
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / f"{name}.svg").write_text(svg, encoding="utf-8")
        return tuple(map(int, re.search(r'width="(\d+)" height="(\d+)"', svg).groups()))


def _field(value):
    return '"' + value.replace('"', "'") + '"' if isinstance(value, str) else repr(value)


def _literal(value):
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def number_of(colour):
    """#RRGGBB as the number gnuplot's `rgb variable` reads."""
    return int(colour[1:], 16)


def _escape(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _finish(svg, title, description):
    """Give a drawn SVG its title, its description and its dark theme."""
    rules = []
    for light, dark in (*PALETTE, INK, GRID, ("#000000", INK[1])):
        red, green, blue = (int(light[i:i + 2], 16) for i in (1, 3, 5))
        padded, short = f"rgb({red:3d}, {green:3d}, {blue:3d})", f"rgb({red},{green},{blue})"
        for attribute, css in (("stroke", "stroke"), ("fill", "fill"), ("color", "color")):
            which = ", ".join(f'[{attribute}="{text}"]' for text in (padded, short))
            rules.append(f"{which} {{ {css}: {dark} }}")
    rules.append(f'[color="black"] {{ color: {INK[1]} }} [fill="black"] {{ fill: {INK[1]} }}')
    style = ("<style>text { font-family: system-ui, sans-serif }\n"
             "@media (prefers-color-scheme: dark) {\n" + "\n".join(rules) + "\n}</style>")
    svg = svg.replace("<title>Gnuplot</title>", f"<title>{_escape(title)}</title>", 1)
    described = f"<desc>{_escape(description)}</desc>\n{style}"
    return re.sub(r"<desc>.*?</desc>", lambda _: described, svg, count=1, flags=re.S)
