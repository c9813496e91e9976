/** @file Play, pause, step, reset, and where the run stands. */
import { h, svg } from '../dom.js';
import { explainedSign } from '../help/explained.js';
import { isOutside, tellRun } from '../state/outside.js';
import { isFollowing } from '../state/readonly.js';
import { remainingOf, tellEstimate, tellSeconds } from '../state/time.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store} Store */
/** @typedef {import('../state/store.js').View} View */

const ICONS = {
  play: 'M6 4l10 6-10 6z',
  pause: 'M5 4h4v12H5zM11 4h4v12h-4z',
  step: 'M4 4l8 6-8 6zM13 4h3v12h-3z',
  reset: 'M10 4a6 6 0 1 1-5.6 3.9l1.9.7A4 4 0 1 0 10 6v3L5.5 5 10 1z',
};

/** @type {[number, string][]} */
const SPEEDS = [
  [0, 'max speed'],
  [10, '10 a second'],
  [4, '4 a second'],
  [1, '1 a second'],
];

/**
 * Mount the transport.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountTransport(root, store) {
  /** @param {keyof typeof ICONS} name @param {string} kind */
  const button = (name, kind) =>
    h(
      'button',
      {
        type: 'button',
        class: kind,
        'aria-label': name,
        title: name,
        onclick: () => void store.commands[name](),
      },
      svg(
        'svg',
        { viewBox: '0 0 20 20', width: 16, height: 16, 'aria-hidden': 'true' },
        svg('path', { d: ICONS[name], fill: 'currentColor' }),
      ),
      name === 'play' ? 'Play' : null,
    );
  const play = button('play', 'button primary');
  const pause = button('pause', 'icon-button');
  const step = button('step', 'icon-button');
  const reset = button('reset', 'icon-button');
  const speed = h(
    'select',
    {
      class: 'select',
      'aria-label': 'Speed',
      title: 'Recorded steps a second',
      onchange: () => void store.commands.pace(Number(speed.value)),
    },
    ...SPEEDS.map(([value, text]) => h('option', { value }, text)),
  );
  const copy = h(
    'button',
    {
      type: 'button',
      class: 'button primary',
      title: 'Only its owner changes this run; a copy of its networks and settings is yours',
      onclick: () => void store.commands.copy(),
    },
    'Make a copy',
  );
  const status = h('span', { class: 'run-status' });
  root.append(play, pause, step, reset, speed, copy);
  const sign = explainedSign(store, 'training', 'training');
  if (sign) root.append(sign);
  root.append(status);
  copy.hidden = pause.disabled = reset.disabled = true; // until the first networks are measured
  return {
    update(state) {
      const { run } = state;
      const following = isFollowing(state);
      for (const control of [play, pause, step, reset, speed]) control.hidden = following;
      copy.hidden = !following || isOutside(state);
      play.disabled = state.recording ? state.playing : run.state === 'running' || run.state === 'queued';
      pause.disabled = state.recording ? !state.playing : run.state !== 'running';
      reset.disabled = run.id === null;
      if (speed.value !== String(state.speed)) speed.value = String(state.speed);
      const text = isOutside(state)
        ? tellRun(state)
        : following
          ? `another\u2019s run, ${wordsOf(state)}`
          : wordsOf(state);
      if (status.textContent !== text) status.title = status.textContent = text;
    },
    destroy: () => root.replaceChildren(),
  };
}

/**
 * The state of the run in words, its time to go, and the reason; the precision is named unless it is float32.
 *
 * @param {Pick<State, 'run'|'step'|'settings'|'history'|'shown'|'variants'|'recording'|'estimate'|'speed'>} state
 */
export function wordsOf(state) {
  const { run, step, settings, history, shown, variants, recording } = state;
  if (recording) return `recorded, ${stepOf(step, settings)}`;
  if (run.state === 'none') return ['at initialisation', tellEstimate(state)].filter(Boolean).join('; ');
  const precision = variants.find((variant) => variant.precision !== 'float32')?.precision;
  const at =
    history.length > 0
      ? `${stepOf(step, settings)}${shown === 'live' ? '' : ', pointed at'}${precision ? ` (${precision})` : ''}`
      : '';
  const until = run.queueSeconds === null ? '' : `, ${tellSeconds(run.queueSeconds)}`;
  const waits = run.queuePosition ? `waiting, place ${run.queuePosition}${until}` : 'starting';
  const words = { queued: waits, running: at ? '' : 'running' }[/** @type {string} */ (run.state)] ?? run.state;
  const left = remainingOf(state);
  const rest = left === null ? '' : `${tellSeconds(left)} left`;
  return [[words, at, rest].filter(Boolean).join(', '), run.reason].filter(Boolean).join(': ');
}

/**
 * Steps are counted from 0, everywhere on the page; of a run that trains elsewhere nobody knows how many there will be.
 *
 * @param {number} step
 * @param {Pick<State['settings'], 'steps'>} settings
 */
export function stepOf(step, { steps }) {
  return steps === 0 ? `step ${step}` : `step ${step} of ${Math.max(step, steps - 1)}`;
}
