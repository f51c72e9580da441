"""The page on which a convolution of the network is seen step by step."""
from dlf.layers import Conv2D
from dlf.layers.containers import trace
from dlf.looking.example import as_batch
from dlf.widgets.images.convolution_step import ConvolutionStep
from dlf.widgets.images.filters_tab import ImageTab
from dlf.widgets.parts import label, row, toggle


class StepTab(ImageTab):
    """A layer to choose, and its window moving over the image."""

    title = "Convolution, step by step"
    intro = ("Press Play in this page: the window moves over the image, its pixels times the "
             "kernel's weights add up, and an output pixel appears.")

    def build(self):
        found      = self.inputs()
        self.which = toggle([(name, i) for i, (name, *_) in enumerate(found)], 0 if found else None,
                            (), 110)
        self.watch(self.which)
        self.step  = ConvolutionStep(*found[0][1:]) if found else None
        return [row(label("Layer"), self.which), *([self.step.view] if self.step else [])]

    def changed(self, what):
        super().changed(what)
        if what == "network":
            self.which.options = [(name, i) for i, (name, *_) in enumerate(self.inputs())]

    def show(self):
        found = self.inputs()
        if self.step and found:
            self.step.look(*found[self.which.value or 0][1:])

    def inputs(self):
        """(name, layer, what goes into it) of each convolution that can be shown."""
        net = self.session.net
        return [(f"{path} Conv2D", layer, x[0]) for path, layer, x, _ in
                trace(net, as_batch(net, self.session.pixels))
                if type(layer) is Conv2D and layer.groups == 1 and layer.window.dilation == (1, 1)]

    def close(self):
        if self.step:
            self.step.close()
