"""What is cut from texts of publishers."""
