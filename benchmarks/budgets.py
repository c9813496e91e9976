"""What a class may cost, and whether it did: the budgets of benchmarks/classroom.py, each with figure and verdict."""

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from statistics import median

from benchmarks.students import Figures

LAG = 0.5
"""Seconds from the making of a step in its worker until a student has it, for 99 of 100."""
FLAT = 1.1
"""How much of its memory in the middle of the lesson the server may have at its end."""


@dataclass(frozen=True)
class Verdict:
    """One budget: what is asked for, what was measured, and whether that is within it."""

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

    Once is fair: it was that student's turn. Twice means that somebody was passed over.
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


def judge(figures: Figures, num_students: int) -> list[Verdict]:
    """Return the verdict on each budget."""
    last = max(figures.received, default=0)
    lost = last * num_students - figures.received.total()
    lag = lags(figures)
    p99 = percentile(lag, 0.99)
    times = [probe.answered - probe.asked for probe in figures.probes]
    worst = overtaken(figures)
    memory = [middle_and_end(samples) for samples in (figures.web, figures.tree)]
    return [
        Verdict("no error", f"{len(figures.errors)} {'; '.join(sorted(set(figures.errors))[:3])}", not figures.errors),
        Verdict(
            "no event lost",
            f"{lost} of {last * num_students}; {figures.gaps} gaps, {figures.late} streams without end",
            last > 0 and (lost, figures.gaps, figures.late) == (0, 0, 0),
        ),
        Verdict(
            f"p99 from made to arrived under {1000 * LAG:.0f} ms",
            f"{' / '.join(f'{1000 * percentile(lag, share):.0f}' for share in (0.5, 0.99, 1))} ms, "
            f"median / p99 / worst of {len(lag)}",
            p99 < LAG,
        ),
        Verdict(
            "probes in fair order",
            f"{len(times)} answered, {figures.refused} refused with a word; "
            f"{' / '.join(f'{percentile(times, share):.2f}' for share in (0.5, 0.99))} s, median / p99; "
            f"nobody served more than {worst} times while another waited",
            bool(times) and worst <= 1,
        ),
        Verdict(
            f"memory flat: at the end at most {FLAT:g} of the middle",
            "; ".join(
                f"{name} {middle:.0f} / {end:.0f} MB"
                for name, (middle, end) in zip(("web process", "all processes"), memory, strict=True)
            ),
            all(end <= FLAT * middle for middle, end in memory),
        ),
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
