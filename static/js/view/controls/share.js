/** @file The experiment on the page to take along: as a link, a call of the API, a Python program, a picture. */
import { tellSize } from '../../figure/size.js';
import { Refusal } from '../../sources/source.js';
import { copied } from '../copied.js';
import { h } from '../dom.js';
import { explainedSign } from '../help/explained.js';
import { shutFromOutside } from '../menu.js';
import { labAddress } from '../state/lablink.js';
import { isOutside } from '../state/outside.js';
import { whenChanged } from '../state/select.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/store.js').Store} Store */
/** @typedef {import('../state/store.js').View} View */

/** @typedef {{figure: () => import('../charts/lines.js').Figure|null}} Chart */

/**
 * Mount the menu.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @param {Record<string, Chart>} charts by title
 * @returns {View}
 */
export function mountShare(root, store, charts) {
  const load = () => import('../late.js');
  /** @type {[string, (state: State) => string|Promise<string>][]} */
  const forms = [
    ['Copy link', () => location.href],
    ['Copy as curl', async (state) => (await load()).curlOf(state, location.origin)],
    ['Copy as Python', async (state) => (await load()).pythonOf(state)],
  ];
  const text = h('textarea', {
    class: 'share-text',
    readonly: true,
    'aria-label': 'Copied text',
    spellcheck: 'false',
    hidden: true,
  });
  const said = h('p', { class: 'share-said', role: 'status' });
  const buttons = forms.map(([name, write]) =>
    h(
      'button',
      {
        type: 'button',
        class: 'button small',
        onclick: async () => {
          try {
            text.value = await write(store.state);
          } catch (error) {
            if (!(error instanceof TypeError)) throw error;
            said.textContent = 'Not written: the server cannot be reached. Try again.';
            return;
          }
          text.hidden = false;
          said.textContent = (await copied(text))
            ? 'Copied.'
            : 'This browser does not let the page copy: the text is marked, copy it by hand.';
        },
      },
      name,
    ),
  );
  const which = h(
    'select',
    { class: 'select small', 'aria-label': 'Chart to save' },
    ...Object.keys(charts).map((title) => h('option', {}, title)),
  );
  const save = (/** @type {'png'|'svg'} */ format) =>
    h(
      'button',
      {
        type: 'button',
        class: 'button small',
        title: `Save the chart as ${format.toUpperCase()}`,
        onclick: async () => {
          const figure = charts[which.value].figure();
          said.textContent = figure ? '' : 'There is nothing in this chart yet.';
          if (!figure) return;
          try {
            const { savePicture } = await load();
            await savePicture(figure, {
              title: titleOf(which.value, store.state),
              name: which.value,
              theme: store.state.theme,
              format,
            });
          } catch (error) {
            said.textContent = `The picture was not made: ${error instanceof Error ? error.message : error}.`;
            throw error;
          }
        },
      },
      format.toUpperCase(),
    );
  const lab = h('a', { class: 'button small', title: 'Experiments of the literature on these networks' }, 'In the Lab');
  const pictures = h('span', { class: 'tool-group' }, which, save('svg'), save('png'));
  const histories = ['JSON', 'CSV', 'Parquet'].map((name) => h('a', { class: 'button small', download: '' }, name));
  const history = h('span', { class: 'tool-group', hidden: true }, ...histories);
  const weights = h('a', { class: 'share-weights', download: '', hidden: true });
  const offerWeights = async () => {
    const found = await store.commands.weights().catch((error) => {
      if (!(error instanceof Refusal)) throw error;
      said.textContent = error.message;
    });
    if (!found) return;
    if (found.note) said.textContent = `The run’s weights are not kept: ${found.note}.`;
    if (!found.address) return;
    weights.href = found.address;
    weights.textContent = `Weights (safetensors, ${tellSize(found.bytes)})`;
    weights.hidden = false;
  };
  const menu = h(
    'details',
    {
      class: 'menu share-menu',
      ontoggle: () => {
        text.hidden = true;
        said.textContent = '';
        weights.hidden = true;
        if (menu.open) void offerWeights();
      },
    },
    h('summary', { class: 'button' }, 'Share'),
    h(
      'div',
      { class: 'menu-body' },
      ...buttons,
      pictures,
      history,
      lab,
      weights,
      text,
      said,
      explainedSign(store, 'share', 'sharing'),
    ),
  );
  root.append(menu);
  const leave = shutFromOutside(menu);
  return {
    update: whenChanged(
      ({ variants, settings, run }) => [variants, settings, run.id, run.outside?.about],
      (/** @type {State} */ state) => {
        const { outside, id } = state.run;
        // its networks can be neither built nor asked for, and a file has no address
        for (const part of [lab, ...buttons.slice(1)]) part.hidden = isOutside(state);
        buttons[0].hidden = Boolean(outside?.about.file);
        history.hidden = outside === null || outside.about.file !== null;
        if (outside === null) lab.setAttribute('href', labAddress(state));
        for (const link of histories)
          link.href = `/api/runs/${encodeURIComponent(id ?? '')}/history?format=${link.textContent?.toLowerCase()}`;
      },
    ),
    destroy() {
      leave();
      root.replaceChildren();
    },
  };
}

/**
 * A chart that stands alone says what it is, of which networks, at which step.
 *
 * @param {string} title
 * @param {State} state
 */
function titleOf(title, { variants, step, measured }) {
  const at = measured?.step === null ? 'at initialisation' : `step ${step}`;
  return `${title}: ${variants.map(({ label }) => label).join(' beside ')}, ${at}`;
}
