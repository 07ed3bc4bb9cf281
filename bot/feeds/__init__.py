"""Everything about feeds: fetching, the guard of addresses, parsing and cleaning."""
