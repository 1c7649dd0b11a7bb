# SPDX-License-Identifier: MPL-2.0
"""A session with one target: its driver's process, started anew after each loss."""
import importlib.util
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time

import targets

# The driver is also a library: it knows how case files are read and how to wait for a pipe.
sys.path.append(os.path.dirname(targets.PYTHON_DRIVER))  # where it finds fmmap_cases
_spec = importlib.util.spec_from_file_location("fmmap_python_driver", targets.PYTHON_DRIVER)
driver = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(driver)

START_SECONDS = 60   # an emulator may take long to come up
GRACE_SECONDS = 5    # the driver times cases itself; this is for a driver that hangs


class Dead(Exception):
    """The driver cannot be started or does not introduce itself."""


class Session:
    def __init__(self, target, cases, log=None):
        self.target, self.cases = target, cases
        self.tmp = tempfile.mkdtemp(prefix="fmmap-")  # also what a killed driver leaves behind
        self.log = open(log, "w+b") if log else tempfile.TemporaryFile()
        self.process, self.greeting = None, None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.stop()
        self.log.close()
        shutil.rmtree(self.tmp, ignore_errors=True)

    def start(self):
        """Start the driver, keep its greeting."""
        command = self.target.command + ["--cases", self.cases, "--tmp", self.tmp]
        command += ["--"] + self.target.remote if self.target.remote else []
        try:
            self.process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log,
                start_new_session=True, env=dict(os.environ, TMPDIR=self.tmp))
        except OSError as error:
            raise Dead(f"{command[0]}: {error.strerror}")
        outcome, answer = self.answer(START_SECONDS)
        if outcome != "answer" or answer.get("protocol") != driver.PROTOCOL:
            self.stop()
            how = answer.get("lost", answer) if outcome == "answer" else answer
            raise Dead(f"no greeting: {': '.join(filter(None, [str(how), self.last_words()]))}")
        self.greeting = answer

    def stop(self):
        """End the driver and all it started."""
        if self.process is None:
            return
        try:
            self.process.stdin.close()
        except OSError:
            pass  # it ended before it took the last request
        try:
            self.process.wait(1)  # it tidies up when its requests end
        except subprocess.TimeoutExpired:
            pass
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except OSError:
            pass  # nothing of it is left
        self.process.wait()
        self.process.stdout.close()
        self.process = None

    def answer(self, seconds):
        """One line of the driver: ("answer", object), or an outcome and its detail."""
        data, hung = driver.read_until(self.process.stdout.fileno(), time.time() + seconds,
                                       lambda data: data.endswith(b"\n"))
        if hung:
            return "timeout", f"no answer within {seconds:g} s"
        if not data:
            status = self.process.wait()
            return "crash", (f"the driver ended by {driver.signal_name(-status)}" if status < 0
                             else f"the driver ended with status {status}")
        try:
            answer = json.loads(data)
            if isinstance(answer, dict):
                return "answer", answer
        except ValueError:
            pass
        return "crash", f"garbage instead of an answer: {driver.short(data)}"

    def ask(self, timeout, **request):
        """Outcome, detail and seconds of one request; starts the driver where there is none."""
        if self.process is None:
            self.start()
        began = time.time()
        try:
            text = json.dumps(dict(request, timeout=timeout)) + "\n"
            self.process.stdin.write(text.encode())
            self.process.stdin.flush()
        except OSError:
            pass  # it has ended: the answer tells how
        outcome, answer = self.answer(timeout + GRACE_SECONDS)
        if outcome == "answer" and "outcome" in answer:
            return answer["outcome"], answer["detail"], answer["seconds"]
        self.stop()
        return outcome, str(answer), round(time.time() - began, 6)

    def smoke(self, timeout):
        return self.ask(timeout, op="smoke")

    def run(self, case, timeout):
        return self.ask(timeout, op="run", case=case.id)

    def last_words(self):
        """The last line the driver wrote to standard error."""
        self.log.seek(0)
        lines = self.log.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else ""
