# SPDX-License-Identifier: MPL-2.0
"""Run cases inside the interpreter that runs this file: Python 3.6 or newer, PyPy, nothing else.

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
import ast
import errno as errno_names
import functools
import importlib
import inspect
import json
import operator
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
import types

try:
    import resource
except ImportError:
    resource = None  # not a POSIX system

PROTOCOL = 1
OLDEST, OLDEST_WITH_OBJECTS = "2.7", "3.6"  # whose values, and whose objects, cases look at
LEVELS = ("documented", "observed", "unspecified")
IMPLIED = {"dies": "sacrifice", "child": "fork", "threads": "threads", "borrow": "exports",
           "anon": "anon"}


class Broken(Exception):
    """Our set-up failed, not the implementation under test."""


class Inexpressible(BaseException):
    """The case asks for what this target's language cannot say."""


class Lost(BaseException):
    """The target's process ended, hung or talked nonsense: carries the outcome and the detail."""

    def __init__(self, outcome, detail):
        BaseException.__init__(self, detail)
        self.outcome = outcome


# ---- Cases ------------------------------------------------------------------------------------

def behaviour(identifier, needs=(), since=None, until=None, level="documented", reference=None):
    """Decorator of a case: the behaviour it checks and where it applies."""
    if level not in LEVELS:
        raise ValueError("level {!r} is none of {}".format(level, ", ".join(LEVELS)))
    oldest = OLDEST_WITH_OBJECTS if "python" in needs else OLDEST

    def mark(function):
        names = inspect.getfullargspec(function).args
        implied = [IMPLIED[name] for name in names if name in IMPLIED]
        every = list(needs) + [word for word in implied if word not in needs]
        function.fmmap_case = {"behaviour": identifier, "needs": every, "since": since or oldest,
                               "until": until, "level": level, "reference": reference,
                               "fixtures": names}
        return function
    return mark


class Case:
    def __init__(self, area, function):
        self.function = function
        self.area = area
        self.id = "{}/{}".format(area, function.__name__[len("test_"):])
        self.rule = " ".join((function.__doc__ or "").split())
        self.__dict__.update(function.fmmap_case)


def load_cases(folder):
    """All cases of the folder by id, and per area that could not be loaded why."""
    module = types.ModuleType("fmmap_cases")
    module.behaviour = behaviour
    sys.modules["fmmap_cases"] = module
    cases, errors = {}, {}
    for name in sorted(os.listdir(folder)):
        if not re.match(r"test_\w+\.py$", name):
            continue
        area = name[len("test_"):-len(".py")]
        try:
            for case in load_area(os.path.join(folder, name), area):
                cases[case.id] = case
        except Exception as error:
            errors[area] = "{}: {}".format(type(error).__name__, error)
    return cases, errors


def load_area(path, area):
    with open(path, encoding="utf-8") as stream:
        source = stream.read()
    tree = ExplainAsserts().visit(ast.parse(source, path))
    module = types.ModuleType("fmmap_cases." + area)
    module.__file__ = path
    lines = source.splitlines()
    module.__dict__.update(__fm_compare__=functools.partial(check_comparison, lines),
                           __fm_true__=functools.partial(check_true, lines))
    exec(compile(ast.fix_missing_locations(tree), path, "exec"), module.__dict__)
    defined = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    names = [name for name in defined if name.startswith("test_")]
    for name in names:
        if names.count(name) > 1:
            raise ValueError("two cases are called {}".format(name))
        if not hasattr(getattr(module, name), "fmmap_case"):
            raise ValueError("{} has no @behaviour".format(name))
    return [Case(area, getattr(module, name)) for name in names]


# ---- Assertions that tell both sides ----------------------------------------------------------

COMPARISONS = {
    "Eq": ("==", operator.eq), "NotEq": ("!=", operator.ne), "Lt": ("<", operator.lt),
    "LtE": ("<=", operator.le), "Gt": (">", operator.gt), "GtE": (">=", operator.ge),
    "Is": ("is", operator.is_), "IsNot": ("is not", operator.is_not),
    "In": ("in", lambda a, b: a in b), "NotIn": ("not in", lambda a, b: a not in b)}


class ExplainAsserts(ast.NodeTransformer):
    """Turn `assert a == b` into a call that knows the line and both values."""

    def visit_Assert(self, node):
        test = node.test
        if isinstance(test, ast.Compare) and len(test.ops) == 1:
            name, operands = "__fm_compare__", [test.left, test.comparators[0]]
            literals = [node.lineno, type(test.ops[0]).__name__]
        else:
            name, operands, literals = "__fm_true__", [test], [node.lineno]
        call = ast.parse("{}({})".format(name, ", ".join(map(repr, literals))), mode="eval").body
        for inner in [call, call.func] + call.args:
            ast.copy_location(inner, node)
        call.args += operands
        return ast.copy_location(ast.Expr(call), node)


def assertion(lines, number):
    """The source of the assertion on that line; it may go over several."""
    text = ""
    for line in lines[number - 1:number + 20]:
        text = (text + " " + line.strip()).strip()
        try:
            ast.parse(text)
            break
        except SyntaxError:
            pass
    return re.sub(r"^assert\s+", "", text)


def short(value):
    try:
        text = repr(value)
    except Exception as error:
        text = "<repr raised {}>".format(type(error).__name__)
    return text if len(text) <= 200 else "{}... ({} characters)".format(text[:180], len(text))


def check_comparison(lines, number, name, left, right):
    symbol, compare = COMPARISONS[name]
    if not compare(left, right):
        raise AssertionError("{}: it is not true that {} {} {}".format(
            assertion(lines, number), short(left), symbol, short(right)))


def check_true(lines, number, value):
    if not value:
        raise AssertionError("{}: it is {}".format(assertion(lines, number), short(value)))


class Raises:
    """Context manager: the block must raise the class, its message match, its errno be one of."""

    def __init__(self, expected, match=None, errno=None):
        self.expected, self.match, self.value = expected, match, None
        codes = errno if isinstance(errno, tuple) else () if errno is None else (errno,)
        self.codes = [getattr(errno_names, code, None) if isinstance(code, str) else code
                      for code in codes]

    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        if kind is None:
            classes = self.expected if isinstance(self.expected, tuple) else (self.expected,)
            raise AssertionError("{} was not raised".format(
                " or ".join(one.__name__ for one in classes)))
        if not issubclass(kind, self.expected):
            return False
        self.value = value
        if self.match is not None and not re.search(self.match, str(value)):
            raise AssertionError("message {!r} does not match {!r}".format(
                str(value), self.match))
        if self.codes and value.errno not in self.codes:
            raise AssertionError("errno is {}, not {}".format(
                errno_name(value.errno), " or ".join(errno_name(code) for code in self.codes)))
        return True


def errno_name(code):
    return errno_names.errorcode.get(code, str(code))


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
    except KeyboardInterrupt:
        pass
    finally:
        if os.getpid() == owner:
            shutil.rmtree(tmp, ignore_errors=True)


if __name__ == "__main__":
    main()
