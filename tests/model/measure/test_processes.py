"""A record of one of several processes says whose activations these are, and whether gradients are means."""

from pathlib import Path

from tests.model.measure.two_processes import run_twice

PARALLEL = """
from torch.nn.parallel import DistributedDataParallel
from skipscope import Recorder

torch.manual_seed(0)
net = nn.Sequential(nn.Linear(4, 8), nn.ReLU(), nn.Linear(8, 2))
parallel = DistributedDataParallel(net)
optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
torch.manual_seed(rank + 1)
for wrapped in (net, parallel):
    with Recorder(wrapped) as recorder:
        for syncs in (True, False):
            optimizer.zero_grad()
            with parallel.no_sync():
                parallel(torch.randn(8, 4)).square().mean().backward()
                if not syncs:
                    parallel(torch.randn(8, 4)).square().mean().backward()
            if syncs:
                parallel(torch.randn(8, 4)).square().mean().backward()
            optimizer.step()
            gradient = recorder.read().gradient
            assert (gradient.processes, gradient.rank, gradient.passes) == (2, rank, 2), gradient
            assert gradient.shared == ("averaged" if syncs else ""), (syncs, gradient)
            how = "the mean of 2 processes" if syncs else "that of one of 2 processes"
            assert str(gradient).endswith(f"{how}; activations are those of rank {rank}"), str(gradient)
plain = nn.Linear(4, 2)
with Recorder(plain) as recorder:
    plain(torch.randn(8, 4)).mean().backward()
    assert recorder.read().gradient.shared == ""
"""


def test_a_record_says_whose_activations_and_gradients_it_has(tmp_path: Path) -> None:
    run_twice(PARALLEL, tmp_path, "torch")
