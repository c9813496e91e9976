/** @file A figure that stands alone, saved as a picture. */

import { PALETTES } from '../figure/palette.js';
import { h } from './dom.js';
import Plotly, { whole } from './plotly.js';

/** @typedef {import('./charts/lines.js').Figure} Figure */

/**
 * Save a figure as a file.
 *
 * @param {Figure} figure
 * @param {{title: string, name: string, theme: 'light'|'dark', format: 'png'|'svg'}} options what it shows, of which
 *   networks, at which step; and the file's name
 */
export async function savePicture({ data, layout }, { title, name, theme, format }) {
  const palette = PALETTES[theme];
  const alone = {
    data,
    layout: {
      ...layout,
      width: 1200,
      height: 700,
      margin: { l: 90, r: 40, t: 80, b: 60 },
      paper_bgcolor: palette.paper,
      plot_bgcolor: palette.paper,
      showlegend: data.some(({ type }) => type === 'scatter'),
      title: { text: title, font: { size: 18, color: palette.ink } },
      legend: { orientation: 'h', y: 1.06, x: 0 },
    },
    config: { showSendToCloud: false, displaylogo: false },
  };
  const drawing = data.some(({ type }) => type === 'heatmap') ? await whole() : Plotly;
  const href = await drawing.toImage(alone, { format, width: 1200, height: 700, scale: format === 'png' ? 2 : 1 });
  h('a', { href, download: `skipscope-${name.toLowerCase().replaceAll(/\W+/g, '-')}.${format}` }).click();
}
