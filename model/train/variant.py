"""One network that is measured, with its recorder: a forward and a backward pass of a batch, and an update after it."""

from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Generic, Literal, TypeVar

import torch
from torch import Tensor, nn

from skipscope.model.describe.architecture import Architecture
from skipscope.model.measure.diagnosis import RECORDS, Finding, diagnose
from skipscope.model.measure.fall import Fall, Losses
from skipscope.model.measure.record import Record
from skipscope.model.measure.recorder import Recorder
from skipscope.model.network.memory_format import MemoryFormat, memory_format_of, put_images, put_weights
from skipscope.model.network.resnet import ResNet
from skipscope.model.train.optimisation import Update
from skipscope.model.train.records import SHOWN, VariantRecord

Precision = Literal["float32", "bfloat16"]
U = TypeVar("U", bound=Update)
CPU = torch.device("cpu")


class Variant(Generic[U]):
    """A network, the update that ends its steps, and the recorder of both."""

    def __init__(
        self, label: str, architecture: Architecture, *, seed: int, make_update: Callable[[nn.Module], U],
        precision: Precision = "float32", channels_last: bool | None = None,
        device: torch.device = CPU,
    ) -> None:  # fmt: skip
        self.label = label
        self.precision: Precision = precision
        self.device = device
        self.net = ResNet(architecture, seed=seed)
        self.net.train()
        self.memory_format: MemoryFormat = memory_format_of(architecture, channels_last, device)
        put_weights(self.net, self.memory_format)
        self.net.to(device)  # drawn on the CPU: a seed gives the same weights everywhere
        self.update = make_update(self.net)
        self.recorder = Recorder(self.net)
        self.recent: deque[Record] = deque(maxlen=RECORDS)
        self.losses = Losses()

    def step(self, images: Tensor, labels: Tensor, *, recorded: bool) -> tuple[float, VariantRecord | None]:
        """Make a forward and a backward pass and the update; return the loss and, where recorded, the record, without
        findings."""
        self.recorder.begin(recorded=recorded)
        self.update.clear()
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.precision == "bfloat16"):
            logits = self.net(put_images(images, self.memory_format))
        smoothing = self.update.label_smoothing
        loss = nn.functional.cross_entropy(logits.to(images.dtype), labels, label_smoothing=smoothing)
        loss.backward()
        self.update.apply()
        chosen = logits.detach().argmax(1)
        accuracy = (chosen == labels).to(loss.dtype).mean()
        told = _told(logits.detach()[:SHOWN], chosen[:SHOWN]) if recorded else None
        # what lies on another device comes over with the rest, in one copy
        far = () if told is None or told.is_cpu else told.to(loss.dtype).unbind()
        record, (value, share, *brought) = self.recorder.read_with((loss.detach(), accuracy, *far))
        if record is None or told is None:
            return value, None
        self.recent.append(record)
        self.losses.append(record.step, value)
        answers = tuple(None if one < 0 else int(one) for one in (brought if far else told.tolist()))
        return value, VariantRecord(value, share, record, (), self.net.skips, self.strength, answers)

    def diagnose(self, beside: Mapping[str, Fall] | None = None) -> tuple[Finding, ...]:
        """Return the findings of the newest records, beside what became of the losses of others, by label."""
        return tuple(diagnose(self.recent, self.losses.fall, beside))

    @property
    def strength(self) -> tuple[float, ...]:
        """Return the factor on each block's shortcut."""
        return tuple([block.skip_strength for block in self.net.blocks.values()])

    def describe(self) -> dict[str, Any]:
        """Return the wire's names of all that is measured, with the network's description."""
        return {
            "label": self.label,
            "architecture": self.net.architecture.model_dump(mode="json"),
            "precision": self.precision,
            "memory_format": self.memory_format,
            "device": self.device.type,
            "strength": list(self.strength),
            **self.recorder.schema.to_dict(),
        }


def _told(logits: Tensor, chosen: Tensor) -> Tensor:
    """Return the chosen classes; -1 of an image whose largest logit is not finite, for that is no choice."""
    return torch.where(logits.amax(1).isfinite(), chosen, -1)
