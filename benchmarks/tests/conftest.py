"""What every test may rely on, as in `tests`."""

from tests.conftest import loopback_only

__all__ = ["loopback_only"]
