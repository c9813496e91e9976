"""Equations on skip connections that hold exactly, or but for rounding."""
