# SPDX-License-Identifier: MPL-2.0
"""Reads a finished site as a reader's browser would, and lists what is wrong with it."""
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr"}
INSIDE_PARAGRAPH_FORBIDDEN = {"p", "div", "ul", "ol", "dl", "table", "pre", "h1", "h2", "h3",
                              "figure", "section", "footer", "main", "nav"}
INSIDE = {"li": {"ul", "ol"}, "dt": {"dl"}, "dd": {"dl"}, "tr": {"thead", "tbody"},
          "td": {"tr"}, "th": {"tr"}, "caption": {"table"}, "figcaption": {"figure"}}


class Page(HTMLParser):
    """Faults, links and anchors of one page."""

    def __init__(self, text):
        super().__init__(convert_charrefs=False)
        self.open, self.faults, self.links, self.anchors = [], [], [], set()
        self.headings, self.title = [], 0
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is never closed" for tag in self.open]
        if not text.startswith("<!DOCTYPE html>"):
            self.faults.append("no doctype")
        if self.headings[:1] != [1] or self.headings.count(1) != 1:
            self.faults.append("not exactly one h1, first of all headings")
        self.faults += [f"h{after} follows h{before}" for before, after in
                        zip(self.headings, self.headings[1:]) if after > before + 1]
        if self.title != 1:
            self.faults.append("not exactly one title")

    def fault(self, text):
        self.faults.append(f"line {self.getpos()[0]}: {text}")

    def handle_starttag(self, tag, attributes):
        names = [name for name, _ in attributes]
        if len(names) != len(set(names)):
            self.fault(f"<{tag}> has an attribute twice")
        parent = self.open[-1] if self.open else None
        if "p" in self.open and tag in INSIDE_PARAGRAPH_FORBIDDEN:
            self.fault(f"<{tag}> inside <p>")
        if tag in INSIDE and parent not in INSIDE[tag]:
            self.fault(f"<{tag}> inside <{parent}>")
        if tag == "a" and "a" in self.open:
            self.fault("link inside a link")
        if tag == "script" or any(name.startswith("on") for name in names):
            self.fault("JavaScript")
        given = dict(attributes)
        if tag == "img" and not given.get("alt"):
            self.fault("image without alternative text")
        if tag == "html" and not given.get("lang"):
            self.fault("no language")
        if "id" in given:
            if given["id"] in self.anchors:
                self.fault(f"id {given['id']!r} twice")
            if not given["id"] or " " in given["id"]:
                self.fault(f"bad id {given['id']!r}")
            self.anchors.add(given["id"])
        self.links += [given[name] for name in ("href", "src") if given.get(name)]
        if tag in ("h1", "h2", "h3", "h4"):
            self.headings.append(int(tag[1]))
        self.title += tag == "title" and "svg" not in self.open
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()
            if "svg" not in self.open:
                self.fault(f"<{tag}/> closes nothing in HTML")

    def handle_endtag(self, tag):
        if not self.open or self.open[-1] != tag:
            self.fault(f"</{tag}> closes <{self.open[-1] if self.open else 'nothing'}>")
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def handle_data(self, data):
        if "<" in data or "&" in data:
            self.fault(f"bare < or & in {data.strip()[:40]!r}")


def faults(folder):
    """Everything wrong in the HTML of a site: form, links, anchors, empty cells."""
    pages = {path: Page(path.read_text(encoding="utf-8"))
             for path in sorted(folder.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        here = path.relative_to(folder)
        found += [f"{here}: {fault}" for fault in page.faults]
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                if parts.scheme not in ("https", "http", "data"):
                    found.append(f"{here}: link to {link}")
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if not target.is_file() or folder.resolve() not in target.resolve().parents:
                found.append(f"{here}: {link} leads nowhere")
            elif parts.fragment and unquote(parts.fragment) not in pages[target].anchors:
                found.append(f"{here}: {link} has no such anchor")
        if "<td></td>" in path.read_text(encoding="utf-8"):
            found.append(f"{here}: an empty cell")
    return found
