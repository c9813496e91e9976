"""The loss around a network, on a plane of two random directions through its weights (Li et al. 2018)."""
