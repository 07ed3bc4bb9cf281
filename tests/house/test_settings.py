"""What the house asks of the page of settings: it says what the code has."""

from __future__ import annotations

from typing import get_args

from pydantic import BaseModel

from bot.settings.model import FeedEntry, Settings
from tools import make_settings


def test_the_page_of_settings_is_up_to_date() -> None:
    """Otherwise: `python -m tools.make_settings`."""
    assert make_settings.TARGET.read_text("utf-8") == make_settings.write()


def test_the_page_has_every_setting_with_an_explanation() -> None:
    """And no other."""
    known = []
    for table, field in Settings.model_fields.items():
        model = FeedEntry if FeedEntry in get_args(field.annotation) else field.annotation
        assert isinstance(model, type)
        assert issubclass(model, BaseModel)
        known += [f"{table}.{key}" for key in model.model_fields]

    assert sorted(make_settings.list_keys()) == sorted(known)
    rows = [line for line in make_settings.write().splitlines() if line.startswith("| `")]
    assert len(rows) == len(known)
    assert all(len(row.rstrip(" |").rpartition("|")[2].strip()) > 10 for row in rows)
