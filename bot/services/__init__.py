"""Verbs: what is fetched, stored and sent in which order; the world comes in through ports."""
