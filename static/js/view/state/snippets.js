/** @file The experiment on the page as something to send: a call of the API, a Python program. Pure. */
import { strengthsOf, wireArchitecture } from './describe.js';

/** @typedef {import('./state.js').State} State */

/** The request that the server got, or would get: a run while there is one, else a probe. @param {State} state */
export function requestOf({ variants, settings, run }) {
  const nets = variants.map((variant) => compact(wireArchitecture(variant), variant.description));
  if (run.id !== null) return { path: '/api/runs', body: { variants: nets, ...settings } };
  const { dataset, image_size, batch_size, seed, device } = settings;
  return {
    path: '/api/probe',
    body: { variants: nets, dataset, image_size, batch_size, seed, device, ...strengthsOf({ variants }) },
  };
}

/**
 * The differences that were stated, with the skips as they are.
 *
 * @param {import('./state.js').Architecture} whole
 * @param {import('./state.js').Stated} description
 * @returns {import('./state.js').Stated}
 */
export function compact(whole, { cut: _cut, only: _only, skips: _skips, ...description }) {
  const preset = String(description.preset ?? '');
  if (preset && whole.skips === !preset.startsWith('plain')) return description;
  return { ...description, skips: whole.skips };
}

/** The shortcuts of a run that are weaker than they are built: told before its first step. @param {State} state */
function weakenedOf({ variants, run }) {
  if (run.id === null) return [];
  return variants.flatMap(({ strength }, variant) =>
    strength.every((one) => one === 1) ? [] : [{ variant, strength }],
  );
}

/** @param {State} state @param {string} origin */
export function curlOf(state, origin) {
  const { path, body } = requestOf(state);
  const weakened = weakenedOf(state);
  const call = (/** @type {string} */ where, /** @type {object} */ what, how = '') => {
    const data = JSON.stringify(what, null, how ? 0 : 1).replaceAll("'", "'\\''");
    return `curl${how} ${origin}${where} -H 'Content-Type: application/json' -d '${data}'`;
  };
  if (weakened.length === 0) return call(path, body);
  return [
    `run=$(${call(path, { ...body, state: 'paused' })} | grep -o '"id":"[^"]*' | head -n 1 | cut -d '"' -f 4)`,
    ...[...weakened, { state: 'running' }].map((change) => call(`${path}/$run`, change, ' -X PATCH')),
  ].join('\n');
}

/** A value as Python writes it. @param {unknown} value @param {string} indent @returns {string} */
export function python(value, indent) {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (typeof value === 'string') return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map((one) => python(one, indent)).join(', ')}]`;
  if (typeof value === 'object')
    return `{${Object.entries(value)
      .map(([key, one]) => `${JSON.stringify(key)}: ${python(one, indent)}`)
      .join(', ')}}`;
  return String(value);
}

/** A program that measures the same with the library. @param {State} state */
export function pythonOf(state) {
  const { path, body } = requestOf(state);
  const { variants, ...rest } = body;
  const fields = Object.entries(rest).map(([name, value]) => `    ${name}=${python(value, '    ')},`);
  const nets = variants.map((one) => `        ${python(one, '        ')},`);
  const weak = weakenedOf(state).map(
    ({ variant, strength }) =>
      `training.set_strength(${variant}, dict(zip(training.variants[${variant}].net.blocks, ${python(strength, '')})))`,
  );
  const [name, act] = path === '/api/runs' ? ['TrainingRequest', 'train'] : ['ProbeRequest', 'probe'];
  const loop =
    path === '/api/runs'
      ? [
          'training = train(request)',
          ...weak,
          'for record in training:',
          '    print(record.step, [(one["loss"], one["accuracy"]) for one in record.to_dict()["variants"]])',
        ]
      : [
          'for variant in probe(request)["variants"]:',
          '    for tap, gradient in zip(variant["taps"], variant["values"]["gradient_rms"]):',
          '        print(variant["label"], tap, gradient)',
        ];
  return [
    `from skipscope import ${[name, act].sort().join(', ')}`,
    '',
    `request = ${name}(`,
    '    variants=[',
    ...nets,
    '    ],',
    ...fields,
    ')',
    ...loop,
    '',
  ].join('\n');
}
