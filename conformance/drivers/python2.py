# SPDX-License-Identifier: MPL-2.0
"""Serve the mmap module of a Python 2.7, by the C driver's protocol (README.md).

    python2.7 python2.py --module mmap

The cases are Python 3 and run on the host; what they ask of the module comes here line by line.
So a rule about values can be judged for Python 2, one about Python objects cannot.
"""
import argparse
import errno
import importlib
import os
import platform
import signal
import struct
import sys
import tempfile

PROTOCOL = 1


class Refused(Exception):
    """A request that makes no sense here."""


# ---- The words of a request and of an answer --------------------------------------------------

def number(word):
    return None if word == "-" else int(word)


def data(word):
    if word[:1] != "x":
        raise Refused("bytes begin with x")
    return bytearray.fromhex(word[1:].decode()).decode("latin-1").encode("latin-1")


def written(content):
    return "x" + "".join("%02x" % byte for byte in bytearray(content))


def given(words):
    """Arguments of which the last ones are left out."""
    values = [number(word) for word in words]
    while values and values[-1] is None:
        values.pop()
    return values


def failure(error):
    """mmap.error and the like go by the builtin exception that they derive from."""
    name = [one.__name__ for one in type(error).__mro__ if one.__module__ == "exceptions"][0]
    code = getattr(error, "errno", None)
    message = (code and error.strerror) or str(error)
    return "raise - %s %s %s" % (name, errno.errorcode.get(code, "-"),
                                 " ".join(message.split()) or "-")


# ---- Files ------------------------------------------------------------------------------------

class File:
    def __init__(self, path, mode):
        self.path = path
        self.stream = open(path, mode, 0)

    def described(self, handle):
        return "%d %d %s" % (handle, self.stream.fileno(), self.path)

    def contents(self):
        with open(self.path, "rb") as stream:
            return written(stream.read())

    def file_size(self):
        return os.stat(self.path).st_size

    def write_at(self, offset, content):
        with open(self.path, "r+b", 0) as stream:
            stream.seek(int(offset))
            stream.write(data(content))

    def truncate(self, size):
        with open(self.path, "r+b", 0) as stream:
            stream.truncate(int(size))

    def close_file(self):
        self.stream.close()

    def unlink(self):
        os.unlink(self.path)


# ---- Maps -------------------------------------------------------------------------------------

class Map:
    """One mmap object; each method is a request of the same name."""

    def __init__(self, module, fileno, length, access, flags, prot, offset, trackfd, tag=None):
        options = {"access": number(access), "flags": number(flags), "prot": number(prot),
                   "offset": number(offset)}
        if tag:
            options["tagname"] = data(tag)
        if trackfd == "0":
            options["trackfd"] = False
        self.views = []
        self.map = module.mmap(int(fileno), int(length), **{
            name: value for name, value in options.items() if value is not None})

    def close(self):
        self.map.close()

    def closed(self):
        return int(self.map.closed)

    def length(self):
        return len(self.map)

    def size(self):
        return self.map.size()

    def tell(self):
        return self.map.tell()

    def seek(self, distance, whence):
        self.map.seek(int(distance), int(whence))
        return self.map.tell()

    def get(self, index):
        return ord(self.map[int(index)])

    def set(self, index, byte):
        self.map[int(index)] = character(byte)

    def slice(self, start, stop, step):
        if step == "1":
            low, high = bounds(start, stop)
            return written(self.map[low:high])
        return written(self.map[number(start):number(stop):int(step)])

    def set_slice(self, start, stop, step, content):
        if step == "1":
            low, high = bounds(start, stop)
            self.map[low:high] = data(content)
        else:
            self.map[number(start):number(stop):int(step)] = data(content)

    def read(self, most):
        return written(self.map.read(*given([most])))

    def readline(self):
        return written(self.map.readline())

    def read_byte(self):
        return ord(self.map.read_byte())

    def write(self, content):
        self.map.write(data(content))
        return len(data(content))

    def write_byte(self, byte):
        self.map.write_byte(character(byte))

    def find(self, needle, start, end):
        return self.map.find(data(needle), *given([start, end]))

    def rfind(self, needle, start, end):
        return self.map.rfind(data(needle), *given([start, end]))

    def move(self, to, source, count):
        self.map.move(int(to), int(source), int(count))

    def resize(self, length):
        self.map.resize(int(length))

    def flush(self, offset, size, flags):
        self.map.flush(*given([offset, "-" if size == "-1" else size,
                               "-" if flags == "0" else flags]))

    def borrow(self):
        self.views.append(buffer(self.map))  # noqa: F821: Python 2's read-only view
        return 0

    def borrowed(self):
        return written(str(self.views[-1]))

    def release(self):
        self.views.pop()


def character(byte):
    if not 0 <= int(byte) <= 255:
        raise Refused("a byte outside 0..255")
    return chr(int(byte))


def bounds(start, stop):
    """The numbers that Python 2 makes of the bounds of a simple slice."""
    return (0 if start == "-" else int(start), sys.maxint if stop == "-" else int(stop))


# ---- Serving ----------------------------------------------------------------------------------

