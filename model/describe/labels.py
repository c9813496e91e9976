"""Names of fields for people, as the page's controls and its sentences write them."""

_LABELS = {
    "norm": "Normalisation", "activation": "Activation", "init": "Initialisation", "dataset": "Data set",
    "lr": "Learning rate", "norm_groups": "Groups of the norm", "squeeze_excitation": "Squeeze and excitation",
    "gate_bias": "Bias of the gates", "init_std": "Standard deviation", "residual_init": "Start of the branches",
    "clip_norm": "Gradient clipping", "optimizer": "Optimiser", "record_every": "Record every",
    "eval_every": "Test every",
    "channels_last": "Channels last",
}  # fmt: skip


def label_of(field: str) -> str:
    """Return the name of a field of a network or of a training: "Learning rate" of lr."""
    return _LABELS.get(field, field.replace("_", " ").capitalize())
