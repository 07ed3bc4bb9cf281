"""Nouns and decisions: pure values and functions, no library, no clock, no I/O."""
