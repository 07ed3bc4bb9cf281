"""The strict Bot API: reads calls, refuses what Telegram refuses, changes the world, answers in Telegram's shapes."""
