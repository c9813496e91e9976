// Figures as plotly.py makes them, of two and three panels.
const axis = (domain, title, anchor, more = {}) => ({ domain, title: { text: title }, anchor, ...more });
const title = (text, x, y = 1) => ({
  text,
  x,
  y,
  xref: 'paper',
  yref: 'paper',
  xanchor: 'center',
  yanchor: 'bottom',
  showarrow: false,
});

/** Two panels side by side; the first has a line and single draws, the second another. */
export const pair = () => ({
  data: [
    {
      type: 'scatter',
      name: 'A ResNet-20',
      x: [2, 1],
      y: [0.25, 0.5],
      hovertext: ['layer1.1', 'layer1.0'],
      line: { color: '#1a2233', dash: '6px,3px' },
      xaxis: 'x',
      yaxis: 'y',
    },
    {
      type: 'scatter',
      name: 'A ResNet-20',
      x: [1, 1, 3],
      y: [0.4, 0.6, null],
      opacity: 0.35,
      showlegend: false,
      xaxis: 'x',
      yaxis: 'y',
    },
    {
      type: 'scatter',
      name: 'B plain-20',
      x: [1],
      y: [0.9],
      line: { color: '#0b8077', dash: 'solid' },
      xaxis: 'x2',
      yaxis: 'y2',
    },
  ],
  layout: {
    xaxis: axis([0, 0.45], 'block', 'y'),
    yaxis: axis([0, 1], 'error', 'x'),
    xaxis2: axis([0.55, 1], 'blocks deleted', 'y2'),
    yaxis2: axis([0, 1], 'error', 'x2'),
    annotations: [title('One block deleted', 0.225), title('Several', 0.775)],
    shapes: [{ type: 'line', xref: 'x domain', yref: 'y', x0: 0, x1: 1, y0: 0.1, y1: 0.1 }],
    paper_bgcolor: '#ffffff',
    font: { color: '#1a2233' },
  },
});

export const grid = () => ({
  data: [
    {
      type: 'heatmap',
      z: [
        [1, null],
        [0.5, 'nan'],
      ],
      x: ['a', 'b'],
      y: ['c', 'd'],
      name: 'ResNet-20',
    },
  ],
  layout: { xaxis: { title: { text: 'layer' } }, yaxis: { title: { text: 'other layer' } } },
});
