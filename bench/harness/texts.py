# SPDX-License-Identifier: MPL-2.0
"""The bytes that workloads are made of: the functions a workload's expressions may call.

Each answers the same bytes on every machine and Python: the corpora are pinned by hash, random
bytes come from SHAKE-128 of the seed.
"""

import functools
import hashlib
import pathlib
import tomllib

CORPORA = pathlib.Path(__file__).parent.parent / "corpora"


class TextError(Exception):
    """A request that cannot be met; the message says why."""


# ---- Texts ------------------------------------------------------------------------------------

@functools.cache
def corpus(name):
    """What bench/corpora/NAME.toml says, with the text itself under "bytes"."""
    path = CORPORA / f"{name}.toml"
    try:
        about = tomllib.loads(path.read_text(encoding="utf-8"))
        data = (CORPORA / about["file"]).read_bytes()
    except FileNotFoundError:
        known = " ".join(sorted(p.stem for p in CORPORA.glob("*.toml")))
        raise TextError(f"no corpus {name!r}: there are {known}") from None
    digest = hashlib.sha256(data).hexdigest()
    if digest != about["sha256"]:
        raise TextError(f"corpus {about['file']} has sha256 {digest}, "
                        f"but {path.name} says {about['sha256']}")
    return {**about, "bytes": data}


def text(name, n=None):
    """The first n bytes of a corpus, which starts anew as often as needed; without n, all of it."""
    data = corpus(name)["bytes"]
    return data if n is None else repeat(data, n)


