# SPDX-License-Identifier: MPL-2.0
"""Expressions of workload files: a small part of Python's, evaluated without Python's power.

Literals (bytes, text, numbers, lists, tuples), parameter names, + - * // %, slices, and calls of
the functions of texts.py. Text is UTF-8 bytes, except as a corpus' name.
"""

import ast
import operator

import texts

_OPERATORS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
              ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod}


class ExpressionError(Exception):
    """The expression cannot be evaluated; the message says why."""


class Evaluation:
    """Evaluates expressions over variables and remembers which texts went into them."""

    def __init__(self, variables):
        self.variables = variables
        self.used = []  # (function name, corpus name or None), in order of first use

    def value(self, source):
        try:
            return self._node(ast.parse(source.strip(), mode="eval").body)
        except SyntaxError as error:
            raise ExpressionError(f"{error.msg} in {source!r}") from None
        except texts.TextError as error:
            raise ExpressionError(f"{error} in {source!r}") from None
        except (ArithmeticError, AttributeError, LookupError, MemoryError, OSError, RecursionError,
                TypeError, ValueError) as error:
            raise ExpressionError(f"{type(error).__name__}: {error} in {source!r}") from None

    def _node(self, node):
        if isinstance(node, ast.Constant) and isinstance(node.value, (bytes, str, int)):
            return node.value.encode() if isinstance(node.value, str) else node.value
        if isinstance(node, ast.Name):
            if node.id not in self.variables:
                known = " ".join(sorted(self.variables)) or "none"
                raise ExpressionError(f"unknown name {node.id!r}; known: {known}")
            return self.variables[node.id]
        if isinstance(node, (ast.List, ast.Tuple)):
            items = [self._node(item) for item in node.elts]
            return items if isinstance(node, ast.List) else tuple(items)
        if isinstance(node, ast.BinOp) and type(node.op) in _OPERATORS:
            return _OPERATORS[type(node.op)](self._node(node.left), self._node(node.right))
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
            return -self._node(node.operand)
        if isinstance(node, ast.Subscript):
            return self._node(node.value)[self._index(node.slice)]
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            return self._call(node)
        raise ExpressionError(f"not allowed here: {ast.unparse(node)}")

    def _index(self, node):
        if not isinstance(node, ast.Slice):
            return self._node(node)
        return slice(*(part and self._node(part) for part in (node.lower, node.upper, node.step)))

    def _call(self, node):
        name = node.func.id
        if name not in texts.FUNCTIONS:
            known = " ".join(sorted(texts.FUNCTIONS))
            raise ExpressionError(f"unknown function {name!r}; known: {known}")
        arguments = [self._node(argument) for argument in node.args]
        keywords = {keyword.arg: self._node(keyword.value) for keyword in node.keywords}
        corpus = None
        if name == "text" and arguments:
            corpus = arguments[0] = arguments[0].decode()
        if (name == "text" or name in texts.GENERATORS) and (name, corpus) not in self.used:
            self.used.append((name, corpus))
        return texts.FUNCTIONS[name](*arguments, **keywords)
