"""Put each fault of the simulation into the server's code, count the schedules until one breaks, and write the tables
of docs/simulation.md anew. Names, or parts of them, choose some faults; these are printed and written nowhere."""

import os
import re
import sys
import time
from pathlib import Path

from tests.app.jobs.simulation.fault import Fault
from tests.app.jobs.simulation.ground import Ground
from tests.app.jobs.simulation.mended import MENDED
from tests.app.jobs.simulation.mistakes import MISTAKES
from tests.app.jobs.simulation.replay import find, made_ground

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "simulation.md"
MOST = int(os.environ.get("SKIPSCOPE_SCHEDULES", "2000"))
HEAD = "| fault | what follows from it | schedules |\n|---|---|---:|\n"
TABLE = re.compile(re.escape(HEAD) + r"(?:\|.*\n)*")


def count(ground: Ground, fault: Fault) -> int | None:
    """Return how many schedules it takes to find a fault; None if so many as the suite has do not."""
    began = time.process_time()
    found = find(ground, fault, range(MOST))
    told = "not found" if found is None else f"{found[0] + 1}: {found[1][:200]}"
    print(f"{fault.name} ({time.process_time() - began:.1f} s): {told}", flush=True)
    return None if found is None else found[0] + 1


def table(rows: list[tuple[Fault, int | None]]) -> str:
    """Return faults as a table."""
    return HEAD + "".join(f"| {fault.name} | {fault.cause} | {num or f'not in {MOST}'} |\n" for fault, num in rows)


def main() -> int:
    """Find all faults; return 1 if one is not found."""
    wanted = sys.argv[1:]
    counts: list[int | None] = []
    tables: list[str] = []
    with made_ground() as ground:
        for faults in (MENDED, MISTAKES):
            chosen = [fault for fault in faults if not wanted or any(part in fault.name for part in wanted)]
            rows = [(fault, count(ground, fault)) for fault in chosen]
            counts += [num for _, num in rows]
            tables.append(table(rows))
    if not wanted:
        left = iter(tables)
        text = TABLE.sub(lambda _: next(left), DOCUMENT.read_text(encoding="utf-8"))
        DOCUMENT.write_text(text, encoding="utf-8")
    return int(None in counts)


if __name__ == "__main__":
    sys.exit(main())
