"""Papers whose feeds the demo and the tests fill."""
