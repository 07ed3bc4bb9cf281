"""The room that answers over HTTP: health, metrics and a page for those who run the bot."""
