"""What is on the screen as a script of the library: to read, to copy, to save, to run."""
import base64
import html

from dlf.experiment import script
from dlf.widgets.parts import copyable, field, paragraph, row, text
from dlf.widgets.playground.tabs import files
from dlf.widgets.playground.tabs.base import Tab

LONGEST = 60_000          # letters that are shown, and
LARGEST = 2_000_000       # letters that a download link may hold


class Script(Tab):
    """The script that repeats the run; it follows when training rests."""

    title = "Code"
    intro = "Everything on the screen is this library. Here is how to do it without the screen."

    def build(self):
        self.written = ""
        self.words, self.code, self.link = text(height="48px"), text(), text()
        self.name = field("Name", "playground.py", "The name of the file in the folder of the "
                          "notebook; if there is one, a number is added", 260, 50)
        save      = self.button("Save in the folder", "Write the script beside the notebook; "
                                "nothing is overwritten", self.save, 150)
        return [self.words, row(self.name, save, self.link), self.code]

    def key(self):
        """While training runs it stays as it was: a text that changes cannot be copied."""
        if self.is_playing and self.written:
            return self.shown
        return super().key()

    def show(self):
        self.written = script(self.run)
        shown = self.written if len(self.written) <= LONGEST else (
            self.written[:LONGEST] + "\n# ... shortened here; the file holds all of it\n")
        lines = self.written.count("\n")
        self.words.value = paragraph(
            f"These {lines} lines repeat the run up to step {self.run.t}: the same data, the same "
            "first weights, the same steps, and at the end the same losses. Click into them and "
            "press Ctrl+A, then Ctrl+C.")
        self.code.value = copyable("The script that repeats this run", shown, min(lines + 1, 26))
        self.link.value = download(self.written, self.name.value)

    def save(self):
        """Write the file under a name that is still free."""
        self.session.pause()
        self.refresh()
        path = files.write(self.name.value, ".py",
                           lambda path: path.write_text(self.written, encoding="utf-8"))
        self.say(f"Saved as {path.name}. Run it with: python {quoted(path.name)}")


def quoted(name):
    """A file name for the command line."""
    return f'"{name}"' if " " in name else name


def download(text, name):
    """A link that hands the text to the browser as a file."""
    if len(text) > LARGEST:
        return '<span class="m">Too long for a download link: save it in the folder.</span>'
    data = base64.b64encode(text.encode()).decode()
    return (f'<a download="{html.escape(name)}" href="data:text/x-python;base64,{data}" '
            f'title="Save the script through the browser">Download as a file</a>')
