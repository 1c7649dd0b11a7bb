# SPDX-License-Identifier: MPL-2.0
"""What a case is: its declaration, which case files import from here, and how they are loaded.

Python 3.6 or newer, PyPy, nothing else: the driver loads the cases in the interpreter under test.
"""
import ast
import errno as errno_names
import functools
import inspect
import operator
import os
import re
import types

OLDEST, OLDEST_WITH_OBJECTS = "2.7", "3.6"  # whose values, and whose objects, cases look at
LEVELS = ("documented", "observed", "unspecified")
IMPLIED = {"dies": "sacrifice", "child": "fork", "threads": "threads", "borrow": "exports",
           "anon": "anon"}


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


class Index:
    """An integer by way of __index__ only; an exception given as value is raised instead."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        if isinstance(self.value, Exception):
            raise self.value
        return self.value


class Int:
    """An integer by way of __int__ only."""

    def __init__(self, value=0):
        self.value = value

    def __int__(self):
        return self.value


class Case:
    def __init__(self, area, function):
        self.function = function
        self.area = area
        self.id = "{}/{}".format(area, function.__name__[len("test_"):])
        self.rule = " ".join((function.__doc__ or "").split())
        self.__dict__.update(function.fmmap_case)


def load_cases(folder):
    """All cases of the folder by id, and per area that could not be loaded why."""
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
