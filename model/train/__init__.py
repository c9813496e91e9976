"""Training in lockstep: steps, optimisation, evaluation, checkpoints."""
