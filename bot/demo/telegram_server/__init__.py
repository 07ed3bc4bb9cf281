"""A strict Bot API server: reads calls, refuses what Telegram refuses, and answers in Telegram's JSON."""
