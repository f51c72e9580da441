"""Data of your own: a formula that labels points, a table that is pasted, or a file."""
import ipywidgets as widgets

from dlf.experiment import SETTINGS, read_table
from dlf.experiment.settings import ConfigError
from dlf.widgets.playground.controls import button

EXAMPLE = "width,height,kind\n1.2,0.4,pear\n0.8,1.1,apple\n..."
MOST    = 5_000_000       # letters of a table


class OwnTab:
    """A form for each way."""

    title = "Your data"

    def __init__(self, session):
        self.session = session
        self.formula = widgets.Text(session.config.formula, description="y =",
                                    style={"description_width": "30px"}, continuous_update=False,
                                    layout=widgets.Layout(width="380px"))
        self.formula.tooltip = SETTINGS["formula"].help
        self.table  = widgets.Textarea(placeholder=EXAMPLE, rows=6, tooltip="A table with a header")
        self.target = widgets.Text(description="Predict", placeholder="the last column",
                                   tooltip="The name of the column to predict",
                                   style={"description_width": "50px"})
        self.file   = widgets.FileUpload(accept=".csv,.tsv,.txt", description="Upload a table",
                                         layout=widgets.Layout(width="170px"))
        self.widget = self.build()
        session.watch(self.file, self.take_file)

    def build(self):
        label  = button("Use this formula", SETTINGS["formula"].help, self.take_formula,
                        self.session)
        paste  = button("Use this table", "Learn from the table that was pasted.", self.take_table,
                        self.session)
        rows   = [widgets.HTML("<h3>A formula</h3>A comparison such as <code>sin(x1) * x2 &gt; 0"
                               "</code> gives two classes, a number such as <code>x1 / 6</code> "
                               "gives a number to predict. x1 and x2 run from −6 to 6."),
                  row(self.formula, label),
                  widgets.HTML("<h3>A table</h3>Paste it with a line of names first; words in the "
                               "last column are classes, numbers are to be predicted. From a "
                               "notebook: <code>Playground(own=dlf.experiment.OwnData(x, y))</code>"
                               ),
                  self.table, row(self.target, paste, self.file)]
        form = widgets.VBox(rows)
        form.add_class("pg-form")
        return form

    def take_formula(self):
        """Points that the formula labels."""
        text = self.formula.value.strip()
        if not text:
            raise ConfigError("Write a formula of x1 and x2 first, such as x1 * x2 > 0.")
        self.session.change(data="formula", formula=text)

    def take_table(self, text=None, name="pasted table"):
        """Points from the text of a table."""
        text = self.table.value if text is None else text
        if "\n" not in text.strip():
            raise ConfigError("Paste a table first: a line of names, then a line a point.")
        own = read_table(text[:MOST], target=self.target.value.strip() or None, name=name)
        self.session.adopt(self.session.config.change(n=None).with_own(own))

    def take_file(self, files):
        """A file that was uploaded."""
        if files:
            file = files[0]
            text = bytes(file["content"]).decode("utf-8-sig", errors="replace")
            self.take_table(text, file["name"].rsplit(".", 1)[0].replace("/", " "))

    def update(self):
        """Nothing moves here while it trains."""

    def changed(self, what):
        if what in ("settings", "run"):
            self.formula.value = self.session.config.formula


def row(*parts):
    """Widgets side by side."""
    box = widgets.HBox(parts)
    box.add_class("pg-row")
    return box
