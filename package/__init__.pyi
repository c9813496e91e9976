"""The public names, each with its home."""

from .model.data.catalogue import DatasetError as DatasetError
from .model.data.loader import load as load
from .model.describe.architecture import Architecture as Architecture
from .model.describe.architecture import ArchitectureError as ArchitectureError
from .model.describe.graph import Graph as Graph
from .model.describe.graph import build_graph as build_graph
from .model.describe.names import label as label
from .model.describe.presets import PRESETS as PRESETS
from .model.describe.presets import UnknownPreset as UnknownPreset
from .model.describe.presets import preset as preset
from .model.describe.presets import resolve as resolve
from .model.describe.request import ProbeRequest as ProbeRequest
from .model.describe.request import TrainingRequest as TrainingRequest
from .model.describe.summary import Summary as Summary
from .model.describe.summary import summarize as summarize
from .model.foreign.weight_files import WeightsError as WeightsError
from .model.measure.comparison import compare as compare
from .model.measure.diagnosis import diagnose as diagnose
from .model.measure.record import Record as Record
from .model.measure.recorder import Recorder as Recorder
from .model.measure.schedules import linear as linear
from .model.measure.schedules import logarithmic as logarithmic
from .model.measure.sgd import SGD as SGD
from .model.network.resnet import ResNet as ResNet
from .model.network.weights import load_weights as load_weights
from .model.train.probe import probe as probe
from .model.train.training import train as train
from .model.watch.watching import Watch as Watch
from .model.watch.watching import watch as watch
from .show import show as show

__all__ = [
    "PRESETS",
    "SGD",
    "Architecture",
    "ArchitectureError",
    "DatasetError",
    "Graph",
    "ProbeRequest",
    "Record",
    "Recorder",
    "ResNet",
    "Summary",
    "TrainingRequest",
    "UnknownPreset",
    "Watch",
    "WeightsError",
    "build_graph",
    "compare",
    "diagnose",
    "label",
    "linear",
    "load",
    "load_weights",
    "logarithmic",
    "preset",
    "probe",
    "resolve",
    "show",
    "summarize",
    "train",
    "watch",
]
__version__: str
