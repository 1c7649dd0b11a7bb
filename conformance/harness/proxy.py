# SPDX-License-Identifier: MPL-2.0
"""A stand-in for the mmap module whose maps live behind a pipe, in the C driver.

`drivers/python.py` loads it as the module under test; cases cannot tell it from a module in this
process, except that what C has no words for ends them as inexpressible. Nothing here checks what
a case may be about: every value goes to the target and every answer comes from it.
"""
import builtins
import errno as errno_names
import signal
import subprocess
import time

START_SECONDS = 60  # an emulator may take long to come up
PROTOCOL = "1"


def connect(command, driver):
    """The target that `command` starts; driver is the module that runs the cases."""
    return RemoteTarget(Connection(command, driver), driver)


class Connection:
    """The driver's process and its protocol: a request a line, an answer a line."""

    def __init__(self, command, driver):
        self.command, self.driver, self.process = command, driver, None
        self.deadline, self.greeting = 0, None

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self.pending = b""
        self.deadline = time.time() + START_SECONDS
        lines = []
        while not lines or lines[-1] != "ready":
            lines.append(self.line())
        if lines[0].split() != ["fmmap-driver", PROTOCOL]:
            self.garbage(lines[0])
        self.greeting = lines

    def line(self):
        """The next line of the driver; Lost if there is none in time."""
        text, self.pending = self.pending, b""
        if b"\n" not in text:
            more, hung = self.driver.read_until(self.process.stdout.fileno(), self.deadline,
                                                lambda data: b"\n" in data)
            text += more
            if hung:
                self.drop()
                raise self.driver.Lost("timeout", "the C driver did not answer in time")
            if b"\n" not in text:
                raise self.lost()
        text, _, self.pending = text.partition(b"\n")
        return text.decode(errors="backslashreplace").strip("\r")

    def lost(self):
        """What the end of the process says."""
        status = self.process.wait()
        self.process.stdout.close()
        self.process = None
        how = (self.driver.signal_name(-status) if status < 0 else
               self.driver.signal_name(status - 128) if 128 < status < 192 else  # a shell's way
               "exit status {}".format(status))
        return self.driver.Lost("crash", how)

    def drop(self):
        """End the process: it hangs or talks nonsense."""
        if self.process:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.process.stdin.close()
            self.process.stdout.close()
            self.process = None

    def garbage(self, text):
        self.drop()
        raise self.driver.Lost("crash", "garbage instead of an answer: "
                               + self.driver.short(text))

    def ask(self, verb, *arguments):
        """The words of the target's answer, or the exception it stands for."""
        if self.process is None:
            raise self.driver.Lost("crash", "the target is gone")
        request = " ".join([verb] + [self.word(argument) for argument in arguments])
        try:
            self.process.stdin.write(request.encode() + b"\n")
            self.process.stdin.flush()
        except OSError:
            raise self.lost()
        answer = self.line()
        kind, _, rest = answer.partition(" ")
        if kind == "ok":
            return rest
        if kind == "raise" and len(rest.split(" ", 3)) == 4:
            _, exception, code, message = rest.split(" ", 3)
            kind = getattr(builtins, exception, None)
            if isinstance(kind, type) and issubclass(kind, Exception):
                raise kind(getattr(errno_names, code, 0), message) if code != "-" else kind(message)
        if kind == "died":
            raise Died(rest)
        if kind == "bad":
            raise self.driver.Broken("the C driver refuses {!r}: {}".format(verb, rest))
        self.garbage(answer)

    def word(self, argument):
        if argument is None:
            return "-"
        if isinstance(argument, bytes):
            return "x" + argument.hex()
        return argument if isinstance(argument, str) else str(int(argument))

    def number(self, *request):
        answer = self.ask(*request)
        try:
            return int(answer)
        except ValueError:
            self.garbage(answer)

    def data(self, *request):
        answer = self.ask(*request)
        try:
            if answer[:1] == "x":
                return bytes.fromhex(answer[1:])
        except ValueError:
            pass
        self.garbage(answer)


class Died(BaseException):
    """A child of the target died: how."""


class Named(int):
    """A number that has another value on another system, with the word that stands for it."""

    def __new__(cls, value, name):
        self = int.__new__(cls, value)
        self.name = name
        return self

    def __or__(self, other):
        if isinstance(other, Named):
            return Named(int(self) | int(other), "{}|{}".format(self.name, other.name))
        return int(self) | other


class Descriptor(Named):
    """A file descriptor of the target; a number from elsewhere would mean nothing there."""


