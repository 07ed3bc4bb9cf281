"""Texts in four languages: catalogues, markup, names of zones."""
