// Networks and probes that nothing measured, for tests of both kinds: in Node and in a browser.

/** A network's shortcuts as they are built. */
export const netOf = ({ graph: { blocks } }) => ({
  skips: blocks.map((block) => block.skip),
  strength: blocks.map(() => 1),
});

/** The line above the diagram of so many networks, in the wire's shape and about as long as a real one. */
export function headlineFor(count) {
  const said = ['The gradient at block 1 is '];
  for (let v = 0; v < count; v += 1)
    said.push(
      1e-12,
      v === 0 ? ' times that at block 27 in ' : ' times in ',
      { network: v },
      v < count - 1 ? ', ' : '.',
    );
  const quantities = ['gradient_path', 'weight_gradient', 'activation', 'branch_ratio', 'dead_units'];
  return {
    measured: Object.fromEntries(quantities.map((quantity) => [quantity, said])),
    differences: count > 1 ? 'They differ only in 27 skips.' : '',
  };
}

/** A probe in the wire's shape whose numbers tell where they stand: no test reads them as measured. */
export function probeOf(summary, magnitude = (i, n) => 10 ** (-4 * (1 - i / n))) {
  const { taps, weights, blocks } = summary.graph;
  const column = (list) => list.map((_, i) => magnitude(i, list.length));
  return {
    label: summary.label,
    architecture: summary.architecture,
    taps: taps.map((tap) => tap.name),
    weights,
    blocks: blocks.map((block) => block.name),
    precision: 'float32',
    memory_format: 'contiguous',
    loss: 2.3,
    accuracy: 0.1,
    test_accuracy: null,
    dropped: [],
    findings: [],
    answers: [3, 1],
    net: netOf(summary),
    strength: netOf(summary).strength,
    theory: null,
    values: {
      activation_rms: column(taps),
      gradient_rms: column(taps),
      zero_fraction: taps.map((tap) => (tap.activation ? 0.5 : null)),
      nonfinite: taps.map(() => 0),
      weight_gradient_norm: column(weights),
      update_ratio: weights.map(() => null),
      residual_rms: column(blocks),
      identity_rms: column(blocks).map((x, b) => (blocks[b].skip ? x : null)),
      residual_gradient_norm: column(blocks),
      identity_gradient_norm: column(blocks).map((x, b) => (blocks[b].skip ? x : null)),
      descent_cosine: blocks.map((_, b) => (b % 3 === 2 ? null : 0.5 - b / blocks.length)),
      successive_cosine: blocks.map((_, b) => (b === blocks.length - 1 ? null : b / blocks.length - 0.5)),
    },
  };
}
