"""Handlers of commands, buttons and answers, one file per topic of conversation; none imports another."""
