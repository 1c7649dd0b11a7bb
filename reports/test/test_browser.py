# SPDX-License-Identifier: MPL-2.0
"""The finished site in headless Chromium: what only a browser can tell."""
import base64
import json
import os
import shutil
import socket
import struct
import subprocess
import time
import urllib.request

import pytest

import build
import samples

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Browser:
    """A headless Chromium and one tab of it, over the DevTools protocol."""

    def __init__(self, profile):
        program = next(filter(None, map(shutil.which, BROWSERS)), None)
        assert program, "Chromium is missing: install it (Debian: chromium), or run `make deps`"
        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic",
             "--no-first-run", "--disable-background-networking", "--disable-component-update",
             "--disable-sync", "--remote-debugging-port=0", f"--user-data-dir={profile}",
             "about:blank"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | {"TMPDIR": str(profile)})
        port = self._wait_for(profile / "DevToolsActivePort")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/json") as answer:
            tab = next(tab for tab in json.load(answer) if tab["type"] == "page")
        self.socket = socket.create_connection(("127.0.0.1", int(port)), timeout=60)
        path = tab["webSocketDebuggerUrl"].split(str(port), 1)[1]
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall((f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
                             "Upgrade: websocket\r\nConnection: Upgrade\r\n"
                             f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
                             ).encode())
        self.stream = self.socket.makefile("rb")
        while self.stream.readline() != b"\r\n":
            pass
        self.number, self.events = 0, []
        for domain in ("Page", "Log", "Runtime", "Network"):
            self.call(f"{domain}.enable")

    def _wait_for(self, path):
        for _ in range(600):
            if path.exists() and path.read_text():
                return path.read_text().split()[0]
            assert self.process.poll() is None, "Chromium ended while starting"
            time.sleep(0.1)
        raise AssertionError("Chromium did not start within a minute")

    def _read(self):
        data, last = b"", False
        while not last:
            head = self.stream.read(2)
            last, length = head[0] & 0x80, head[1] & 0x7f
            if length > 125:
                length = struct.unpack(*((">H", self.stream.read(2)) if length == 126
                                         else (">Q", self.stream.read(8))))[0]
            data += self.stream.read(length)
        return json.loads(data)

    def call(self, method, **params):
        self.number += 1
        data = json.dumps({"id": self.number, "method": method, "params": params}).encode()
        head = (struct.pack(">BB", 0x81, 0x80 | len(data)) if len(data) < 126
                else struct.pack(">BBH", 0x81, 0xfe, len(data)))
        self.socket.sendall(head + b"\0\0\0\0" + data)      # masked with zeros
        while True:
            message = self._read()
            if message.get("id") == self.number:
                assert "error" not in message, message
                return message["result"]
            self.events.append(message)

    def visit(self, path, width=1280, scheme="light"):
        """Open a page; returns what went wrong on it: console messages, failed loads."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=900,
                  deviceScaleFactor=1, mobile=False)
        self.call("Emulation.setEmulatedMedia",
                  features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.events = []
        self.call("Page.navigate", url=path.as_uri())
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self.events.append(self._read())
        return [event["params"] for event in self.events if event["method"] in (
            "Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown",
            "Network.loadingFailed")]

    def ask(self, expression):
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)[
            "result"]["value"]

    def close(self):
        self.socket.close()
        self.process.terminate()
        self.process.wait(timeout=30)


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    found = Browser(tmp_path_factory.mktemp("profile"))
    yield found
    found.close()


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("browser")
    results, conformance = samples.write(folder)
    output = folder / "report"
    build.main([str(results), "--conformance", str(conformance), "-o", str(output)])
    return output


def pages(site):
    """One page of each template is enough."""
    found = {}
    for path in sorted(site.rglob("*.html")):
        found.setdefault((path.parent, path.name.split("-")[0]), path)
    return list(found.values())


# So narrow a window makes tables of the sample scroll, as those of a whole run do on a phone
@pytest.mark.parametrize("width", [250, 390, 1280])
def test_no_page_is_wider_than_the_window_or_complains(browser, site, width):
    for path in pages(site):
        assert browser.visit(path, width) == [], path
        wide = browser.ask("""[...document.querySelectorAll("body *")].filter(
            e => !e.closest(".scroll, figure, pre, svg") &&
                 e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML).join()""")
        assert wide == "", path
        assert browser.ask("document.documentElement.scrollWidth") <= width, path


def test_on_a_phone_words_over_a_table_are_whole(browser, site):
    for path in pages(site):
        browser.visit(path, 390)
        assert browser.ask("""[...document.querySelectorAll("caption")].filter(
            e => e.getBoundingClientRect().right > innerWidth).map(e => e.textContent).join()"""
                           ) == "", path
        broken = browser.ask(r"""[...document.querySelectorAll("thead th")].filter(e => {
            const words = document.createRange();
            words.selectNodeContents(e);
            return /^\w+$/.test(e.textContent.trim()) && !e.querySelector("wbr") &&
                   new Set([...words.getClientRects()].map(r => Math.round(r.top))).size > 1;
            }).map(e => e.textContent).join()""")
        assert broken == "", path


def test_every_image_is_shown(browser, site):
    for path in pages(site):
        browser.visit(path)
        assert browser.ask("""[...document.images].filter(
            i => !i.complete || i.naturalWidth === 0).map(i => i.src).join()""") == "", path


def contrast(first, second):
    """Contrast ratio of two CSS rgb() colours, as WCAG defines it."""
    def luminance(colour):
        channels = [int(part) / 255 for part in colour[colour.index("(") + 1:-1].split(",")[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    high, low = sorted(map(luminance, (first, second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_the_paper(browser, site, scheme):
    browser.visit(site / "index.html", scheme=scheme)
    paper = browser.ask("getComputedStyle(document.body).backgroundColor")
    assert (contrast(paper, "rgb(0, 0, 0)") > 10) == (scheme == "light")
    for selector in ("body", "a", ".quiet", ".verdict.pass", ".verdict.crash", ".verdict.deviates",
                     ".verdict.unsupported", ".matrix small", ".matrix td.error"):
        colour = browser.ask(f"getComputedStyle(document.querySelector('{selector}')).color")
        assert contrast(colour, paper) >= 4.5, selector


def test_strategies_stand_out_from_the_paper(browser, site):
    for scheme in ("light", "dark"):
        browser.visit(site / "index.html", scheme=scheme)
        paper = browser.ask("getComputedStyle(document.body).backgroundColor")
        for colour in browser.ask("""[...document.querySelectorAll(".swatch")].map(
                e => getComputedStyle(e).color)"""):
            assert contrast(colour, paper) >= 2, colour
