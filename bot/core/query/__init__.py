"""Queries: how they are read, matched, indexed and previewed."""
