"""Live widgets: networks that learn while you watch and move the sliders."""
try:
    import ipywidgets
except ImportError as error:
    raise ImportError("Live widgets need ipywidgets, and Jupyter to show them: "
                      "pip install 'dlf[lab]', then restart the kernel.") from error

from dlf.widgets.player import Player
