"""An object that can say how it was made: it keeps its constructor's arguments by name."""
import functools
import inspect


class Configured:
    """Gives `config()`, and a `repr` that reads like the call that made the object.

    The rule: every argument of `__init__` is kept as an attribute of the same name. `rng` is left
    out, since it is where numbers came from and not what the object is.
    """

    def config(self):
        """The constructor's arguments as a dict, in order; `*args` as one tuple."""
        names = [name for name in arguments(type(self)) if name != "rng"]
        for name in names:
            if not hasattr(self, name):
                raise TypeError(f"{type(self).__name__}.__init__ takes {name}: keep it as "
                                f"self.{name}, so that the object can say how it was made.")
        return {name: getattr(self, name) for name in names}

    @classmethod
    def from_config(cls, config):
        """An object made with these arguments: the inverse of `config`."""
        kinds = arguments(cls)
        stars = [v for name, v in config.items() if kinds[name].kind is kinds[name].VAR_POSITIONAL]
        named = {n: v for n, v in config.items() if kinds[n].kind is not kinds[n].VAR_POSITIONAL}
        return cls(*stars[0], **named) if stars else cls(**named)

    def __repr__(self):
        shown = []
        for name, value in self.config().items():
            argument = arguments(type(self))[name]
            if argument.kind is argument.VAR_POSITIONAL:
                shown += map(show, value)
            elif argument.default is argument.empty:
                shown.append(show(value))
            elif value is not argument.default and value != argument.default:
                shown.append(f"{name}={show(value)}")
        return f"{type(self).__name__}({', '.join(shown)})"


@functools.lru_cache(maxsize=256)
def arguments(kind):
    """What a class is made from, by name; kept, since drawings ask for it in every frame."""
    return inspect.signature(kind).parameters


def show(value):
    """A value as one would write it in code: functions by their names."""
    return value.__name__ if inspect.isfunction(value) else repr(value)
