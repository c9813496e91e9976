/** @file The place that is pointed at, the selected one, and whether that one is large. Pure. */

/** @typedef {import('./state.js').State} State */
/** @typedef {import('./state.js').Event} Event */

/** @param {State} state @param {Extract<Event, {type: 'hover'|'select'|'large'}>} event @returns {State} */
export function point(state, event) {
  switch (event.type) {
    case 'hover':
      return sameFocus(state.hover, event.focus) ? state : { ...state, hover: event.focus };
    case 'select':
      if (sameFocus(state.selection, event.focus)) return state;
      return { ...state, selection: event.focus, large: state.large && event.focus !== null };
    case 'large':
      return { ...state, large: event.on && state.selection !== null };
  }
}

/** @param {State['hover']} a @param {State['hover']} b */
function sameFocus(a, b) {
  if (a === b) return true;
  return (
    a !== null && b !== null && a.variant === b.variant && a.block === b.block && a.tap === b.tap && a.layer === b.layer
  );
}
