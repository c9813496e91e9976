"""The budgets of benchmarks/classroom.py and load.py: the cost that a class or a load may have, and the one it had."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from statistics import median

from benchmarks.students import Figures

LAG = 0.5
"""Seconds from the making of a step in its worker until a student has it, for 99 of 100."""
LIGHT = 0.25
"""Seconds that a light request, and the lag of a step, may take beside a hostile client, for 99 of 100."""
GROWTH = 100
"""Megabytes that the web process may grow by beside one."""
FLAT = 1.1
"""The server's memory at the end of the lesson, at most, as a share of that in the middle."""


@dataclass(frozen=True)
class Verdict:
    """One budget: its demand, the measured value, and whether that is within it."""

    budget: str
    measured: str
    held: bool


def percentile(values: list[float], share: float) -> float:
    """Return the value below which this share lies; not a number where there is none."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))] if values else float("nan")


def lags(figures: Figures) -> list[float]:
    """Return how long each step took from its making until each student had it, in seconds."""
    return [at - figures.made[step] for step, at in figures.arrivals if step in figures.made]


def overtaken(figures: Figures) -> int:
    """Return how often at most one student was served, from asking to answer, while another's one probe waited.

    One time is fair: it was that student's turn. Two mean that somebody was passed over.
    """
    asked = sorted(figures.probes, key=lambda probe: probe.asked)
    times = [probe.asked for probe in asked]
    most = 0
    for probe in asked:
        meanwhile: defaultdict[int, int] = defaultdict(int)
        for other in asked[bisect_left(times, probe.asked) : bisect_left(times, probe.answered)]:
            if other.student != probe.student and other.answered < probe.answered:
                meanwhile[other.student] += 1
        most = max(most, *meanwhile.values(), 0)
    return most


def middle_and_end(samples: list[float]) -> tuple[float, float]:
    """Return the median of the samples around the middle, and of the last ones."""
    few = max(1, len(samples) // 10)
    middle = len(samples) // 2
    return median(samples[middle - few : middle + few] or samples), median(samples[-2 * few :])


def no_error(figures: Figures) -> Verdict:
    """Judge whether all went well for everybody."""
    return Verdict(
        "no error", f"{len(figures.errors)} {'; '.join(sorted(set(figures.errors))[:3])}", not figures.errors
    )


def nothing_lost(figures: Figures, num_readers: int) -> Verdict:
    """Judge whether every reader got every event once, in order, and the end of the stream."""
    last = max(figures.received, default=0)
    lost = last * num_readers - figures.received.total()
    without = num_readers - figures.ended
    return Verdict(
        "no event lost",
        f"{lost} of {last * num_readers}; {figures.gaps} gaps, {without} streams without end",
        last > 0 and (lost, figures.gaps, without) == (0, 0, 0),
    )


def soon_there(figures: Figures, limit: float) -> Verdict:
    """Judge the time of steps from being made to being there, as one number."""
    lag = lags(figures)
    return Verdict(
        f"p99 from made to arrived under {1000 * limit:.0f} ms",
        f"{milliseconds(lag)} ms, median / p99 / worst of {len(lag)}",
        percentile(lag, 0.99) < limit,
    )


def flat(memory: Mapping[str, list[float]]) -> Verdict:
    """Judge whether memory stays what it is."""
    both = {name: middle_and_end(samples) for name, samples in memory.items()}
    return Verdict(
        f"memory flat: at the end at most {FLAT:g} of the middle",
        "; ".join(f"{name} {middle:.0f} / {end:.0f} MB" for name, (middle, end) in both.items()),
        all(end <= FLAT * middle for middle, end in both.values()),
    )


def withstood(figures: Figures) -> list[Verdict]:
    """Judge whether a hostile client was a burden for anybody."""
    grown = max(figures.web) - figures.web[0]
    return [
        Verdict(
            f"p99 of a light request under {1000 * LIGHT:.0f} ms, whatever others send",
            f"{milliseconds(figures.light)} ms, median / p99 / worst of {len(figures.light)}",
            percentile(figures.light, 0.99) <= LIGHT,
        ),
        soon_there(figures, LIGHT),
        Verdict(f"web process +{GROWTH} MB at most", f"{grown:+.0f} MB", grown <= GROWTH),
    ]


def milliseconds(seconds: list[float]) -> str:
    """Write median, p99 and worst of these seconds."""
    return " / ".join(f"{1000 * percentile(seconds, share):.0f}" for share in (0.5, 0.99, 1))


def told(verdicts: Iterable[Verdict]) -> list[str]:
    """Return a table of the budgets."""
    lines = (f"| {one.budget} | {one.measured} | {'PASS' if one.held else '**FAIL**'} |" for one in verdicts)
    return ["| budget | measured | |", "|---|---|---|", *lines]


def judge(figures: Figures, num_students: int) -> list[Verdict]:
    """Return the verdict on each budget of a class."""
    times = [probe.answered - probe.asked for probe in figures.probes]
    worst = overtaken(figures)
    steady = [flat({"web process": figures.web, "all processes": figures.tree})]
    return [
        no_error(figures),
        nothing_lost(figures, num_students),
        soon_there(figures, LAG),
        Verdict(
            "probes in fair order",
            f"{len(times)} answered, {figures.refused} refused with a word; "
            f"{' / '.join(f'{percentile(times, share):.2f}' for share in (0.5, 0.99))} s, median / p99; "
            f"nobody served more than {worst} times while another waited",
            bool(times) and worst <= 1,
        ),
        *(withstood(figures) if figures.hostile else steady),
    ]


ROW = (
    "| students | cores | students a core | cores of the web process | server at rest "
    "| the run, probes and readers on top | web process | lag p99 | probes median / p99 |\n"
    "|---:|---:|---:|---:|---:|---:|---:|---:|---:|"
)


def row(figures: Figures, num_students: int, num_cores: int) -> str:
    """Return the line of the sizing table in docs/workshop.md."""
    times = [probe.answered - probe.asked for probe in figures.probes]
    cells = [
        str(num_students),
        str(num_cores),
        f"{num_students / num_cores:.0f}",
        f"{figures.cpu:.2f}",
        f"{figures.rest / 1000:.2f} GB",
        f"{(median(figures.tree[-3:]) - figures.rest) / 1000:.2f} GB",
        f"{median(figures.web[-3:]):.0f} MB",
        f"{1000 * percentile(lags(figures), 0.99):.0f} ms",
        f"{percentile(times, 0.5):.2f} / {percentile(times, 0.99):.2f} s",
    ]
    return f"| {' | '.join(cells)} |"
