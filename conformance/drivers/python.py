# SPDX-License-Identifier: MPL-2.0
"""Run cases inside the interpreter that runs this file: Python 3.6 or newer, PyPy. Needs nothing
but fmmap_cases.py beside it.

    python.py --module mmap --path DIR --cases DIR --tmp DIR [COMMAND ...]

It talks JSON, one object a line, on what were its standard input and output when it started; a
case that prints goes to standard error. First it introduces itself (the greeting), then it answers
each request {"op": "run", "case": ID, "timeout": SECONDS} with an outcome, and {"op": "smoke"}.

Where the system can fork, each case runs in a child of its own, so that a crash, a hang or
scribbled memory is an outcome of that case only. Elsewhere the harness starts this anew.

A module that has `connect` stands for a target elsewhere (a C library behind a pipe): it is
given COMMAND, and supplies the fixtures that have to act there.
"""
import argparse
import errno as errno_names
import importlib
import json
import os
import pickle
import re
import select
import shutil
import signal
import sys
import tempfile
import threading
import time
import traceback

from fmmap_cases import Case, Raises, behaviour, load_cases, short

try:
    import resource
except ImportError:
    resource = None  # not a POSIX system

PROTOCOL = 1


class Broken(Exception):
    """Our set-up failed, not the implementation under test."""


class Inexpressible(BaseException):
    """The case asks for what this target's language cannot say."""


class Lost(BaseException):
    """The target's process ended, hung or talked nonsense: carries the outcome and the detail."""

    def __init__(self, outcome, detail):
        BaseException.__init__(self, detail)
        self.outcome = outcome


# ---- Fixtures of a module in this process -----------------------------------------------------

class File:
    """A temporary file as cases see it."""

    def __init__(self, path, mode):
        self.path = path
        self.stream = open(path, mode, buffering=0)

    def fileno(self):
        return self.stream.fileno()

    def read(self):
        with open(self.path, "rb") as stream:
            return stream.read()

    def size(self):
        return os.stat(self.path).st_size

    def write_at(self, offset, data):
        with open(self.path, "r+b", buffering=0) as stream:
            stream.seek(offset)
            stream.write(data)

    def truncate(self, size):
        with open(self.path, "r+b", buffering=0) as stream:
            stream.truncate(size)

    def close(self):
        self.stream.close()

    def unlink(self):
        os.unlink(self.path)

    def reopen(self, mode="r+b"):
        return File(self.path, mode)


class LocalTarget:
    """A module of this interpreter, with the fixtures that act in this process."""

    def __init__(self, module, tmp):
        self.mmap, self.tmp = module, tmp
        self.files, self.number = [], 0

    def begin(self, timeout):
        self.timeout = timeout

    def end(self):
        while self.files:
            handle = self.files.pop()
            try:
                handle.close()
                handle.unlink()
            except OSError:
                pass  # the case did so itself

    def file(self, data=b"", mode="r+b"):
        self.number += 1
        path = os.path.join(self.tmp, "{}-{}".format(os.getpid(), self.number))
        try:
            with open(path, "wb") as stream:
                stream.write(data)
            handle = File(path, mode)
        except OSError as error:
            raise Broken("no temporary file: {}".format(error))
        self.files.append(handle)
        return handle

    def borrow(self, mapping):
        return memoryview(mapping)

    def dies(self, function, *args):
        return in_child(lambda: function(*args), self.timeout / 2)[0]

    def child(self, function, *args):
        how, answer = in_child(lambda: function(*args), self.timeout / 2)
        if how == "returned":
            return answer
        raise AssertionError("child: {}{}".format(how, ": " + answer if answer else ""))


def fixtures_of(target):
    """The fixtures by name; all that is not the target's own business is defined here."""
    mmap = target.mmap

    def opened(*args, **kwargs):
        return mmap.mmap(*args, **kwargs)

    def mapping(data, length=0, **kwargs):
        return mmap.mmap(target.file(data).fileno(), length, **kwargs)

    def anon(content, **kwargs):
        if isinstance(content, int):
            return mmap.mmap(-1, content, **kwargs)
        m = mmap.mmap(-1, len(content), **kwargs)
        m[:] = content
        return m

    return {"mmap": mmap, "raises": Raises, "file": target.file, "opened": opened,
            "mapping": mapping, "anon": anon, "borrow": target.borrow, "page": mmap.PAGESIZE,
            "granularity": mmap.ALLOCATIONGRANULARITY, "dies": target.dies,
            "child": target.child, "threads": in_threads}


