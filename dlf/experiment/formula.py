"""A rule of your own, such as "sin(x1) * x2 > 0": read letter by letter, never run as code.

Allowed are x1, x2, numbers, pi, + - * / **, comparisons, and, or, not, and the functions sin, cos,
exp, abs, sqrt and tanh. Everything else is an error that names what is not allowed.
"""
import ast
import operator

import numpy as np

from dlf.experiment.settings import ConfigError

FUNCTIONS = {"sin": np.sin, "cos": np.cos, "exp": np.exp, "abs": np.abs, "sqrt": np.sqrt,
             "tanh": np.tanh}
SUMS      = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
             ast.Div: operator.truediv, ast.Pow: operator.pow}
SIGNS     = {ast.UAdd: operator.pos, ast.USub: operator.neg}
COMPARE   = {ast.Lt: operator.lt, ast.LtE: operator.le, ast.Gt: operator.gt, ast.GtE: operator.ge,
             ast.Eq: operator.eq, ast.NotEq: operator.ne}
LONGEST   = 200              # letters
DEEPEST   = 30               # brackets in brackets
ALLOWED   = ("Allowed are x1, x2, numbers, pi, + - * / **, comparisons, and, or, not, "
             f"and {', '.join(FUNCTIONS)}.")


class Formula:
    """A rule for points of the plane: `Formula("x1 * x2 > 0")(x)` labels points x (n, 2).

    `task` is "classes" if the rule is a comparison (answers 0 and 1), else "numbers". A leading
    "y =" is ignored, and ^ means **.

    Raises: ConfigError, a ValueError, that names what is not allowed and where it stands.
    """

    def __init__(self, text):
        if not isinstance(text, str) or len(text) > LONGEST:
            raise ConfigError(f"A formula is text of at most {LONGEST} letters.")
        self.text = text
        body = text.strip().removeprefix("y").lstrip().removeprefix("=") if is_named(text) else text
        try:
            tree = ast.parse(body.strip().replace("^", "**"), mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
            place = f" near letter {error.offset}" if getattr(error, "offset", 0) else ""
            raise ConfigError(f"The formula {text!r} cannot be read{place}. "
                              'Write it like "sin(x1) * x2 > 0".') from None
        self.run, truth = Reader(text).read(tree, 0)
        self.task = "classes" if truth else "numbers"

    def __call__(self, x):
        """The answers (n,) for points (n, 2): 0 and 1, or floats; nan where there is none."""
        with np.errstate(all="ignore"):
            y = np.broadcast_to(self.run(x[:, 0], x[:, 1]), len(x))
        return y.astype(np.int64) if self.task == "classes" else y.astype(float)


def is_named(text):
    """Does the text begin with "y =" (and not with "y ==")?"""
    rest = text.strip().removeprefix("y").lstrip()
    return text.strip().startswith("y") and rest.startswith("=") and not rest.startswith("==")


class Reader:
    """Turns the tree of a formula into functions of (x1, x2), from a short list of what may be.

    Every `read` returns (function, is it a truth value?).
    """

    def __init__(self, text):
        self.text = text

    def refuse(self, what):
        raise ConfigError(f"The formula {self.text!r} holds {what}, which is not allowed. "
                          f"{ALLOWED}")

    def read(self, node, depth):
        """One part of the formula, by the name of its kind."""
        if depth > DEEPEST:
            self.refuse("too many brackets in brackets")
        reader = getattr(self, f"read_{type(node).__name__}", None)
        if reader is None:
            self.refuse(repr(ast.unparse(node)))
        return reader(node, depth + 1)

    def number(self, node, depth):
        """A part that must be a number."""
        run, truth = self.read(node, depth)
        if truth:
            self.refuse(f"the comparison {ast.unparse(node)!r} where a number is needed,")
        return run

    def truth(self, node, depth):
        """A part that must be true or false."""
        run, truth = self.read(node, depth)
        if not truth:
            self.refuse(f"the number {ast.unparse(node)!r} where a comparison is needed,")
        return run

    def read_Constant(self, node, depth):
        if type(node.value) not in (int, float):
            self.refuse(repr(node.value))
        value = float(node.value)
        return lambda x1, x2: value, False

    def read_Name(self, node, depth):
        names = {"x1": lambda x1, x2: x1, "x2": lambda x1, x2: x2, "pi": lambda x1, x2: np.pi}
        if node.id not in names:
            self.refuse(f"the name {node.id!r}")
        return names[node.id], False

    def read_BinOp(self, node, depth):
        if type(node.op) not in SUMS:
            self.refuse(f"the operation {ast.unparse(node)!r}")
        do   = SUMS[type(node.op)]
        a, b = self.number(node.left, depth), self.number(node.right, depth)
        return lambda x1, x2: do(np.asarray(a(x1, x2)), np.asarray(b(x1, x2))), False

    def read_UnaryOp(self, node, depth):
        if isinstance(node.op, ast.Not):
            a = self.truth(node.operand, depth)
            return lambda x1, x2: np.logical_not(a(x1, x2)), True
        if type(node.op) not in SIGNS:
            self.refuse(f"the operation {ast.unparse(node)!r}")
        do, a = SIGNS[type(node.op)], self.number(node.operand, depth)
        return lambda x1, x2: do(a(x1, x2)), False

    def read_Compare(self, node, depth):
        if any(type(op) not in COMPARE for op in node.ops):
            self.refuse(f"the comparison {ast.unparse(node)!r}")
        does  = [COMPARE[type(op)] for op in node.ops]
        parts = [self.number(part, depth) for part in (node.left, *node.comparators)]

        def run(x1, x2):
            values = [part(x1, x2) for part in parts]
            return np.logical_and.reduce([np.broadcast_to(do(a, b), np.shape(x1))
                                          for do, a, b in zip(does, values, values[1:])])
        return run, True

    def read_BoolOp(self, node, depth):
        do    = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        parts = [self.truth(part, depth) for part in node.values]
        return lambda x1, x2: do.reduce([part(x1, x2) for part in parts]), True

    def read_Call(self, node, depth):
        name = node.func.id if isinstance(node.func, ast.Name) else ast.unparse(node.func)
        if name not in FUNCTIONS:
            self.refuse(f"the function {name!r}")
        if len(node.args) != 1 or node.keywords:
            self.refuse(f"{ast.unparse(node)!r}, a function without exactly one number in it,")
        do, a = FUNCTIONS[name], self.number(node.args[0], depth)
        return lambda x1, x2: do(a(x1, x2)), False
