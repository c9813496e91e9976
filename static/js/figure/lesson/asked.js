/** @file Recordings and numbers of chapters, from a request that is plain data, made in Python. Pure. */
import { onlyBlock } from './anatomy.js';
import { numbersOf, readNumber } from './numbers.js';
import { heightOf, sceneOf } from './pictures.js';
import { kept, named, readingOf } from './readings.js';
import { rootOf, textOf } from './scene.js';

/** @typedef {import('./readings.js').Measured} Measured */
/**
 * @typedef {{asked: 'recording', figure: import('./pictures.js').Declared, networks: Measured[], low: boolean}}
 *   AskedRecording
 * @typedef {{asked: 'numbers', number: string, network: number, blocks: [number, number]|null, measured: Measured[][]}}
 *   AskedNumbers of several seeds
 */

const WIDTHS = { wide: 760, narrow: 340 };

/** @param {AskedRecording|AskedNumbers} asked */
export function draw(asked) {
  if (asked.asked === 'numbers') {
    const { number, network, blocks } = asked;
    return asked.measured.map((networks) =>
      readNumber(
        number,
        networks.map((one) => readingOf(one)),
        { network, blocks },
      ),
    );
  }
  const { figure, networks, low } = asked;
  const whole = named(
    networks.map((one) => readingOf(one)),
    figure.names,
  );
  const readings = whole.map((one) => drawnOf(figure, one));
  const picture = (/** @type {number} */ width) =>
    textOf(rootOf(sceneOf(figure, { readings, width, height: heightOf(figure, width, low) })));
  return {
    readings: readings.map((one) => kept(one, figure.show)),
    numbers: numbersOf(whole, figure.block),
    wide: picture(WIDTHS.wide),
    narrow: picture(WIDTHS.narrow),
  };
}

/**
 * Without the layers that the figure does not draw.
 *
 * @param {import('./pictures.js').Declared} figure @param {import('./readings.js').Reading} reading
 */
function drawnOf({ show, block }, { anatomy, ...reading }) {
  if (!anatomy || show === 'columns') return { ...reading, ...(anatomy ? { anatomy } : {}) };
  return { ...reading, anatomy: onlyBlock(anatomy, reading.blocks[block - 1]) };
}
