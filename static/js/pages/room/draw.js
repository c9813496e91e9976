/** @file A profile that a member draws: handles at some blocks, a finger that passes over them, fields for numbers. */

import { axisText } from '../../figure/room/answers.js';
import { drawingAxes, drawingScene, placesOf } from '../../figure/room/drawings.js';
import { h, svg } from '../../view/dom.js';
import { createScene } from '../../view/scene.js';
import { createHandles } from '../learn/handles.js';
import { fit } from './fitted.js';

/** @typedef {import('./question.js').Question} Question */

/**
 * Make the field.
 *
 * @param {Question} question @param {unknown} given the answer that is kept
 */
export function createDrawing(question, given) {
  const places = placesOf(question);
  const { low, high, text } = question;
  const scene = createScene();
  const handles = createHandles({ at: places, low, high, question: text, onMove: () => draw() });
  const root = svg('svg', { class: 'scene', role: 'group' }, scene.element, handles.group);
  const place = h('div', { class: 'picture room-drawn room-drawing' }, root);
  let size = { width: 0, height: 0 };
  const draw = () => {
    if (size.width === 0) return;
    root.setAttribute('viewBox', `0 0 ${size.width} ${size.height}`);
    scene.draw(drawingScene(question, handles.logs(), size));
    handles.fit(drawingAxes(question, size));
  };
  fit(place, (next) => {
    size = next;
    draw();
  });
  const kept = Array.isArray(given) ? given : [];
  handles.set(places.map((_, i) => (typeof kept[i] === 'number' && kept[i] > 0 ? Math.log10(kept[i]) : 0)));

  /** Put the nearest point where the finger is. @param {PointerEvent} event */
  const follow = (event) => {
    const { left, top, width } = root.getBoundingClientRect();
    const scale = size.width / width;
    const axes = drawingAxes(question, size);
    const x = (event.clientX - left) * scale;
    const away = places.map((block) => Math.abs(axes.x(block - 1) - x));
    const nearest = away.indexOf(Math.min(...away));
    const log = axes.log((event.clientY - top) * scale);
    handles.set(handles.logs().map((one, i) => (i === nearest ? log : one)));
    draw();
  };
  root.addEventListener('pointerdown', (event) => {
    if (!event.isPrimary || (event.target instanceof Element && event.target.closest('.handle'))) return;
    root.setPointerCapture(event.pointerId);
    follow(event);
    event.preventDefault();
  });
  root.addEventListener('pointermove', (event) => {
    if (root.hasPointerCapture(event.pointerId)) follow(event);
  });
  return {
    element: h(
      'div',
      { class: 'room-profile' },
      h('p', { class: 'room-quiet' }, 'Draw over the field, or move each point.'),
      h('p', { class: 'room-axis' }, axisText(question)),
      place,
      h(
        'details',
        {},
        h('summary', {}, 'Type the numbers'),
        h('div', { class: 'room-numbers', role: 'group', 'aria-label': text }, ...handles.fields),
      ),
    ),
    value: () => handles.logs().map((log) => Number((10 ** log).toPrecision(3))),
  };
}
