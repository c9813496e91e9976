"""The sentences on a sweep's numbers."""

from typing import Any

from skipscope.model.experiments.degradation.sentences import best_of, largest_of, sentences_of


def row(depth: int, rate: float, loss: float | str, error: float = 0.1) -> dict[str, Any]:
    return {
        "depth": depth, "rate": rate, "loss": loss, "losses": [loss], "seeds": 1, "train_error": error,
        "train_errors": [error], "test_error": error + 0.05, "test_errors": [error + 0.05],
    }  # fmt: skip


def sweep(rows: list[dict[str, Any]], rates: list[float]) -> dict[str, Any]:
    variants = [{"label": "plain", "rows": rows, "courses": []}, {"label": "ResNet", "rows": [], "courses": []}]
    return {"variants": variants, "rates": rates, "steps": 220, "chance": 2.3}


GRID = [row(20, 0.01, 0.5), row(20, 0.1, 0.1), row(20, 1.0, "nan"), row(56, 0.01, 0.9), row(56, 0.1, 2.0)]


def test_errors_by_depth_are_said_with_the_verdict_that_they_give() -> None:
    falls = sweep([row(20, 0.02, 0.1, 0.001), row(56, 0.02, 2.0, 0.6)], [0.02])
    assert sentences_of(falls) == [
        "plain has a training error of 0.1% at 20, 60.0% at 56 layers after 220 steps; on held-out images 5.1% and "
        "65.0% at the ends. With more layers its training error is higher."
    ]
    same = sweep([row(20, 0.02, 0.1, 0.001), row(56, 0.02, 0.1, 0.002)], [0.02])
    assert sentences_of(same)[0].endswith("With more layers its training error is not higher.")
    assert "With more layers" not in sentences_of(sweep([row(20, 0.02, 0.1)], [0.02]))[0]


def test_the_best_rate_has_the_least_loss_and_the_largest_trains() -> None:
    assert [(one["depth"], one["rate"]) for one in best_of(GRID)] == [(20, 0.1), (56, 0.01)]
    assert [largest_of(GRID, depth, 2.3) for depth in (20, 56, 110)] == [0.1, 0.01, None]
    assert sentences_of(sweep(GRID, [0.01, 0.1, 1.0])) == [
        "plain's best rate is 0.1 with 20 layers (loss 0.1; largest that trains: 0.1), 0.01 with 56 layers (loss 0.9; "
        "largest that trains: 0.01)."
    ]
    assert sentences_of(sweep([row(20, 1.0, "nan")], [0.5, 1.0])) == ["plain fails at each rate."]
