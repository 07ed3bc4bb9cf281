"""Stichwort: a Telegram bot that turns news feeds into one short alert per keyword."""
