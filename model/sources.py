"""The address of a user's images for those who import from modules: skipscope.model.data.pictures reads them."""

from skipscope.model.data.pictures import read_image

__all__ = ["read_image"]
