/** @file A run in a list: its title, its time, and the course of its numbers as small lines. Pure. */

import { tellAlert } from '../../figure/foreign/band.js';
import { numberOf } from '../../figure/values.js';

/** @typedef {import('../../wire').VariantDigest} VariantDigest */
/** @typedef {import('../../wire').RunDigest} Digest about 48 of the recorded steps */
/** @typedef {import('../../wire').RunView} Run */

/** Log10; NaN if there is none, a gap in a line. @param {import('../../wire').WireNumber|null} value */
export function log(value) {
  return typeof value === 'number' && value > 0 ? Math.log10(value) : NaN;
}

/** @param {Run} run */
export function titleOf({ name, digest, request, outside }) {
  if (name) return name;
  if (digest) return digest.variants.map(({ label }) => label).join(' beside ');
  if (!request) return outside?.label ?? '';
  return `${request.variants.length} network${request.variants.length === 1 ? '' : 's'}, not begun`;
}

/** The differences from run to run, in a few words. @param {Run} run */
export function describe({ request, name, digest, outside }) {
  if (!request) return outside ? tellOutside(outside, name !== '') : '';
  const { norm, activation, init } = request.variants[0];
  const nets = name && digest ? `${digest.variants.map(({ label }) => label).join(' beside ')}; ` : '';
  const { dataset, batch_size, optimizer, lr, precision } = request;
  const training = `${dataset}, batch ${batch_size}, ${optimizer} ${lr}, norm ${norm}, ${activation}, ${init}`;
  return `${nets}${training}${precision === 'float32' ? '' : `, ${precision}`}`;
}

/** A run that trains elsewhere. @param {import('../../wire').OutsideRequest} outside @param {boolean} isNamed */
function tellOutside({ label, host, optimizer, parameters }, isNamed) {
  const size = parameters === null ? '' : `${parameters.toLocaleString('en').replaceAll(',', '\u202f')} parameters`;
  const words = [isNamed ? label : '', size, optimizer, host === '' ? 'trains elsewhere' : `trains on ${host}`];
  return words.filter(Boolean).join(', ');
}

/** The alert on the gradient ratio of a run that trains elsewhere; empty where none stands. @param {Run} run */
export function alertOf({ digest, outside }) {
  const left = digest?.left;
  return left?.is_alert ? tellAlert({ ...left, ratio: numberOf(left.ratio) }, outside?.band ?? null) : '';
}

/**
 * Small lines on one scale: a path a variant, in whole decades that hold all.
 *
 * @param {import('../../wire').Column[]} columns
 * @param {{width: number, height: number}} size
 * @returns {{paths: string[], low: number, high: number}|null} the decades; null where there is nothing
 */
export function sparkline(columns, { width, height }) {
  const logs = columns.map((column) => column.map(log));
  const all = logs.flat().filter(Number.isFinite);
  if (all.length === 0) return null;
  const low = Math.floor(Math.min(...all));
  const high = Math.max(low + 1, Math.ceil(Math.max(...all)));
  const paths = logs.map((values) => {
    let open = false;
    return values
      .map((value, i) => {
        if (!Number.isFinite(value)) {
          open = false;
          return '';
        }
        const x = values.length > 1 ? (i / (values.length - 1)) * width : 0;
        const y = (1 - (value - low) / (high - low)) * height;
        const text = `${open ? 'L' : 'M'}${x.toFixed(1)},${y.toFixed(1)}`;
        open = true;
        return values.length > 1 ? text : `${text}h${width}`;
      })
      .join('');
  });
  return { paths, low, high };
}

/** How long ago, in the words of people. @param {number} seconds since 1970 @param {number} now */
export function ago(seconds, now) {
  const past = Math.max(0, now - seconds);
  if (past < 60) return 'just now';
  if (past < 3600) return `${Math.floor(past / 60)} min ago`;
  if (past < 86_400) return `${Math.floor(past / 3600)} h ago`;
  return `${Math.floor(past / 86_400)} days ago`;
}
