"""Everything about Telegram: updates in, replies and messages out, through the Bot API."""
