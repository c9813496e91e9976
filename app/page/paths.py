"""Paths of the page's files, which lie beside `app`, in a clone and in an installed package alike."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "static"
TEMPLATES = ROOT / "templates"
