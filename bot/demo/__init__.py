"""A strict Bot API server and a newsroom on loopback: test double and demo in one."""
