"""Chats: updates in, replies and messages out, through Telegram's Bot API."""
