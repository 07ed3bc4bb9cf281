"""Values and pure decisions: no library, no clock, no I/O."""
