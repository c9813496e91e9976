"""Feature maps of one image, forward and backward, and Grad-CAM (Selvaraju et al. 2017)."""
