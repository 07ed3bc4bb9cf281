"""Removal of what publishers add to texts: agency marks, boilerplate, footers, links to the rest."""
