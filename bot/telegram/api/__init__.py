"""Calls to Telegram's Bot API: client, transport, rate, errors."""
