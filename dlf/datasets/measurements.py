"""Three tables of real measurements, each with the species, kind or diagnosis to be learned.

Columns have very different sizes (a body mass is in the thousands, a bill depth near 17), so
training goes best after a StandardScaler that was fitted on the training part.
"""
from dataclasses import replace
from pathlib import Path

from .dataset import Card
from .table import read_csv

DATA = Path(__file__).parent / "data"


def penguins():
    """344 penguins of three species, measured on three Antarctic islands; some values are missing.

    Shapes: x (344, 10), y (344,). Four columns are measurements, in mm and g; island and sex are
    words and became columns of 0 and 1, one per word; `year` says when the penguin was measured.
    Classes: Adelie (152), Chinstrap (68), Gentoo (124). The rows are sorted by species.
    Missing values stay NaN, as in any table you will meet: two penguins were never measured, and
    for eleven the sex is unknown. Leave them out (`drop_missing`) or fill them (`FillMissing`).
    Source: Gorman, Williams and Fraser (2014); Horst, Hill and Gorman (2020). CC0.

    >>> two = penguins().select("bill_length_mm", "flipper_length_mm").drop_missing()
    >>> two.x.shape
    (342, 2)
    """
    data = read_csv(DATA / "penguins.csv", target="species")
    return replace(data, card=Card(
        what="Penguins of the Palmer Archipelago, Antarctica",
        shape="x (344, 10), y (344,)",
        units="bill and flipper in mm, body mass in g; island and sex as 0 or 1; year",
        source="Gorman, Williams & Fraser (2014), PLoS ONE 9(3) e90081; "
               "Horst, Hill & Gorman (2020), palmerpenguins",
        licence="CC0 1.0",
        notes="NaN where a value is missing: 8 measurements of 2 penguins, the sex of 11"))


def wine():
    """178 wines from three cultivars grown in one region of Italy, by 13 chemical measurements.

    Shapes: x (178, 13), y (178,). Classes: cultivar 1 (59), cultivar 2 (71), cultivar 3 (48).
    The rows are sorted by class; nothing is missing. Alcohol is in percent of the volume.
    Source: Aeberhard and Forina (1992), UCI Machine Learning Repository. CC BY 4.0.
    """
    data = read_csv(DATA / "wine.csv", target="cultivar")
    return replace(data, card=Card(
        what="Wines of three cultivars",
        shape="x (178, 13), y (178,)",
        units="alcohol in percent of the volume; the source leaves the other units unstated",
        source="Aeberhard & Forina (1992), Wine, UCI Machine Learning Repository, "
               "doi 10.24432/C5PC7J",
        licence="CC BY 4.0",
        notes="column names were added"))


def breast_cancer():
    """569 biopsies of the breast, by 30 measurements of the cell nuclei, benign or malignant.

    Shapes: x (569, 30), y (569,). Classes: 0 benign (357), 1 malignant (212), so that the class
    one must not miss is the positive one (scikit-learn numbers them the other way around).
    Ten properties of a nucleus, each as its mean over the image, its standard error, and the mean
    of its three worst (largest) values. Nothing is missing.
    Source: Wolberg, Mangasarian, Street and Street (1993), UCI. CC BY 4.0.
    """
    data = read_csv(DATA / "breast_cancer.csv.gz", target="diagnosis")
    return replace(data, card=Card(
        what="Breast cancer Wisconsin (diagnostic)",
        shape="x (569, 30), y (569,)",
        units="lengths and areas on the scale of the image; the source states no units",
        source="Wolberg, Mangasarian, Street & Street (1993), UCI Machine Learning Repository, "
               "doi 10.24432/C5DW2B",
        licence="CC BY 4.0",
        notes="column names were added, identity numbers left out; made for study, not for "
              "diagnosis"))
