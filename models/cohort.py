"""The images that the model is trained and measured on, and their split.

Two collections, one folder each:

- COVID-19: a clone of the COVID-19 image data collection (`metadata.csv` and
  `images/`); the rows whose finding contains COVID-19 and whose modality
  contains X-ray, as far as their file exists.
- Normal and bacterial pneumonia: a folder with `normal/` and `bacteria/`, from
  Kermany et al. 2018.

Images of one patient always fall on the same side of the split. Otherwise the
held-out figures would reward the model for recognising a person.
"""

import argparse
import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np

CLASSES = ("normal", "COVID-19", "bacteria")

# Shares of the patients, drawn within each class. The validation part belongs
# to the training patients: it chooses the epoch, and the held-out part is only
# looked at once, afterwards.
HELD_OUT_SHARE = 0.25
VALIDATION_SHARE = 0.20
SPLIT_SEED = 2020


def parser_of(doc: str) -> argparse.ArgumentParser:
    """The options that name both collections, for a script with this docstring."""
    parser = argparse.ArgumentParser(description=doc.splitlines()[0])
    parser.add_argument("--covid", type=Path, required=True, metavar="DIR")
    parser.add_argument("--pneumonia", type=Path, required=True, metavar="DIR")
    return parser


@dataclass(frozen=True)
class Xray:
    """One image: where it lies, its index in `CLASSES`, whose it is, and the
    view (PA, AP, L, ...) where the collection says."""

    path: Path
    label: int
    patient: str
    view: str = ""


@dataclass(frozen=True)
class Split:
    fit: list[Xray]
    validation: list[Xray]
    held_out: list[Xray]

    @property
    def training(self) -> list[Xray]:
        """Every image that had a say in the weights."""
        return self.fit + self.validation


def load_split(covid_dir: Path, pneumonia_dir: Path) -> Split:
    """Finds all images of both collections and splits them by patient."""
    xrays = covid_xrays(covid_dir) + pneumonia_xrays(pneumonia_dir)
    rng = np.random.default_rng(SPLIT_SEED)
    training, held_out = split_by_patient(xrays, HELD_OUT_SHARE, rng)
    fit, validation = split_by_patient(training, VALIDATION_SHARE, rng)
    return Split(fit, validation, held_out)


def covid_xrays(covid_dir: Path) -> list[Xray]:
    """COVID-19 X-rays in the order of the CSV. Published names end in spaces."""
    with open(covid_dir / "metadata.csv", encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    label = CLASSES.index("COVID-19")
    xrays = []
    for row in rows:
        path = covid_dir / "images" / row["filename"].strip()
        if "COVID-19" in row["finding"] and "X-ray" in row["modality"] and path.is_file():
            patient = "covid-" + row["patientid"].strip()
            xrays.append(Xray(path, label, patient, row["view"].strip()))
    return xrays


def pneumonia_xrays(pneumonia_dir: Path) -> list[Xray]:
    """Normal and bacterial images; the patient is the file name's first part."""
    xrays = []
    for name in ("normal", "bacteria"):
        for path in sorted((pneumonia_dir / name).iterdir()):
            patient = re.match(r"(?:NORMAL2-)?IM-\d+|person\d+", path.name)
            if patient:
                xrays.append(Xray(path, CLASSES.index(name), patient.group()))
    return xrays


def split_by_patient(
    xrays: list[Xray], share: float, rng: np.random.Generator
) -> tuple[list[Xray], list[Xray]]:
    """Moves `share` of each class's patients to the second list."""
    patients_of_class = defaultdict(set)
    for xray in xrays:
        patients_of_class[xray.label].add(xray.patient)

    moved = set()
    for label in sorted(patients_of_class):
        patients = sorted(patients_of_class[label])
        moved.update(rng.permutation(patients)[: round(share * len(patients))].tolist())
    kept = [xray for xray in xrays if xray.patient not in moved]
    return kept, [xray for xray in xrays if xray.patient in moved]
