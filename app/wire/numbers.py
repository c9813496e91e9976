"""Measured numbers on the wire: null says that a number does not apply, a word that it is not finite."""

from typing import Literal

from typing_extensions import TypeAliasType

WireNumber = TypeAliasType("WireNumber", float | Literal["nan", "inf", "-inf"])
Column = TypeAliasType("Column", list[WireNumber | None])
