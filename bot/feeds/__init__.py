"""The outside world of feeds: fetching, guarding, parsing."""
