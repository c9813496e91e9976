"""Residual networks, described, built, trained and measured. Names load on first use: a description needs no torch."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from model.architecture import Architecture, ArchitectureError
    from model.data import load
    from model.diagnosis import diagnose
    from model.graph import Graph, build_graph
    from model.presets import PRESETS, UnknownPreset, label, preset, resolve
    from model.record import Record
    from model.recorder import Recorder
    from model.request import ProbeRequest, TrainingRequest
    from model.resnet import ResNet
    from model.schedules import linear, logarithmic
    from model.sgd import SGD
    from model.summary import Summary, summarize
    from model.training import probe, train
    from model.weights import load_weights

__all__ = [
    "PRESETS",
    "SGD",
    "Architecture",
    "ArchitectureError",
    "Graph",
    "ProbeRequest",
    "Record",
    "Recorder",
    "ResNet",
    "Summary",
    "TrainingRequest",
    "UnknownPreset",
    "build_graph",
    "diagnose",
    "label",
    "linear",
    "load",
    "load_weights",
    "logarithmic",
    "preset",
    "probe",
    "resolve",
    "summarize",
    "train",
]

_HOME = {
    "PRESETS": "model.presets",
    "SGD": "model.sgd",
    "Architecture": "model.architecture",
    "ArchitectureError": "model.architecture",
    "Graph": "model.graph",
    "ProbeRequest": "model.request",
    "Record": "model.record",
    "Recorder": "model.recorder",
    "ResNet": "model.resnet",
    "Summary": "model.summary",
    "TrainingRequest": "model.request",
    "UnknownPreset": "model.presets",
    "build_graph": "model.graph",
    "diagnose": "model.diagnosis",
    "label": "model.presets",
    "linear": "model.schedules",
    "load": "model.data",
    "load_weights": "model.weights",
    "logarithmic": "model.schedules",
    "preset": "model.presets",
    "probe": "model.training",
    "resolve": "model.presets",
    "summarize": "model.summary",
    "train": "model.training",
}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'model' has no attribute {name!r}")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