class RemoteFile:
    """A temporary file where the target runs."""

    def __init__(self, connection, answer):
        self.connection = connection
        handle, descriptor, self.path = answer.split(" ", 2)
        self.handle, self.descriptor = int(handle), Descriptor(descriptor, "fd:" + handle)

    def fileno(self):
        return self.descriptor

    def read(self):
        return self.connection.data("contents", self.handle)

    def size(self):
        return self.connection.number("file_size", self.handle)

    def write_at(self, offset, data):
        self.connection.ask("write_at", self.handle, offset, bytes(data))

    def truncate(self, size):
        self.connection.ask("truncate", self.handle, size)

    def close(self):
        self.connection.ask("close_file", self.handle)

    def unlink(self):
        self.connection.ask("unlink", self.handle)

    def reopen(self, mode="r+b"):
        return RemoteFile(self.connection, self.connection.ask("reopen", self.handle, mode))


class Borrowed:
    """What a memoryview of the map offers, as far as C has it."""

    def __init__(self, connection, handle):
        self.connection, self.handle = connection, handle
        self.readonly = not connection.number("borrow", handle)
        self.held = True

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.release()

    def __len__(self):
        return len(self.tobytes())

    def tobytes(self):
        return self.connection.data("borrowed", self.handle)

    def release(self):
        if self.held:
            self.connection.ask("release", self.handle)
            self.held = False


class RemoteTarget:
    """The module under test, and the fixtures that act where the target runs."""

    def __init__(self, connection, driver):
        self.connection, self.driver = connection, driver
        connection.start()
        self.greet(connection.greeting)

    def greet(self, lines):
        self.facts, self.capabilities = {}, []
        self.mmap = Module()
        for line in lines[1:-1]:
            key, _, value = line.partition(" ")
            if key == "capability":
                self.capabilities.append(value)
            elif key == "constant":
                name, _, number = value.partition(" ")
                setattr(self.mmap, name, Named(number, name))
            else:
                self.facts[key] = value
        self.mmap.PAGESIZE = int(self.facts["page"])
        self.mmap.ALLOCATIONGRANULARITY = int(self.facts["granularity"])
        self.mmap.error = OSError
        self.mmap.mmap = type("mmap", (Map,), {"target": self, "__module__": "mmap"})

    def greeting(self):
        name, _, version = self.facts["implementation"].partition(" ")
        system = [word for word in ("linux", "macos", "windows", "freebsd", "netbsd", "openbsd",
                                    "solaris") if word in self.capabilities]
        return {"implementation": name, "version": version, "api": self.facts["api"],
                "platform": {"os": system[0] if system else "", "arch": self.facts.get("arch", ""),
                             "libc": self.facts.get("libc", ""),
                             "page_size": self.mmap.PAGESIZE,
                             "granularity": self.mmap.ALLOCATIONGRANULARITY,
                             "pointer_bits": int(self.facts["bits"]),
                             "python": self.facts.get("python", "")},
                "capabilities": sorted(self.capabilities)}

    def begin(self, timeout):
        if self.connection.process is None:
            self.connection.start()
        self.connection.deadline = time.time() + timeout

    def end(self):
        """Back to no maps and no files; a target that cannot is ended, and started for the next
        case."""
        if self.connection.process is not None:
            try:
                if self.connection.ask("reset") != "":
                    self.connection.drop()
            except Exception:
                self.connection.drop()
            except self.driver.Lost:
                self.connection.drop()

    def file(self, data=b"", mode="r+b"):
        try:
            return RemoteFile(self.connection, self.connection.ask("file", bytes(data), mode))
        except (OSError, ValueError) as error:
            raise self.driver.Broken("no temporary file: {}".format(error))

    def borrow(self, mapping):
        return Borrowed(self.connection, mapping._handle)

    def in_child(self, function, args):
        """How function ended and what it gave, its requests served by a child of the target."""
        self.connection.ask("fork")
        try:
            answer = "returned", function(*args)
        except Died as died:
            return str(died), ""
        except Exception as error:
            answer = "raised:" + type(error).__name__, str(error)
        try:
            self.connection.ask("end")
        except Died as died:
            return str(died), ""
        return answer

    def dies(self, function, *args):
        return self.in_child(function, args)[0]

    def child(self, function, *args):
        how, answer = self.in_child(function, args)
        if how == "returned":
            return answer
        raise AssertionError("child: {}{}".format(how, ": " + answer if answer else ""))

    # What C can take: numbers of its own sizes and bytes.

    def number(self, value, bits=None):
        if not isinstance(value, int):
            raise self.driver.Inexpressible("{} for a number".format(type(value).__name__))
        limit = 1 << ((bits or int(self.facts["bits"])) - 1)
        # its least value says "absent" in the C API
        if not -limit < value < limit:
            raise self.driver.Inexpressible("a number of more than {} bits".format(
                limit.bit_length()))
        return value

    def bytes(self, value):
        if not isinstance(value, (bytes, bytearray, memoryview)):
            raise self.driver.Inexpressible("{} for bytes".format(type(value).__name__))
        return bytes(value)

    def text(self, value):
        if not isinstance(value, str) or "\0" in value:
            raise self.driver.Inexpressible("a name that is no C string")
        return value.encode()


