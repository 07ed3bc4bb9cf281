"""From a place on the map to its time zone; the place itself is kept nowhere."""

from __future__ import annotations


def find_zone(latitude: float, longitude: float) -> str | None:
    """Give the zone of a place."""
    import tzfpy  # its map takes some megabytes and most bots never need it

    return tzfpy.get_tz(longitude, latitude) or None
