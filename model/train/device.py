"""Devices of networks: those that torch finds, and the one that a request asks for."""

import torch

from skipscope.model.describe.devices import AskedDevice, DeviceName, Devices


def find_devices() -> Devices:
    """Return the devices of this machine, with their memory. A process that has asked must not be forked any more."""
    memory: dict[DeviceName, int] = {"cpu": 0}
    if torch.cuda.is_available():
        memory["cuda"] = torch.cuda.get_device_properties(0).total_memory
    if torch.backends.mps.is_available():
        memory["mps"] = 0
    return Devices(memory)


def device_of(asked: AskedDevice) -> torch.device:
    """Return the device that is asked for, the best for auto; raise FieldError for one that is not there.

    Of several GPUs it is the first that this process sees, which CUDA_VISIBLE_DEVICES decides.
    """
    if asked == "cpu":  # nobody looks for another, which would end all forking
        return torch.device("cpu")
    name = find_devices().choose(asked)
    return torch.device(name) if name == "cpu" else torch.device(name, 0)


def prepare(name: DeviceName) -> None:
    """Have this process repeat its numbers: of a GPU's convolutions, take those that add up in one order."""
    if name == "cuda":
        torch.backends.cudnn.deterministic = True


def limit_memory(name: DeviceName, num_bytes: int) -> None:
    """Let this process take so much of a GPU's memory and no more; 0: all that there is."""
    if name == "cuda" and num_bytes:
        total = torch.cuda.get_device_properties(0).total_memory
        torch.cuda.set_per_process_memory_fraction(min(1.0, num_bytes / total), 0)
