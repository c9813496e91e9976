"""Networks as PyTorch modules, made from the graph: blocks, layers, initialisation, weights of others."""
