"""The shapes of what is sent and received, and their description."""
