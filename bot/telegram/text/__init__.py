"""What is said in a chat: one module per topic, from plain values to HTML."""
