/** @file Which network and which quantity a question is about: fields of the form for an own task. */
import { h } from '../../view/dom.js';

/** @typedef {import('../../wire').PresetView} Preset */

export const QUANTITIES = /** @type {const} */ ([
  ['gradient_rms', 'gradient RMS, over that at the last block'],
  ['activation_rms', 'activation RMS, over that at block 1'],
  ['residual_rms', 'RMS of F(x), over that of the shortcut'],
]);
const NORMS = /** @type {const} */ ([
  ['none', 'no normalisation'],
  ['batch', 'BatchNorm'],
  ['group', 'GroupNorm'],
]);
const INITS = /** @type {const} */ ([
  ['xavier_normal', 'Xavier'],
  ['kaiming_normal', 'Kaiming'],
  ['orthogonal', 'orthogonal'],
]);
const USUAL = 'plain56';

/**
 * Make the fields. The choices write an address of Explore, which may be edited, or replaced by any other.
 *
 * @param {Promise<Preset[]>} presets
 */
export function createMeasuredFields(presets) {
  const preset = select('own-preset', [[USUAL, 'plain-56']]);
  const norm = select('own-norm', NORMS);
  const init = select('own-init', INITS);
  const address = h('input', {
    id: 'own-measured',
    name: 'measured',
    autocomplete: 'off',
    maxlength: 2000,
    required: true,
  });
  const write = () => {
    address.value = `net=${preset.value},norm:${norm.value},init:${init.value}`;
  };
  for (const one of [preset, norm, init]) one.addEventListener('change', write);
  write();
  void presets.then((all) => {
    preset.replaceChildren(
      ...all.map(({ name, title }) => h('option', { value: name, selected: name === USUAL }, title)),
    );
    write();
  });
  return h(
    'fieldset',
    { class: 'room-measured' },
    h('legend', {}, 'Measured by this server'),
    h(
      'div',
      { class: 'room-columns' },
      h('label', { class: 'room-field', for: 'own-preset' }, 'Network ', preset),
      h('label', { class: 'room-field', for: 'own-norm' }, 'Normalisation ', norm),
      h('label', { class: 'room-field', for: 'own-init' }, 'Initialisation ', init),
    ),
    h('label', { class: 'room-field', for: 'own-measured' }, 'As an address of Explore, for any other ', address),
    h(
      'label',
      { class: 'room-field', for: 'own-quantity' },
      'Quantity ',
      select('own-quantity', QUANTITIES, 'quantity'),
    ),
  );
}

/**
 * @param {string} id @param {readonly (readonly [string, string])[]} options @param {string} [name] of the field that
 *   is sent
 */
export function select(id, options, name) {
  return h('select', { class: 'select', id, name }, ...options.map(([value, text]) => h('option', { value }, text)));
}
