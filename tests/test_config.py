"""Objects that can say how they were made, and be made again from that."""
import pytest

from dlf.config import Configured, show


def double(x):
    return 2 * x


class Tool(Configured):
    def __init__(self, n, rate=0.1, act=double, rng=None):
        self.n, self.rate, self.act, self.rng = n, rate, act, rng


class Box(Configured):
    def __init__(self, *tools, color="red", rng=None):
        self.tools, self.color = tools, color


def test_config_has_the_arguments_in_order_without_rng():
    assert list(Tool(3, rate=0.5, rng=7).config().items()) == [
        ("n", 3), ("rate", 0.5), ("act", double)]


def test_config_tells_what_is_so_now():
    tool = Tool(3)
    tool.rate = 0.9
    assert tool.config()["rate"] == 0.9


def test_from_config_is_the_inverse():
    assert Tool.from_config(Tool(3, act=abs).config()).config() == {
        "n": 3, "rate": 0.1, "act": abs}


@pytest.mark.parametrize("tools", [(), (1,), (1, 2, 3)])
def test_arguments_without_names_come_as_one_tuple_and_go_back_one_by_one(tools):
    config = Box(*tools, color="blue").config()
    assert config == {"tools": tools, "color": "blue"}
    assert Box.from_config(config).config() == config


def test_a_subclass_is_made_of_its_own_arguments():
    class Small(Tool):
        def __init__(self, rate):
            super().__init__(1, rate)

    assert Small(0.5).config() == {"rate": 0.5}
    assert repr(Small.from_config({"rate": 0.5})) == "Small(0.5)"


def test_a_class_that_does_not_keep_its_argument_is_found_out():
    class Forgetful(Configured):
        def __init__(self, size):
            pass

    with pytest.raises(TypeError, match=r"takes size: keep it as self\.size"):
        Forgetful(3).config()


@pytest.mark.parametrize("made, text", [
    (Tool(3),                          "Tool(3)"),
    (Tool(3, 0.1, double),             "Tool(3)"),
    (Tool(3, 0.5),                     "Tool(3, rate=0.5)"),
    (Tool(3, act=test_config_tells_what_is_so_now),
                                       "Tool(3, act=test_config_tells_what_is_so_now)"),
    (Tool("a"),                        "Tool('a')"),
    (Box(),                            "Box()"),
    (Box(Tool(1), Tool(2), color="b"), "Box(Tool(1), Tool(2), color='b')"),
])
def test_repr_is_what_one_would_write_and_leaves_defaults_out(made, text):
    assert repr(made) == text


@pytest.mark.parametrize("made", [Tool(3), Tool(3, 0.5), Box(), Box(1, "two", color=None)])
def test_repr_can_be_pasted_back(made):
    assert eval(repr(made)).config() == made.config()


def test_functions_are_shown_by_name():
    assert show(double) == "double" and show("double") == "'double'"
