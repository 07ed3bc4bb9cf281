"""A number in a text, and what it is there: an amount, a date, a time, a share, a rank."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum
from fractions import Fraction


class NumberKind(Enum):
    """What a number is."""

    NUMBER = "number"
    MANY = "many"
    """No certain number: thousands, a dozen."""
    PERCENT = "percent"
    ORDINAL = "ordinal"
    DATE = "date"
    DAY = "day"
    YEAR = "year"
    TIME = "time"
    RATIO = "ratio"
    NAME = "name"
    """A part of a name: G7, Covid-19."""
    OTHER = "other"


Reading = tuple[NumberKind, Hashable]


@dataclass(slots=True)
class Figure:
    """A number in its sentence; several readings where the text leaves it open."""

    readings: set[Reading]
    start: int
    end: int
    bare: Fraction | None = None
    """Its value, if nothing beside it says what it is."""
    scale: Fraction = Fraction(1)
    unit: str = ""
    """What it measures."""
    counted: str = ""
    """How the word begins that it counts, if it measures nothing."""
