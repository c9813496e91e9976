/**
 * @file Controls for every field of the Architecture and of training: the few that a beginner needs in a row, all of
 *   them
 * in groups below. A refusal stands beside its field, in the server's words.
 */
import { h } from '../dom.js';
import { explainedName } from '../help/explained.js';
import { MIXED, problemOf, readValue, valueIn, writeValue } from '../state/fieldvalues.js';
import { whenChanged } from '../state/select.js';
import { problemWords } from '../state/words.js';

/** @typedef {import('../state/state.js').State} State */
/** @typedef {import('../state/state.js').Field} Field */
/**
 * @typedef {Pick<State, 'variants'|'fields'|'hide'|'problems'|'datasets'> & {settings: Record<string, unknown>}} Read
 *   of the state
 */
/**
 * @typedef {Pick<import('../state/store.js').StoreOf<Read, {type: 'problem', place: string, problem:
 *   State['problems'][string]|null}, Pick<import('../state/state.js').Commands, 'set'|'change'>>,
 *   'state'|'dispatch'|'id'|'commands'|'explains'>} Store as far as this file is concerned
 */
/** @typedef {import('../state/store.js').ViewOf<Read>} View */
/**
 * @typedef {{field: Field, element: HTMLElement, control: HTMLSelectElement|HTMLInputElement, words: HTMLElement}}
 *   Control
 */

/**
 * Mount the controls.
 *
 * @param {HTMLElement} root
 * @param {Store} store
 * @returns {View}
 */
export function mountFields(root, store) {
  const target = h('select', {
    class: 'select small',
    'aria-label': 'Networks that the settings change',
    onchange: () => update(store.state),
  });
  const basic = h('div', { class: 'fields-basic' });
  const groups = h('div', { class: 'fields-groups' });
  const more = h('details', { class: 'fields-all' }, h('summary', { class: 'button small' }, 'All settings'), groups);
  const whose = h(
    'div',
    { class: 'field field-target' },
    explainedName(store, 'target', 'Change', { class: 'field-label' }),
    target,
  );
  root.append(basic, more);
  /** @type {Control[]} */
  let controls = [];
  /** The control that a field's value was entered in last: its refusal stands there, not at the field's true value. */
  /** @type {Map<string, HTMLElement>} */
  const entered = new Map();

  const chosen = () => (target.value === '' ? null : Number(target.value));

  /** @param {Field} field @param {Field['default']} value */
  const set = (field, value) => {
    if (field.of === 'run') void store.commands.set({ [field.name]: value });
    else void store.commands.change(chosen(), { [field.name]: value });
  };

  /** @param {Control} control */
  const take = ({ field, control }) => {
    entered.set(field.name, control);
    const read = readValue(field, control.value);
    if ('detail' in read)
      store.dispatch({
        type: 'problem',
        place: field.name,
        problem: { title: 'Not valid', detail: read.detail, field: field.name },
      });
    else set(field, read.value);
  };

  const build = whenChanged(
    ({ fields, hide }) => [fields, hide],
    (/** @type {Read} */ state) => {
      controls = [];
      const make = (/** @type {Field} */ field, /** @type {string} */ place) => {
        const made = createControl(store, field, store.id(`field-${place}-${field.name}`), () => take(made));
        controls.push(made);
        return made.element;
      };
      const offered = state.fields.filter(({ name }) => !state.hide.includes(name));
      const ofNetworks = offered.filter(({ of }) => of === 'architecture');
      whose.hidden = ofNetworks.length === 0;
      if (ofNetworks.some((field) => field.basic)) root.prepend(whose);
      else groups.before(whose);
      basic.replaceChildren(...offered.filter((field) => field.basic).map((field) => make(field, 'basic')));
      const titles = [...new Set(offered.map(({ group }) => group))];
      groups.replaceChildren(
        ...titles.map((title) =>
          h(
            'fieldset',
            { class: 'fields-group' },
            h('legend', {}, title),
            ...offered.filter(({ group }) => group === title).map((field) => make(field, 'all')),
          ),
        ),
      );
    },
  );
  const name = whenChanged(
    ({ variants }) => [variants.map(({ label }) => label).join('\n')],
    (/** @type {Read} */ { variants }) => {
      const kept = target.value;
      target.replaceChildren(
        ...(variants.length > 1 ? [h('option', { value: '' }, 'all networks')] : []),
        ...variants.map(({ label }, v) => h('option', { value: v }, label)),
      );
      if ([...target.options].some(({ value }) => value === kept)) target.value = kept;
    },
  );
  // what is being typed is left alone until the focus is elsewhere
  const write = whenChanged(
    ({ variants, settings, problems }) => [controls, variants, settings, problems, chosen(), document.activeElement],
    (/** @type {Read} */ state) => {
      for (const control of controls) show(control, state, chosen(), entered.get(control.field.name) ?? null);
    },
  );

  /** @param {Read} state */
  function update(state) {
    build(state);
    name(state);
    write(state);
  }

  return { update, destroy: () => root.replaceChildren() };
}

