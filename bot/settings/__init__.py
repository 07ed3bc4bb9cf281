"""The configuration: `model` says what there is, `load` reads it from file and environment."""

from bot.settings.model import Settings

__all__ = ["Settings"]
