"""The outside world of Telegram: commands, buttons, words, sending."""
