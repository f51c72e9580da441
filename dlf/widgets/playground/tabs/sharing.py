"""Settings as a short text to share, and whole runs as files: out, and back in again."""
import os
import tempfile
from pathlib import Path

import ipywidgets as widgets

from dlf.checkpoint import CheckpointError
from dlf.experiment import Config, Run, load_run, save_run
from dlf.experiment.config import DEFAULTS
from dlf.widgets.parts import columns, copyable, half, paragraph, row, text
from dlf.widgets.playground.tabs import files
from dlf.widgets.playground.tabs.base import Tab

ENDING  = ".run.dlf"
LONGEST = 20_000          # letters of a text that are shown


class Sharing(Tab):
    """Share the settings, save the run, and bring either back; the run before is kept."""

    title = "Save, load, share"
    intro = "Share the settings as a short text, or keep the whole run as a file."

    def build(self):
        self.before = None                  # the run that was on the screen before the last one
        return [columns(self.settings_part(), self.run_part())]

    def settings_part(self):
        """The left half: settings as text."""
        self.about, self.out, self.json = text(), text(), text()
        self.pasted = widgets.Textarea(
            value="", placeholder="dlf1. ...", rows=4, tooltip="Paste a shared text, or JSON, here",
            layout=widgets.Layout(width="calc(100% - 4px)", height="84px"))
        return half("Settings as text", self.about, self.out,
                    text("<b>Bring settings back</b>" + paragraph(
                        "Paste a shared text or JSON. A new run begins with it.", "m")),
                    self.pasted,
                    row(self.button("Restore", "Begin a new run with the settings in the text",
                                    self.restore, 84),
                        self.button("Undo", "Back to the run before the last restore or load",
                                    self.undo, 70)), self.json)

    def run_part(self):
        """The right half: runs as files."""
        tip = ("The name of the file in the folder of the notebook; if there is one, a number is "
               "added")
        self.name = widgets.Text("playground", description="Name", tooltip=tip,
                                 style={"description_width": "50px"},
                                 layout=widgets.Layout(width="300px"))
        self.file = widgets.Combobox(placeholder="a name that ends in " + ENDING,
                                     description="File", tooltip="A saved run in the folder",
                                     style={"description_width": "50px"},
                                     layout=widgets.Layout(width="300px"))
        self.upload = widgets.FileUpload(
            accept=".dlf", multiple=False, description="Load from disk", icon="",
            tooltip="Load a run from a file on this computer", layout=widgets.Layout(width="170px"))
        self.upload.observe(lambda change: self.try_to(self.take_upload), "value")
        return half("The whole run as a file", text(paragraph(
            "Settings, weights, optimizer and curves: a run that is loaded goes on as if nothing "
            "had happened.")),
            row(self.name, self.button("Save the run", "Write the run to a new file; nothing is "
                                       "overwritten", self.save, 110)),
            row(self.file, self.button("Load the run", "Show the run that this file holds",
                                       self.load, 110)), row(self.upload))

    # ---- what is seen --------------------------------------------------------------------------

    def key(self):
        return self.session.config, self.run

    def show(self):
        config  = self.session.config
        shared  = config.to_text()
        changed = len(DEFAULTS.differences(config))
        holds   = (f"{changed} settings differ from the defaults"
                   if changed else "All settings are at their defaults")
        self.about.value = paragraph(f"{holds}. The text holds no weights. Click into it and "
                                     "press Ctrl+A, then Ctrl+C.")
        self.out.value  = copyable("The settings as a text to share", cut(shared), 3)
        self.json.value = ("<details><summary>The same settings as JSON</summary>"
                           f'{copyable("The settings as JSON", cut(config.to_json()), 14)}'
                           "</details>")
        self.file.options = files.names(ENDING)

    # ---- settings ------------------------------------------------------------------------------

    def restore(self):
        """A new run with the settings in the text. Raises: ConfigError that says what is wrong."""
        given = self.pasted.value.strip()
        if not given:
            self.say("There is no text to restore: paste one first.", alarm=True)
            return
        config = Config.from_json(given) if given.startswith("{") else Config.from_text(given)
        self.put(Run(config))
        self.say(f"Restored: {listed(DEFAULTS.differences(config))}. The run before is kept: Undo "
                 "brings it back.")

    def put(self, run):
        """Show another run, and keep the one before."""
        self.session.pause()
        self.before = self.run
        self.session.replace(run)
        self.refresh()

    def undo(self):
        """The run before, and with it the way back."""
        if self.before is None:
            self.say("There is nothing to undo.", alarm=True)
            return
        self.put(self.before)
        self.say(f"The run before is back, at step {self.run.t}.")

    # ---- runs ----------------------------------------------------------------------------------

    def save(self):
        """Write the run under a name that is still free."""
        self.session.pause()
        path = files.write(self.name.value, ENDING, lambda path: save_run(self.run, path))
        self.file.options = files.names(ENDING)
        self.file.value   = path.name
        self.say(f"Saved as {path.name}, {path.stat().st_size / 1000:,.0f} kB.")

    def load(self):
        """The run of a file in the folder."""
        name = self.file.value.strip()
        if not name:
            self.say("Which file? Type its name, or choose it from the list.", alarm=True)
            return
        path = Path(files.checked(name, ".dlf"))
        if not path.is_file():
            found = ", ".join(files.names(ENDING)[:5]) or "none"
            self.say(f"There is no file {path.name} here. Saved runs here: {found}.", alarm=True)
            return
        self.put(load_run(path))
        self.say(f"Loaded {path.name}: step {self.run.t}. Undo brings back the run before.")

    def take_upload(self):
        """The run of a file that came through the browser."""
        if not self.upload.value:
            return
        given = self.upload.value[0]
        self.upload.value = ()
        self.put(read(given["content"], given["name"]))
        self.say(f"Loaded {given['name']}: step {self.run.t}. Undo brings back the run before.")


def read(content, name):
    """A run from the bytes of a file. Raises: CheckpointError that names the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / (os.path.basename(name.replace("\\", "/")) or "upload.dlf")
        path.write_bytes(bytes(content))
        try:
            return load_run(path)
        except CheckpointError as error:             # the learner knows the file, not our folder
            raise CheckpointError(str(error).replace(f"{folder}{os.sep}", "")) from None


def cut(text):
    """Text that a page can show."""
    return text if len(text) <= LONGEST else (
        f"This text has {len(text):,} letters, because it holds your data: save the run as a file "
        "instead.")


def listed(differences):
    """The settings that are not at their defaults."""
    return ", ".join(differences) or "all settings at their defaults"
