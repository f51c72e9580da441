"""The pages below the picture: each is made when it is shown first, updated while it is seen.

A row of buttons chooses them, and not the tabs of ipywidgets: those need the arrow keys, which
some notebooks keep for themselves.
"""
import ipywidgets as widgets


class Pages:
    """`widget` is a button for each page, and the page that is shown.

    Args: classes: called with the session, each with a `title`; the first is shown.
    """

    def __init__(self, session, classes):
        self.session, self.classes, self.made = session, tuple(classes), {}
        self.tabs   = widgets.ToggleButtons(options=[(cls.title, cls) for cls in self.classes])
        self.boxes  = {cls: widgets.VBox() for cls in self.classes}
        pages       = widgets.VBox(list(self.boxes.values()))
        self.widget = widgets.VBox([self.tabs, pages])
        self.tabs.add_class("pg-tabs")
        pages.add_class("pg-page")
        self.turn_to(self.classes[0])
        session.watch(self.tabs, self.turn_to)

    @property
    def shown(self):
        """The page that is shown."""
        return self.page(self.tabs.value)

    def turn_to(self, cls):
        """Let the page be seen, with what is true now."""
        self.page(cls)
        for each, box in self.boxes.items():
            box.layout.display = "flex" if each is cls else "none"
        self.update()

    def page(self, cls):
        """The page of this class, made if there is none yet."""
        if cls not in self.made:
            self.made[cls] = cls(self.session)
            self.boxes[cls].children = [self.made[cls].widget]
        return self.made[cls]

    def show(self, cls):
        """Bring one to the front."""
        self.tabs.value = cls
        self.turn_to(cls)

    def update(self):
        """Bring the page up to date that is seen."""
        self.shown.update()

    def changed(self, what):
        """Tell all pages that there are."""
        for page in list(self.made.values()):
            page.changed(what)
