"""The tabs below the picture: each is made when it is shown first, and updated while it is seen."""
import ipywidgets as widgets


class Pages:
    """`widget` is the row of tabs with what belongs to the one that is shown.

    Args: classes: called with the session, each with a `title`; the first is shown.
    """

    def __init__(self, session, classes):
        self.session, self.classes, self.made = session, tuple(classes), {}
        self.widget = widgets.Tab([widgets.VBox() for _ in self.classes],
                                  titles=[cls.title for cls in self.classes], selected_index=0)
        self.page(self.classes[0])
        session.watch(self.widget, lambda _: self.update(), "selected_index")

    @property
    def shown(self):
        """The page that is shown, or None."""
        i = self.widget.selected_index
        return None if i is None else self.page(self.classes[i])

    def page(self, cls):
        """The page of this class, made if there is none yet."""
        if cls not in self.made:
            self.made[cls] = cls(self.session)
            box = self.widget.children[self.classes.index(cls)]
            box.layout.overflow = "visible"
            box.children = [self.made[cls].widget]
        return self.made[cls]

    def show(self, cls):
        """Bring one to the front."""
        self.page(cls)
        self.widget.selected_index = self.classes.index(cls)

    def update(self):
        """Bring the page up to date that is seen."""
        if self.shown is not None:
            self.shown.update()

    def changed(self, what):
        """Tell all pages that there are."""
        for page in list(self.made.values()):
            page.changed(what)