def in_threads(function, count):
    barrier, results, errors = threading.Barrier(count), [None] * count, []

    def work(i):
        try:
            barrier.wait()
            results[i] = function(i)
        except BaseException as error:
            errors.append(error)
    workers = [threading.Thread(target=work, args=(i,), daemon=True) for i in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    if errors:
        raise errors[0]
    return results


def signal_name(number):
    try:
        return signal.Signals(number).name
    except ValueError:
        return "signal {}".format(number)


def in_child(function, timeout):
    """Run function in a forked child. Answer how it ended and what it returned or said."""
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            quiet_faults()
            os.close(reader)
            try:
                answer = ("returned", function())
            except BaseException as error:
                answer = ("raised:" + type(error).__name__, str(error))
            with os.fdopen(writer, "wb") as stream:
                stream.write(pickle.dumps(answer))
        finally:
            os._exit(0)
    os.close(writer)
    data, hung = read_until(reader, time.time() + timeout, lambda data: False)
    os.close(reader)
    if hung:
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    if hung:
        return "hung", ""
    if os.WIFSIGNALED(status):
        return signal_name(os.WTERMSIG(status)), ""
    if not data:
        return "exit:{}".format(os.WEXITSTATUS(status)), ""
    return pickle.loads(data)


def read_until(descriptor, deadline, complete):
    """Bytes up to the end or until they are complete; true if the time ran out before."""
    data = b""
    while not complete(data):
        left = deadline - time.time()
        if left <= 0 or not select.select([descriptor], [], [], left)[0]:
            return data, True
        part = os.read(descriptor, 65536)
        if not part:
            break
        data += part
    return data, False


def quiet_faults():
    """A crash on purpose leaves no core file."""
    try:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (AttributeError, ValueError, OSError):
        pass


# ---- What this interpreter and module have ----------------------------------------------------

ABSENT = (AttributeError, NotImplementedError, SystemError, TypeError, ImportError)


def capabilities_of(target):
    """Words of capabilities.toml. A trial that fails in any way but "absent" counts as there."""
    mmap, words = target.mmap, {"python", "weakref"}

    def there(word, trial):
        try:
            if trial() is not False:
                words.add(word)
        except ABSENT:
            pass
        except Exception:
            words.add(word)

    def with_map(act):
        m = mmap.mmap(target.file(b"12345678").fileno(), 8)
        try:
            return act(m)
        finally:
            try:
                m.close()
            except Exception:
                pass  # the trial counts, not how it is cleaned up

    def executable():
        try:
            mmap.mmap(-1, 1, prot=mmap.PROT_READ | mmap.PROT_EXEC).close()
        except OSError:
            return False

    def set_name():
        m = mmap.mmap(-1, 1, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        try:
            m.set_name("fmmap")
        except OSError:
            return False
        finally:
            m.close()

    def holes():
        handle = target.file()
        handle.truncate(5 << 30)
        return os.stat(handle.path).st_blocks < 1 << 20

    def threads():
        in_threads(lambda i: i, 1)

    def huge_pages():
        flags = 0x22 | 0x40000 | 0x4000  # private, anonymous, MAP_HUGETLB, MAP_NORESERVE
        m = mmap.mmap(-1, 1 << 30, flags=flags)
        with open("/proc/self/maps") as maps:
            found = "hugepage" in maps.read()
        m.close()
        return found

    def without_descriptor():
        mmap.mmap(target.file(b"12345678").fileno(), 8, trackfd=False).close()

    def resizes():
        with_map(lambda m: m.resize(4))

    def module(*names):
        for name in names:
            try:
                return importlib.import_module(name)
            except ImportError:
                pass
        return False

    posix = hasattr(mmap, "MAP_SHARED")
    system = re.match("[a-z]+", sys.platform).group()
    words.add({"darwin": "macos", "sunos": "solaris", "win": "windows"}.get(system, system))
    words.add("64bit" if sys.maxsize > 1 << 32 else "32bit")
    there("posix", lambda: posix)
    there("msync", lambda: posix)
    there("anon", lambda: mmap.mmap(-1, 1).close())
    there("private", lambda: mmap.MAP_PRIVATE)
    there("prot", lambda: mmap.PROT_READ)
    there("exec", executable)
    there("exports", lambda: with_map(lambda m: memoryview(m).release()))
    there("resize", resizes)
    there("mremap", lambda: posix and resizes())
    there("madvise", lambda: mmap.mmap.madvise)
    there("trackfd", without_descriptor)
    there("set_name", set_name)
    there("fork", lambda: os.fork)
    there("sacrifice", lambda: os.fork)
    there("threads", threads)
    there("procfs", lambda: os.path.exists("/proc/self/maps") and os.path.isdir("/proc/self/fd"))
    there("largefile", holes)
    there("memfd", lambda: os.memfd_create)
    there("rlimit", lambda: module("resource"))
    there("mounts", own_mounts)
    there("vma_names", keeps_names)
    there("hugetlb", huge_pages)
    there("audit", lambda: sys.addaudithook)
    there("cpython", lambda: sys.implementation.name == "cpython")
    there("refcount", refcounts)
    there("gc", lambda: module("gc"))
    there("buffer_abc", lambda: module("collections.abc").Buffer)
    there("capi", lambda: module("ctypes").pythonapi.PyObject_GetBuffer)
    there("subinterpreters", lambda: module("_interpreters", "_xxsubinterpreters"))
    target.end()
    return sorted(words)


def own_mounts():
    """A process may leave the others' mounts and users (unshare, <sched.h>)."""
    import ctypes
    new_mounts_and_users = 0x00020000 | 0x10000000
    leave = ctypes.CDLL(None).unshare
    return in_child(lambda: leave(new_mounts_and_users), 5) == ("returned", 0)


def keeps_names():
    """The kernel answers a request to name memory that is not there (prctl) with ENOMEM."""
    import ctypes
    set_vma, anonymous_name, nowhere = 0x53564d41, 0, 0
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(set_vma, anonymous_name, ctypes.c_ulong(nowhere), ctypes.c_ulong(4096), b"fmmap")
    return ctypes.get_errno() in (0, errno_names.ENOMEM)


def refcounts():
    ended = []

    class Probe:
        def __del__(self):
            ended.append(True)
    Probe()
    return bool(ended)


def greeting_of(target):
    import platform
    version = sys.implementation.version
    release = ".".join(str(part) for part in version[:3])
    if version[3] != "final":
        release += {"alpha": "a", "beta": "b", "candidate": "rc"}[version[3]] + str(version[4])
    try:
        libc = os.confstr("CS_GNU_LIBC_VERSION")
    except (AttributeError, ValueError, OSError):
        libc = ""
    return {"implementation": {"cpython": "CPython", "pypy": "PyPy"}.get(
                sys.implementation.name, sys.implementation.name),
            "version": release,
            "api": ".".join(str(part) for part in sys.version_info[:3]),
            "platform": {"os": platform.system() + " " + platform.release(),
                         "arch": platform.machine(), "libc": libc,
                         "page_size": target.mmap.PAGESIZE,
                         "granularity": target.mmap.ALLOCATIONGRANULARITY,
                         "pointer_bits": 64 if sys.maxsize > 1 << 32 else 32,
                         "python": " ".join(sys.version.split())},
            "capabilities": capabilities_of(target)}


# ---- Running ----------------------------------------------------------------------------------

def perform(target, case, timeout):
    """Run one case here. Answer its outcome and detail."""
    try:
        target.begin(timeout)
        fixtures = fixtures_of(target)
        missing = [name for name in case.fixtures if name not in fixtures]
        if missing:
            raise Broken("no such fixture: " + ", ".join(missing))
        case.function(**{name: fixtures[name] for name in case.fixtures})
        return "pass", ""
    except AssertionError as error:
        return "fail", str(error) or "assertion failed"
    except Broken as error:
        return "broken", str(error)
    except Inexpressible as error:
        return "inexpressible", str(error)
    except Lost as error:
        return error.outcome, str(error)
    except BaseException as error:
        path = case.function.__code__.co_filename
        lines = [entry[1] for entry in traceback.extract_tb(sys.exc_info()[2]) if entry[0] == path]
        return "fail", "raised {}: {}{}".format(
            type(error).__name__, error, " (line {})".format(lines[-1]) if lines else "")
    finally:
        target.end()


def perform_isolated(target, case, timeout):
    """As perform, in a forked child, in a process group of its own."""
    reader, writer = os.pipe()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        try:
            os.setpgid(0, 0)
            quiet_faults()
            os.close(reader)
            answer = perform(target, case, timeout)
            os.write(writer, json.dumps(answer).encode() + b"\n")
        finally:
            os._exit(0)
    os.close(writer)
    data, hung = read_until(reader, time.time() + timeout, lambda data: data.endswith(b"\n"))
    os.close(reader)
    if hung:
        os.kill(pid, signal.SIGKILL)
    status = os.waitpid(pid, 0)[1]
    try:
        os.killpg(pid, signal.SIGKILL)
    except OSError:
        pass  # it left no children behind
    if hung:
        return "timeout", "no answer within {:g} s".format(timeout)
    try:
        outcome, detail = json.loads(data.decode())
        return outcome, detail
    except ValueError:
        if os.WIFSIGNALED(status):
            return "crash", signal_name(os.WTERMSIG(status))
        return "crash", "the process ended with status {} and no outcome".format(
            os.WEXITSTATUS(status))


@behaviour("smoke")
def smoke(mapping):
    """A mapping shows its file: the least there must be before verdicts mean anything."""
    m = mapping(b"fmmap smoke")
    first = bytes(m[0:5])
    m.close()
    if first != b"fmmap":
        raise AssertionError("a mapping of b'fmmap smoke' begins with {}".format(short(first)))


def private_channel():
    """Take over standard input and output for the protocol; prints now go to standard error."""
    requests = os.fdopen(os.dup(0), "r", encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.dup2(2, 1)
    return requests, answers


def serve(target, cases, errors, isolate):
    requests, answers = private_channel()

    def say(answer):
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    greeting = target.greeting() if hasattr(target, "greeting") else greeting_of(target)
    say(dict(greeting, protocol=PROTOCOL))
    for line in iter(requests.readline, ""):
        request = json.loads(line)
        started = time.time()
        run = perform_isolated if isolate else perform
        if request["op"] == "smoke":
            outcome, detail = run(target, Case("smoke", smoke), request["timeout"])
        elif request["case"] in cases:
            outcome, detail = run(target, cases[request["case"]], request["timeout"])
        else:
            area = request["case"].split("/")[0]
            outcome, detail = "broken", errors.get(area, "this driver has no such case")
        say({"outcome": outcome, "detail": detail, "seconds": round(time.time() - started, 6)})


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--module", required=True, help="the module under test")
    parser.add_argument("--path", action="append", default=[], help="where it lies")
    parser.add_argument("--cases", required=True, help="folder of case files")
    parser.add_argument("--tmp", help="folder for temporary files")
    parser.add_argument("command", nargs="*", help="command of a target elsewhere")
    args = parser.parse_args()
    sys.path[0:1] = args.path
    tmp = tempfile.mkdtemp(prefix="fmmap-", dir=args.tmp)
    owner = os.getpid()
    try:
        module = importlib.import_module(args.module)
        remote = hasattr(module, "connect")
        target = (module.connect(args.command, sys.modules[__name__]) if remote
                  else LocalTarget(module, tmp))
        cases, errors = load_cases(args.cases)
        serve(target, cases, errors, isolate=not remote and hasattr(os, "fork"))
    except Lost as lost:
        print(json.dumps({"lost": str(lost)}))  # instead of a greeting
    except KeyboardInterrupt:
        pass
    finally:
        if os.getpid() == owner:
            shutil.rmtree(tmp, ignore_errors=True)


if __name__ == "__main__":
    main()
