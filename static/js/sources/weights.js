/** @file The server's weights to start from: listed, sent as a file, looked at. */
/** @typedef {import('../wire').WeightsRow} WeightsRow */
/** @typedef {import('../wire').Description} Description */

/**
 * @typedef {object} Weights each call answers, or throws a Refusal
 * @property {(limit: number, mine?: boolean) => Promise<import('../wire').WeightsPage>} list
 * @property {(id: string) => Promise<import('../wire').StoredWeights>} read
 * @property {(file: File, network: Description) => Promise<WeightsRow>} send a file of one network's weights; `network`
 *   counts if the file does not say of which one they are
 */

/**
 * Make the source of a server's weights.
 *
 * @param {typeof import('./server.js').request} ask
 * @returns {Weights}
 */
export function weightsOf(ask) {
  return {
    list: (limit, mine = false) => ask(`/api/weights?limit=${limit}${mine ? '&mine=true' : ''}`),
    read: (id) => ask(`/api/weights/${encodeURIComponent(id)}`),
    send: async (file, network) => {
      const stated = new URLSearchParams({ architecture: JSON.stringify(network) });
      const query = (await saysItsNetwork(file)) ? '' : `?${stated}`;
      return ask(`/api/weights${query}`, { method: 'POST', file });
    },
  };
}

/** Longest header that is looked through for the network's description, in bytes. */
const HEADER = 4_000_000;

/**
 * Has a file a description of its network, as those of this program have?
 *
 * @param {Blob} file
 */
export async function saysItsNetwork(file) {
  if (file.size < 9) return false;
  const length = Number(new DataView(await file.slice(0, 8).arrayBuffer()).getBigUint64(0, true));
  if (length > Math.min(HEADER, file.size)) return false;
  try {
    const header = JSON.parse(await file.slice(8, 8 + length).text());
    return typeof header?.__metadata__?.skipscope === 'string';
  } catch {
    return false; // the server says what it is instead
  }
}
