"""Networks trained at several depths and rates: the degradation (He et al. 2015), and which rate a depth wants."""