/** @param {Store} store @param {Field} field @param {string} id @param {() => void} onchange @returns {Control} */
function createControl(store, field, id, onchange) {
  const words = h('p', { class: 'field-problem', id: `${id}-problem`, 'data-problem': field.name, hidden: true });
  const attributes = {
    id,
    name: field.name,
    'aria-labelledby': `${id}-label`,
    'aria-describedby': words.id,
    title: field.description || null,
    onchange,
  };
  const named = { id: `${id}-label`, class: 'field-label' };
  const options = optionsOf(field, store.state);
  const control = options
    ? h(
        'select',
        { class: 'select small', ...attributes },
        options.some(([value]) => value === '') ? null : h('option', { value: '', hidden: true }, 'differ'),
        ...options.map(([value, text, why]) =>
          h('option', { value, disabled: Boolean(why) }, why ? `${text}: ${why}` : text),
        ),
      )
    : h('input', {
        class: 'field-input',
        type: 'text',
        inputmode: field.kind === 'integer' ? 'numeric' : null,
        autocomplete: 'off',
        spellcheck: 'false',
        placeholder: field.optional ? 'none' : null,
        ...attributes,
      });
  const element = h(
    'div',
    { class: 'field', 'data-field': field.name, 'data-kind': field.kind },
    store.explains
      ? explainedName(store, `setting-${field.name}`, field.label, named)
      : h('label', { ...named, for: id }, field.label),
    control,
    words,
  );
  return { field, element, control, words };
}

/**
 * @param {Field} field
 * @param {Read} state
 * @returns {[string, string, string?][]|null} values, what people call them, and why they cannot be chosen
 */
function optionsOf({ name, kind, values, optional }, state) {
  if (name === 'dataset')
    return state.datasets.map(({ name: value, title, missing, remedy }) => [
      value,
      title ?? value.replaceAll('_', ' '),
      [missing, missing && remedy].filter(Boolean).join(' '),
    ]);
  if (kind === 'choice') return (values ?? []).map((value) => [value, value.replaceAll('_', ' ')]);
  if (kind === 'boolean')
    return [
      ...(optional ? /** @type {[string, string][]} */ ([['', 'automatic']]) : []),
      ['false', 'no'],
      ['true', 'yes'],
    ];
  return null;
}

/**
 * @param {Control} control
 * @param {Read} state
 * @param {number|null} target
 * @param {HTMLElement|null} entered the field's control in which a value was entered last
 */
function show({ field, element, control, words }, state, target, entered) {
  const elsewhere = entered !== null && entered !== control && entered.isConnected && entered.checkVisibility();
  const found = elsewhere ? null : problemOf(state, field, target);
  const text = found ? problemWords(found.problem, state.fields) : '';
  if (words.textContent !== text) {
    words.textContent = text;
    words.hidden = !text;
    words.dataset.problem = found?.place ?? field.name;
    element.classList.toggle('wrong', Boolean(text));
    if (text) control.setAttribute('aria-invalid', 'true');
    else control.removeAttribute('aria-invalid');
  }
  // what was refused stays to be mended, and what is being typed is left alone
  if (text || (control === document.activeElement && control instanceof HTMLInputElement)) return;
  const value = valueIn(state, field, target);
  const written = writeValue(value);
  if (control.value !== written) control.value = written;
  if (control instanceof HTMLInputElement) {
    const hint = value === MIXED ? 'differ' : field.optional ? 'none' : '';
    if (control.placeholder !== hint) control.placeholder = hint;
  }
}