class Module:
    """Holds what the module under test holds."""


def passed(verb):
    """A method that takes nothing and answers a number."""
    def method(self):
        return self._ask("number", verb)
    method.__name__ = verb
    return method


class Map:
    """mmap.mmap, each call a request. `target` is set by the subclass made for it."""

    def __init__(self, fileno, length, flags=None, prot=None, access=0, offset=0, trackfd=True,
                 tagname=None, **others):
        target = self.target
        if others:
            raise target.driver.Inexpressible("argument " + ", ".join(others))
        number = target.number
        if tagname is not None and "windows" not in target.capabilities:
            raise target.driver.Inexpressible("a tag on a system that has none")
        if isinstance(fileno, int) and fileno >= 0 and not isinstance(fileno, Descriptor):
            raise target.driver.Inexpressible("a descriptor that is not the target's")
        self._handle = target.connection.number(
            "open", number(fileno, 32), number(length), number(access, 32),
            None if flags is None else number(flags, 32),
            None if prot is None else number(prot, 32), number(offset, 64), int(trackfd),
            *([] if tagname is None else [target.text(tagname)]))

    def _ask(self, kind, verb, *arguments):
        return getattr(self.target.connection, kind)(verb, self._handle, *arguments)

    def _bound(self, value):
        return None if value is None else self.target.number(value)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise self.target.driver.Inexpressible("attribute " + name)

    def _inexpressible(self, *_):
        raise self.target.driver.Inexpressible("the object protocol used")

    __iter__ = __contains__ = __repr__ = __delitem__ = __add__ = __mul__ = __reduce_ex__ = \
        _inexpressible

    def __enter__(self):
        if self.closed:
            raise ValueError("mmap closed or invalid")
        return self

    def __exit__(self, *_):
        self.close()

    def __len__(self):
        return self._ask("number", "length")

    def _slice(self, key):
        return (self._bound(key.start), self._bound(key.stop),
                1 if key.step is None else self.target.number(key.step))

    def __getitem__(self, key):
        if isinstance(key, slice):
            return self._ask("data", "slice", *self._slice(key))
        return self._ask("number", "get", self.target.number(key))

    def __setitem__(self, key, value):
        if isinstance(key, slice):
            self._ask("ask", "set_slice", *self._slice(key), self.target.bytes(value))
        else:
            self._ask("ask", "set", self.target.number(key), self.target.number(value, 32))

    tell, size, read_byte = passed("tell"), passed("size"), passed("read_byte")

    @property
    def closed(self):
        return bool(self._ask("number", "closed"))

    def close(self):
        self._ask("ask", "close")

    def seek(self, distance, whence=0):
        return self._ask("number", "seek", self.target.number(distance),
                         self.target.number(whence, 32))

    def read(self, n=None):
        return self._ask("data", "read", self._bound(n))

    def readline(self):
        return self._ask("data", "readline")

    def write(self, data):
        return self._ask("number", "write", self.target.bytes(data))

    def write_byte(self, byte):
        if not 0 <= self.target.number(byte) <= 255:
            raise self.target.driver.Inexpressible("a byte outside 0..255")
        self._ask("ask", "write_byte", byte)

    def find(self, needle, start=None, end=None):
        return self._ask("number", "find", self.target.bytes(needle), self._bound(start),
                         self._bound(end))

    def rfind(self, needle, start=None, end=None):
        return self._ask("number", "rfind", self.target.bytes(needle), self._bound(start),
                         self._bound(end))

    def move(self, to, source, count):
        self._ask("ask", "move", *map(self.target.number, (to, source, count)))

    def resize(self, length):
        self._ask("ask", "resize", self.target.number(length))

    def flush(self, offset=0, size=-1, flags=0):
        self._ask("ask", "flush", self.target.number(offset), self.target.number(size),
                  self.target.number(flags, 32))

    def madvise(self, option, start=0, length=None):
        self._ask("ask", "advise", self.target.number(option, 32), self.target.number(start),
                  self._bound(length))

    def set_name(self, name):
        self._ask("ask", "name", self.target.text(name))
