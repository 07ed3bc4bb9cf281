"""One file per topic of conversation; areas never import each other."""
