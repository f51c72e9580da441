"""TrainingPage: what the pages for images and for sequences share, a network that learns."""
from dlf.widgets.player import Player
from dlf.widgets.playground.acting import Acting


class TrainingPage(Acting):
    """A network that is trained, its settings, and what may be done with both.

    `config` says what the network is, `settings` what may be changed in it; `training` is a
    `dlf.widgets.live_session.Session`. `listen(f)` has f(what) called after each change:
    "settings", "network" if other layers are to be drawn, "time" if the weights are others.
    """

    settings = {}         # {name: Setting} of the config

    def __init__(self, config, draw, on_close, fps):
        super().__init__()
        self.config = config
        self.start()
        self.player = Player(self._advance, draw, reset=self._reset, new_seed=self._new_seed,
                             steps={"batch": self._batch, "epoch": self._epoch},
                             on_close=on_close, fps=fps, turn=0.012)

    def start(self):
        """Make `training` anew, at step 0. Each page's own."""
        raise NotImplementedError

    def adjust(self, changed):
        """Let training go on by other settings, those named in `changed`. Each page's own."""
        training = self.training
        training.optimizer.lr, training.size = self.config.lr, self.config.batch_size

    @property
    def net(self):
        """The network, as it is now."""
        return self.training.net

    # ---- changes -------------------------------------------------------------------------------

    def change(self, **settings):
        """Change settings; those of the layers make a new network."""
        return self.act(self._change, settings)

    def _change(self, settings):
        before, self.config = self.config, self.config.change(**settings)
        changed = [name for name in self.settings
                   if getattr(before, name) != getattr(self.config, name)]
        if any(not self.settings[name].live for name in changed):
            return self._rebuild(before)
        self.adjust(changed)
        names = " and ".join(self.settings[name].label.lower() for name in changed)
        self.say(f"{names.capitalize()} changed; training goes on." if changed else "")
        self.tell("settings")

    def _rebuild(self, before):
        """Other layers: a network that has learned nothing yet."""
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
