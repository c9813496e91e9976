"""Names of members: two words from a list, or a nickname if the host allows it."""

import secrets
import unicodedata
from collections.abc import Container

from skipscope.model.describe.words import FieldError

MOST = 24
MANNERS = (  # noqa: SIM905  (a list of words reads better as a text)
    "Able Amber Ample Azure Bold Brave Bright Brisk Calm Candid Clear Clever Cosy Curious Daring Deep Eager Early "
    "Easy Fair Fast Fine Fond Frank Fresh Gentle Glad Golden Good Grand Green Happy Hardy Honest Humble Jolly Keen "
    "Kind Lively Loyal Lucky Mellow Merry Mild Modest Neat Nimble Noble Patient Plain Proud Quick Quiet Rapid Ready "
    "Robust Sharp Silent Silver Smart Smooth Steady Sunny Swift Tidy Warm Wise Witty Young Zesty"
).split()
ANIMALS = (  # noqa: SIM905  (a list of words reads better as a text)
    "Badger Bear Beaver Bee Bison Camel Canary Cat Cheetah Crab Crane Cricket Deer Dolphin Dove Duck Eagle Elk Falcon "
    "Ferret Finch Fox Frog Gecko Gibbon Goat Goose Hare Hawk Hedgehog Heron Horse Ibex Jackdaw Jay Kestrel Kiwi Koala "
    "Lark Lemur Lion Lizard Llama Lynx Magpie Marten Mole Moose Moth Mouse Newt Nutria Ocelot Orca Osprey Otter Owl "
    "Panda Panther Parrot Pelican Penguin Pony Puffin Quail Rabbit Raven Robin Salmon Seal Sparrow Squid Stork Swan "
    "Tapir Tern Tiger Toad Turtle Walrus Weasel Whale Wolf Wombat Wren Yak Zebra"
).split()


def propose(taken: Container[str] = ()) -> str:
    """Return a name of two words that nobody has, as far as a few tries find one; `taken` is in small letters."""
    name = ""
    for _ in range(20):
        name = f"{secrets.choice(MANNERS)} {secrets.choice(ANIMALS)}"
        if name.lower() not in taken:
            break
    return name


def is_proposed(name: str) -> bool:
    """Say whether a name is one of the list."""
    manner, _, animal = name.partition(" ")
    return manner in MANNERS and animal in ANIMALS


def clean(name: str) -> str:
    """Return a nickname in NFC without spaces around it; raise FieldError for what is none."""
    found = " ".join(part for part in unicodedata.normalize("NFC", name).split(" ") if part)
    odd = next(
        (sign for sign in found if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")), None
    )
    if odd is not None:
        raise FieldError("name", name, "it has a control character", "give letters, digits and signs that can be seen")
    if not 1 <= len(found) <= MOST:
        raise FieldError("name", name, f"1 to {MOST} characters", "give a shorter name")
    if all(unicodedata.category(sign)[0] in "MZ" for sign in found):
        raise FieldError("name", name, "it cannot be seen", "give letters, digits or signs")
    return found


def apart(name: str, taken: Container[str]) -> str:
    """Return the name, with a number where somebody has it; `taken` is in small letters, as casefold makes them."""
    found, number = name, 1
    while found.casefold() in taken:
        number += 1
        end = f" {number}"
        found = name[: MOST - len(end)].rstrip() + end
    return found
