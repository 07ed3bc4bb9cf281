"""Use cases: what is fetched, stored and sent in which order; the outside world comes in through ports."""
