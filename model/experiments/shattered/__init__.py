"""How alike the gradients of two inputs are, by depth (Balduzzi et al. 2017)."""
