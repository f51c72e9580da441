"""SequenceSession: the network on the page, the sequence that it reads, and what acts on both."""
import numpy as np

from dlf import looking
from dlf.experiment.sequences import SEQUENCE_SETTINGS, SequenceConfig, sequence_network
from dlf.experiment.tasks import task
from dlf.optimizers import Adam
from dlf.widgets import live_session
from dlf.widgets.training_page import TrainingPage

FEW = 32              # sequences whose slopes are followed


class SequenceSession(TrainingPage):
    """A network that learns a task with sequences, and one sequence of the test part to look at.

    `task` is a `dlf.experiment.tasks.Task`; `index` the sequence that is looked at, `layer` the
    layer whose states or maps are shown, `temperature` that of what it writes. After a change of
    the last three, "look" is told.
    """

    settings = SEQUENCE_SETTINGS

    def __init__(self, config=None, draw=lambda n: None, on_close=lambda: None):
        self.index = self.layer = 0
        self.temperature = 1.0
        super().__init__(config or SequenceConfig(), draw, on_close, fps=15)

    def start(self):
        """The task, and the network at step 0."""
        config = self.config
        made   = task(config.task, config.length, np.random.default_rng(0))
        rng    = np.random.default_rng(config.seed)
        net    = sequence_network(config, made, rng)
        self.training = live_session.Session(net, made.train, made.loss, Adam(config.lr), made.test,
                                             config.batch_size, rng, clip=config.clip or None)
        self.task  = made
        self.index, self.layer = min(self.index, len(made.test[0]) - 1), 0

    # ---- what is there now ---------------------------------------------------------------------

    @property
    def one(self):
        """The sequence that is looked at, up to the last moment of which something is asked."""
        return self.task.test[0][self.index, :self.until]

    @property
    def asked(self):
        """What is asked of it: (moments,) of symbols, or (1,) measured after the last moment."""
        return self.task.test[1][self.index, :self.until]

    @property
    def until(self):
        """Moments of the sequence that count; a name is padded behind its end."""
        y = self.task.test[1][self.index]
        return int(np.flatnonzero(y >= 0)[-1]) + 1 if self.task.symbols else self.config.length

    @property
    def attends(self):
        """Does the network look around, and has no state?"""
        return self.config.cell == "attention"

    def layers(self):
        """Names of the layers that can be looked into."""
        found = looking.attention_layers if self.attends else looking.recurrent_layers
        return [name for name, *_ in found(self.net)]

    def memory(self):
        """States and gates of the chosen layer: a `dlf.looking.Memory`."""
        return looking.states(self.net, self.one)[self.layer]

    def attention(self):
        """The maps of the chosen layer, (heads, time, time)."""
        return list(looking.attention(self.net, self.one).values())[self.layer]

    def slopes(self):
        """{layer: (time,)}, the slopes of some training sequences; {} with attention."""
        if self.attends:
            return {}
        x, y = (part[:FEW] for part in self.task.train)
        x = x if self.task.symbols else x.astype(self.net.dtype)
        return looking.slope_norms(self.net, x, y, self.task.loss)

    # ---- changes -------------------------------------------------------------------------------

    def look(self, index):
        """Look at another sequence of the test part, counted from 0."""
        self.act(self._look, "index", min(int(index), len(self.task.test[0]) - 1))

    def turn_to(self, layer):
        """Look into another layer, counted from 0."""
        self.act(self._look, "layer", layer)

    def warm(self, temperature):
        """Let the network write at another temperature."""
        self.act(self._look, "temperature", temperature)

    def _look(self, name, value):
        if name == "temperature" and not (isinstance(value, (int, float)) and 0 <= value <= 5):
            raise ValueError(f"A temperature is a number from 0 to 5; got {value!r}.")
        if value is not None:
            setattr(self, name, value)
        self.tell("look")

    def adjust(self, changed):
        if "clip" in changed:
            self.training.clip, self.training.steps = self.config.clip or None, None
        super().adjust(changed)