class Server:
    def __init__(self, module):
        self.module, self.tmp = module, tempfile.gettempdir()
        self.maps, self.files, self.serial = [], [], 0
        self.depth = 0  # forks between the first process and this one

    def reset(self):
        for one in self.maps:
            one.views = []
            one.close()
        while self.files:
            one = self.files.pop()
            one.close_file()
            if os.path.exists(one.path):
                one.unlink()
        self.maps = []

    def file(self, content, mode):
        self.serial += 1
        path = os.path.join(self.tmp, "fmmap-%d-%d" % (os.getpid(), self.serial))
        with open(path, "wb") as stream:
            stream.write(data(content))
        return self.opened(path, mode)

    def opened(self, path, mode):
        self.files.append(File(path, mode))
        return self.files[-1].described(len(self.files) - 1)

    def fork(self):
        """A child serves from here on; when it ends, this process answers how and goes on."""
        child = os.fork()
        if child == 0:
            self.depth += 1
            return None
        status = os.waitpid(child, 0)[1]
        if os.WIFSIGNALED(status):
            names = [name for name in dir(signal) if name.startswith("SIG") and "_" not in name
                     and getattr(signal, name) == os.WTERMSIG(status)]
            raise Died(names[0])
        if os.WEXITSTATUS(status):
            raise Died("exit:%d" % os.WEXITSTATUS(status))

    def end(self):
        if not self.depth:
            raise Refused("this is no child")
        os._exit(0)

    def perform(self, verb, words):
        if verb in ("reset", "file", "fork", "end"):
            return getattr(self, verb)(*words)
        if verb == "open":
            self.maps.append(Map(self.module, *words))
            return len(self.maps) - 1
        members = self.maps if hasattr(Map, verb) else self.files
        if not words or not 0 <= int(words[0]) < len(members):
            raise Refused("no such request, map or file")
        one = members[int(words[0])]
        if verb == "reopen":
            return self.opened(one.path, words[1])
        if not hasattr(one, verb):
            raise Refused("no such request")
        return getattr(one, verb)(*words[1:])

    def answer(self, line):
        """The answer to one request."""
        words = line.split()
        try:
            value = self.perform(words[0], words[1:])
        except Refused as error:
            return "bad %s" % error
        except Died as error:
            return "died %s" % error
        except Exception as error:
            return failure(error)
        return "ok" if value is None else "ok %s" % value


class Died(Exception):
    """The child that served has died: how."""


ABSENT = (AttributeError, NotImplementedError, SystemError, TypeError)


def capabilities(server):
    """Words of capabilities.toml, each tried: all but "there is no such thing" counts as there."""
    module = server.module
    posix = hasattr(module, "MAP_SHARED")

    def there(trial, *otherwise):
        try:
            trial()
        except ABSENT + otherwise:
            return False
        except Exception:
            pass
        finally:
            server.reset()
        return True

    def eight_bytes(trackfd="1"):
        server.file("x3132333435363738", "r+b")
        descriptor = server.files[0].stream.fileno()
        server.maps.append(Map(module, descriptor, 8, "0", "-", "-", "0", trackfd))
        return server.maps[0]

    def anonymous(prot="-"):
        server.maps.append(Map(module, -1, 1, "0", "-", prot, "0", "1"))

    def sparse():
        server.file("x", "r+b")
        server.files[0].truncate(5 << 30)

    resizes = there(lambda: eight_bytes().resize(4))
    executable = posix and str(module.PROT_READ | module.PROT_EXEC)
    system = sys.platform.rstrip("0123456789")
    words = {{"darwin": "macos", "sunos": "solaris", "win": "windows"}.get(system, system): True,
             "64bit" if sys.maxsize > 1 << 32 else "32bit": True,
             "posix": posix, "msync": posix, "mremap": posix and resizes, "resize": resizes,
             "private": hasattr(module, "MAP_PRIVATE"), "prot": hasattr(module, "PROT_READ"),
             "exec": posix and there(lambda: anonymous(executable), EnvironmentError),
             "anon": there(anonymous), "exports": there(lambda: eight_bytes().borrow()),
             "trackfd": there(lambda: eight_bytes("0")),
             "largefile": there(sparse, EnvironmentError),
             "fork": hasattr(os, "fork"), "sacrifice": hasattr(os, "fork")}
    return sorted(word for word in words if words[word])


def greeting(server):
    module = server.module
    release = getattr(sys, "pypy_version_info", sys.version_info)
    yield "fmmap-driver %d" % PROTOCOL
    yield "implementation %s %d.%d.%d" % ((platform.python_implementation(),) + release[:3])
    yield "api %d.%d.%d" % sys.version_info[:3]
    yield "page %d" % module.PAGESIZE
    yield "granularity %d" % module.ALLOCATIONGRANULARITY
    yield "bits %d" % (8 * struct.calcsize("P"))
    yield "arch %s" % platform.machine()
    yield "libc %s" % " ".join(platform.libc_ver())
    yield "python %s" % " ".join(sys.version.split())
    for name in dir(module):
        if name.startswith(("ACCESS_", "MAP_", "PROT_")):
            yield "constant %s %d" % (name, getattr(module, name))
    for word in capabilities(server):
        yield "capability %s" % word
    yield "ready"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--module", required=True, help="the module under test")
    args = parser.parse_args()
    server = Server(importlib.import_module(args.module))
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what a module prints is no answer
    for line in greeting(server):
        answers.write(line + "\n")
    answers.flush()
    for line in iter(sys.stdin.readline, ""):
        if line.strip():
            answers.write(server.answer(line) + "\n")
            answers.flush()
    if not server.depth:
        server.reset()


if __name__ == "__main__":
    main()
