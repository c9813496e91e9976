"""Where networks work: the devices that torch finds, and the one that a request asks for."""

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
