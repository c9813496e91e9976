"""The checks before every route, of a client, its address and its rate."""
