/** @file The differences between the networks on the page, as the pieces of a sentence. Pure. */

/** @typedef {import('../view/state/state.js').Variant} Variant */
/** @typedef {import('../view/state/state.js').Field} Field */
/** @typedef {{text: string, variant?: number}} Piece */

/** So many differences are named; of more, the number. */
const MOST = 3;
/** Fields that stand elsewhere for every network, or follow from another field. */
const IMPLIED = ['skips', 'widths', 'in_channels', 'num_classes', 'image_size', 'norm_groups'];

/**
 * Say what differs; of one network, how many of its skips are cut.
 *
 * @param {Variant[]} variants as they were measured
 * @param {Field[]} fields with the words for each
 * @returns {Piece[]}
 */
export function differencesOf(variants, fields) {
  if (variants.length === 1) {
    const { skips } = variants[0];
    const cut = skips.filter((on) => !on).length;
    if (cut === 0) return [];
    return [{ text: cut === skips.length ? 'It has no skip.' : `${cut} of its ${skips.length} skips are cut.` }];
  }
  const found = [...skipsOf(variants), ...fieldsOf(variants, fields)];
  if (found.length === 0) return [{ text: 'Their settings and skips are the same.' }];
  const named = found.slice(0, MOST);
  const more = found.length - named.length;
  const last = more > 0 ? `${more} more settings` : (named.pop() ?? '');
  const list = named.length > 0 ? `${named.join(', ')} and ${last}` : last;
  return [{ text: `They differ ${more > 0 ? '' : 'only '}in ${list}.` }];
}

/** @param {Variant[]} variants @returns {string[]} */
function skipsOf(variants) {
  const [first] = variants;
  const found = [];
  const alike = variants.every(({ blocks }) => blocks.length === first.blocks.length);
  if (!alike) {
    const kinds = new Set(variants.map(({ skips }) => (skips.some(Boolean) ? skips.every(Boolean) : null)));
    if (kinds.size > 1) found.push('their skips');
  } else {
    const differing = first.skips.filter((on, b) => variants.some(({ skips }) => skips[b] !== on)).length;
    if (differing > 0) found.push(`${differing} ${differing === 1 ? 'skip' : 'skips'}`);
    if (variants.some(({ strength }) => strength.some((one, b) => one !== first.strength[b])))
      found.push('the strength of shortcuts');
  }
  return found;
}

/** @param {Variant[]} variants @param {Field[]} fields @returns {string[]} */
function fieldsOf(variants, fields) {
  const architectures = variants.map(({ architecture }) => /** @type {Record<string, unknown>} */ (architecture));
  const names = [...new Set(architectures.flatMap((one) => Object.keys(one)))].filter(
    (name) => !IMPLIED.includes(name),
  );
  return names.flatMap((name) => {
    const values = architectures.map((one) => one[name]);
    if (new Set(values.map((value) => JSON.stringify(value))).size === 1) return [];
    if (name === 'depths')
      return [
        variants.length > 2 ? 'depth' : `depth (${variants.map(({ blocks }) => blocks.length).join(' and ')} blocks)`,
      ];
    const label = (fields.find((field) => field.name === name)?.label ?? name.replaceAll('_', ' ')).toLowerCase();
    const plain = values.every((value) => value === null || typeof value !== 'object');
    // of three networks and more, the list of values would be longer than the rest of the line
    return [plain && variants.length === 2 ? `${label} (${values.map((value) => say(value)).join(' and ')})` : label];
  });
}

/** @param {unknown} value */
function say(value) {
  if (value === true) return 'on';
  if (value === false || value === null || value === undefined) return 'off';
  return String(value).replaceAll('_', ' ');
}
