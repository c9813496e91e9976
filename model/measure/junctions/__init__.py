"""The residual additions of any network, found in its forward pass: which they are, their names, and their measures."""
