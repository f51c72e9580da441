"""SequenceSession: the network on the page, the sequence that it reads, and what acts on both."""
import numpy as np

from dlf import looking
from dlf.experiment.sequences import SEQUENCE_SETTINGS, SequenceConfig, sequence_network
from dlf.experiment.tasks import task
from dlf.optimizers import Adam
from dlf.widgets import live_session
from dlf.widgets.player import Player
from dlf.widgets.playground.acting import Acting

FEW = 32              # sequences whose slopes are followed


class SequenceSession(Acting):
    """A network that learns a task with sequences, and one sequence of the test part to look at.

    `training` is a `dlf.widgets.live_session.Session`; `task` a `dlf.experiment.tasks.Task`;
    `index` is the sequence that is looked at, `layer` the layer whose states or maps are shown,
    `temperature` that of what it writes. `listen(f)` has f(what) called after each change:
    "settings", "network" if other layers are to be drawn, "time" if the weights are others, "look".
    """

    def __init__(self, config=None, draw=lambda n: None, on_close=lambda: None):
        super().__init__()
        self.config = config or SequenceConfig()
        self.index  = self.layer = 0
        self.temperature = 1.0
        self.start()
        self.player = Player(self._advance, draw, reset=self._reset, new_seed=self._new_seed,
                             steps={"batch": self._batch, "epoch": self._epoch},
                             on_close=on_close, fps=15, turn=0.012)

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
    def net(self):
        """The network, as it is now."""
        return self.training.net

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

    def change(self, **settings):
        """Change settings; those of task and layers make a new network."""
        return self.act(self._change, settings)

    def _change(self, settings):
        before, self.config = self.config, self.config.change(**settings)
        changed = [name for name in SEQUENCE_SETTINGS
                   if getattr(before, name) != getattr(self.config, name)]
        if any(not SEQUENCE_SETTINGS[name].live for name in changed):
            return self._rebuild(before)
        training = self.training
        training.optimizer.lr, training.size = self.config.lr, self.config.batch_size
        if "clip" in changed:
            training.clip, training.steps = self.config.clip or None, None
        names = " and ".join(SEQUENCE_SETTINGS[name].label.lower() for name in changed)
        self.say(f"{names.capitalize()} changed; training goes on." if changed else "")
        self.tell("settings")

    def _rebuild(self, before):
        """Another task or other layers: a network that has learned nothing yet."""
        self.player.pause()
        try:
            self.start()
        except Exception:
            self.config = before
            raise
        self.say("A new network, at step 0.")
        self.tell("settings", "network")

    # ---- what the player does ------------------------------------------------------------------

    def _advance(self):
        self.training.advance()

    def _batch(self):
        self.training.advance()
        self.tell("time")

    def _epoch(self):
        for _ in self.training.rest_of_epoch():
            yield
        self.tell("time")

    def _reset(self):
        self.training.reset()
        self.tell("time")

    def _new_seed(self):
        self.training.new_seed()
        self.config = self.config.change(seed=self.training.seed)
        self.tell("settings", "time")
