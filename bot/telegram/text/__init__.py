"""The texts of messages: one module per topic, from plain values to HTML."""
