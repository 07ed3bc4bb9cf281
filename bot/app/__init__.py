"""Where everybody is wired to everybody: the only room that knows all the others."""