def repeat(unit, n):
    """n bytes of the unit, over and over."""
    if not unit:
        raise TextError("nothing to repeat")
    return (unit * (n // len(unit) + 1))[:n]


@functools.cache
def random(n, seed=0, alphabet=bytes(range(256))):
    """n random bytes of the alphabet, whose bytes are as frequent as they are in it."""
    digest = hashlib.shake_128(f"fmmap {seed}".encode()).digest(n)
    # Where 256 is no multiple of the size, the first bytes get up to 1/256 more: no matter here.
    return digest.translate(bytes(alphabet[i * len(alphabet) // 256] for i in range(256)))


def dna(n, seed=0):
    """n random letters A, C, G, T."""
    return random(n, seed, b"ACGT")


class _Dice:
    """Small random numbers for the generators below, from SHAKE-128 in blocks."""

    def __init__(self, seed):
        self.seed, self.block, self.pool = seed, 0, b""

    def below(self, limit):
        if len(self.pool) < 4:
            self.pool = hashlib.shake_128(f"dice {self.seed} {self.block}".encode()).digest(65536)
            self.block += 1
        number, self.pool = int.from_bytes(self.pool[:4], "little"), self.pool[4:]
        return number % limit

    def one_of(self, choices):
        return choices[self.below(len(choices))]


def _lines(n, line):
    parts, size = [], 0
    while size < n:
        parts.append(line())
        size += len(parts[-1])
    return b"".join(parts)[:n]


@functools.cache
def logs(n, seed=0):
    """n bytes of a web server's access log: addresses, dates, paths, status, sizes, agents."""
    dice = _Dice(f"logs {seed}")
    paths = ["/", "/index.html", "/search?q=", "/static/app.js", "/static/style.css",
             "/api/v1/items/", "/api/v1/users/", "/images/logo.png", "/favicon.ico", "/login"]
    agents = ["Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0",
              "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36", "curl/7.88.1",
              "Mozilla/5.0 (compatible; bot/2.1)"]
    clock = [0]

    def line():
        clock[0] += dice.below(3)
        hours, rest = divmod(clock[0], 3600)
        path = dice.one_of(paths) + (str(dice.below(100000)) if dice.below(2) else "")
        moment = f"{hours % 24:02}:{rest // 60:02}:{rest % 60:02}"
        status = dice.one_of([200, 200, 200, 200, 304, 404, 301])
        return (f"10.{dice.below(256)}.{dice.below(256)}.{dice.below(256)} - - "
                f"[{1 + hours // 24 % 28:02}/Mar/2026:{moment} +0000] \"GET {path} HTTP/1.1\" "
                f"{status} {dice.below(50000)} \"-\" \"{dice.one_of(agents)}\"\n").encode()
    return _lines(n, line)


@functools.cache
def json(n, seed=0):
    """n bytes of JSON records, one a line, all with the same keys."""
    dice = _Dice(f"json {seed}")
    words = corpus("english")["bytes"][:20000].decode().split()

    def line():
        name = dice.one_of(words).strip(",.:;?")
        return (f'{{"id": {dice.below(10**9)}, "name": "{name}", "active": '
                f'{"true" if dice.below(3) else "false"}, "score": {dice.below(1000) / 10}, '
                f'"tags": ["{dice.one_of(words)}", "{dice.one_of(words)}"], "parent": null}}\n'
                ).encode()
    return _lines(n, line)


def fibonacci(n, a=b"a", b=b"b"):
    """The first n bytes of the Fibonacci word: no word has more squares, or longer borders."""
    previous, word = b, a
    while len(word) < n:
        previous, word = word, word + previous
    return word[:n]


def thue_morse(n, a=b"a", b=b"b"):
    """The first n bytes of the Thue-Morse word, in which nothing occurs three times in a row."""
    word, inverse = a, b
    while len(word) < n:
        word, inverse = word + inverse, inverse + word
    return word[:n]


# ---- Changing and cutting them ----------------------------------------------------------------

def put(data, at, piece):
    """The data with the piece over its bytes from `at`, which counts from the end if negative."""
    at = at if at >= 0 else len(data) + at
    if at < 0 or at + len(piece) > len(data):
        raise TextError(f"put: {len(piece)} bytes at {at} do not fit into {len(data)}")
    return data[:at] + piece + data[at + len(piece):]


def every(data, k, piece, before=0):
    """The data with the piece over its bytes, `before` bytes ahead of each k-th byte."""
    changed = bytearray(data)
    for at in range(k - 1 - before, len(data) - len(piece) + 1, k):
        if at >= 0:
            changed[at:at + len(piece)] = piece
    return bytes(changed)


def cut(data, at, m):
    """m bytes of the data from `at`, which counts from the end if negative."""
    at = at if at >= 0 else len(data) + at
    if at < 0 or at + m > len(data):
        raise TextError(f"cut: {m} bytes at {at} are not inside {len(data)}")
    return data[at:at + m]


def cuts(data, m, count):
    """`count` pieces of m bytes, evenly spread over the data."""
    step = (len(data) - m) // count
    return [cut(data, i * step + step // 2, m) for i in range(count)]


def windows(data, size, count):
    """As cuts, by another name: haystacks that take turns."""
    return cuts(data, size, count)


def absent(needle, data):
    """The needle with one byte changed, so that it does not occur in the data: its middle byte if
    that will do, else another; to the letter nearest in value, so that it stays plausible."""
    middle = len(needle) // 2
    for at in sorted(range(len(needle)), key=lambda i: abs(i - middle)):
        for distance in range(1, 256):
            for value in (needle[at] + distance, needle[at] - distance):
                if 0 <= value <= 255:
                    changed = put(needle, at, bytes([value]))
                    if changed not in data:
                        return changed
    raise TextError("every needle like this occurs in the haystack")


def sprinkle(data, piece, count, seed=0):
    """The data with `count` copies of the piece laid over it, each somewhere in its own equal
    share of the data."""
    if count == 0:
        return data
    share = len(data) // count
    if len(piece) > share:
        raise TextError(f"sprinkle: {count} times {len(piece)} bytes do not fit into {len(data)}")
    dice = _Dice(f"sprinkle {seed}")
    changed = bytearray(data)
    for i in range(count):
        at = i * share + dice.below(share - len(piece) + 1)
        changed[at:at + len(piece)] = piece
    return bytes(changed)


def shuffled_pairs(data, low, high, m_low, m_high, present, count, seed=0):
    """`count` short searches, for the tiny model: haystacks of low to high bytes cut from the data,
    needles of m_low to m_high bytes; `present` percent of them occur. In random order."""
    dice = _Dice(f"pairs {seed}")
    pairs = []
    for _ in range(count):
        n = low + dice.below(high - low + 1)
        m = min(n, m_low + dice.below(m_high - m_low + 1))
        haystack = cut(data, dice.below(len(data) - n + 1), n)
        needle = cut(haystack, dice.below(n - m + 1), m)
        if dice.below(100) >= present:
            needle = absent(needle, haystack)
        pairs.append((haystack, needle))
    return pairs


def starts(data, n, count, m, within):
    """`count` searches in n bytes of the data, each for the m bytes that stand `within` or fewer
    bytes from the start of its haystack, and nowhere before."""
    pairs = []
    for haystack in windows(data, n, count):
        places = [at for at in range(within - m + 1) if haystack.find(haystack[at:at + m]) == at]
        pairs.append((haystack, cut(haystack, places[len(pairs) * len(places) // count], m)))
    return pairs


FUNCTIONS = {f.__name__: f for f in (
    text, repeat, random, dna, logs, json, fibonacci, thue_morse, put, every, cut, cuts, windows,
    absent, sprinkle, shuffled_pairs, starts)}

# Where generated bytes come from, for the pages; the rest only rearrange.
GENERATORS = {"random", "dna", "logs", "json", "fibonacci", "thue_morse", "repeat"}
