"""Directions of the branches in the course of a training (Jastrzebski et al. 2018; Li & Papyan 2023)."""
