/** @file Profiles that are drawn: a member's own, and those of a class as a band beside what was measured. Pure. */
import { axesOf, decades, depth } from '../lesson/axes.js';
import { node, round, words } from '../lesson/scene.js';
import { formatNumber } from '../scale.js';

/** @typedef {import('../../wire').RoomView} RoomView */
/** @typedef {NonNullable<RoomView['question']>} Question */
/** @typedef {import('../lesson/axes.js').Axes} Axes */
/** @typedef {import('../lesson/scene.js').Scene} Scene */
/** @typedef {[number, number]} Point a block, from 1, and a log10 */

/** Blocks of a question for which the server has none. */
const USUAL = [1, 2, 3, 4, 5];

/** The blocks that are asked about. @param {Question} question */
export function placesOf({ at }) {
  return at.length > 0 ? at : USUAL;
}

/** The names of the network's blocks, stage by stage. @param {Question} question */
export function blocksOf(question) {
  const { stages } = question;
  const found = stages.flatMap((count, stage) => Array.from({ length: count }, (_, b) => `layer${stage + 1}.${b}`));
  return found.length > 0 ? found : Array.from({ length: Math.max(...placesOf(question)) }, (_, b) => `layer1.${b}`);
}

/** @param {Question} question @param {{width: number, height: number}} size */
export function drawingAxes(question, { width, height }) {
  const { low, high } = question;
  return axesOf({ width, height, top: 12, low, high, count: blocksOf(question).length });
}

/**
 * The axes on which a member draws, with the line of what is drawn so far.
 *
 * @param {Question} question @param {number[]} logs @param {{width: number, height: number}} size
 * @returns {Scene}
 */
export function drawingScene(question, logs, size) {
  const axes = drawingAxes(question, size);
  const { area } = axes;
  const cover = node('rect', {
    x: area.left + 2,
    y: area.top + 2,
    width: round(area.right - area.left - 4),
    height: round(area.bottom - area.top - 4),
    class: 'cover',
  });
  const points = withKnown(question, logs);
  const known = question.known;
  return {
    ...size,
    label: question.text,
    in: [
      cover,
      ...frame(question, axes, size),
      node('path', { d: pathOf(axes, points), class: 'yours' }),
      ...(known === null
        ? []
        : [
            node('circle', { cx: round(axes.x(known - 1)), cy: round(axes.y(0)), r: 5, class: 'dot net' }),
            words(axes.x(known - 1), axes.y(0) - 10, '1', 'strong', 'middle'),
          ]),
    ],
  };
}

/**
 * The drawings of a class: the middle half as a band, its middle as a line, that of the first drawings dashed; the
 * measured profile; the reader's own.
 *
 * @param {RoomView} room whose answers are shown
 * @param {{width: number, height: number, own?: number[]|null}} size
 * @returns {Scene}
 */
export function bandScene(room, { width, height, own = null }) {
  const { question, distribution } = room;
  if (!question || !distribution) return { width, height, label: '', in: [] };
  const axes = drawingAxes(question, { width, height });
  const given = distribution.blocks.filter(({ quartiles }) => quartiles.length === 3);
  const of = (/** @type {number} */ q) =>
    withPoints(
      question,
      given.map(({ at, quartiles }) => /** @type {Point} */ ([at, quartiles[q]])),
    );
  const first = given.filter((block) => block.first.length === 3);
  const changed = first.some((block) => Math.abs(block.first[1] - block.quartiles[1]) > 0.05);
  const before = first.map(({ at, first }) => /** @type {Point} */ ([at, first[1]]));
  const [low, middle, high] = [of(0), of(1), of(2)];
  const measured = measuredOf(room);
  const ends = given.length > 0 ? `${pathOf(axes, low)}L${pathOf(axes, [...high].reverse()).slice(1)}Z` : '';
  return {
    width,
    height,
    label: said(room, measured),
    in: [
      ...frame(question, axes, { width, height }),
      ...(ends ? [node('path', { d: ends, class: 'room-band' })] : []),
      ...(changed ? [node('path', { d: pathOf(axes, withPoints(question, before)), class: 'room-before' })] : []),
      ...(ends ? [node('path', { d: pathOf(axes, middle), class: 'room-half' })] : []),
      ...curve(axes, measured, placesOf(question), question.network ?? 'the answer'),
      ...(own ? [node('path', { d: pathOf(axes, withKnown(question, own.map(log))), class: 'yours' })] : []),
      ...(own ?? []).map((value, i) =>
        node('circle', {
          cx: round(axes.x(placesOf(question)[i] - 1)),
          cy: round(axes.y(log(value))),
          r: 5,
          class: 'yours',
        }),
      ),
    ],
  };
}

/**
 * The true profile as far as it is known: of a measured network at each block, else at those that were asked about.
 *
 * @param {RoomView} room @returns {Point[]}
 */
export function measuredOf({ question, truth, profile }) {
  if (profile) return profile.map((value, b) => [b + 1, value === null ? Number.NaN : log(value)]);
  if (!question || !Array.isArray(truth)) return [];
  const places = placesOf(question);
  return truth.map((value, i) => [places[i] ?? i + 1, log(value)]);
}

/** @param {number} value */
function log(value) {
  return value > 0 ? Math.log10(value) : -400;
}

/** @param {Question} question @param {Axes} axes @param {{width: number, height: number}} size */
function frame(question, axes, { height }) {
  const { low, high } = question;
  return [...decades(axes, low, high, height < 320 ? 4 : 6), ...depth(axes, blocksOf(question))];
}

/** @param {Axes} axes @param {Point[]} points those that are no numbers are left out */
function pathOf({ x, y }, points) {
  const shown = points.filter(([, value]) => Number.isFinite(value));
  return shown.map(([block, value], i) => `${i > 0 ? 'L' : 'M'}${round(x(block - 1))},${round(y(value))}`).join('');
}

/** A drawing with the point that is known. @param {Question} question @param {number[]} logs */
function withKnown(question, logs) {
  const places = placesOf(question);
  return withPoints(
    question,
    logs.slice(0, places.length).map((value, i) => [places[i], value]),
  );
}

/** @param {Question} question @param {Point[]} points @returns {Point[]} */
function withPoints({ known }, points) {
  const all =
    known === null || points.some(([block]) => block === known)
      ? points
      : [...points, /** @type {Point} */ ([known, 0])];
  return [...all].sort(([one], [other]) => one - other);
}

/** @param {Axes} axes @param {Point[]} points @param {number[]} asked @param {string} name */
function curve(axes, points, asked, name) {
  if (points.length === 0) return [];
  const dots = points.filter(([, value]) => Number.isFinite(value));
  return [
    node('path', { d: pathOf(axes, points) || 'M0,0', class: 'curve net' }),
    ...dots.map(([block, value]) =>
      node(
        'circle',
        {
          cx: round(axes.x(block - 1)),
          cy: round(axes.y(value)),
          r: asked.includes(block) ? 4 : 2,
          class: 'dot net',
        },
        node('title', {}, `block ${block}, ${name}: ${formatNumber(10 ** value)}`),
      ),
    ),
  ];
}

/** @param {RoomView} room @param {Point[]} measured */
function said({ question, distribution }, measured) {
  const [block] = distribution?.blocks ?? [];
  const value = (/** @type {number} */ one) => formatNumber(10 ** one);
  const half =
    block?.quartiles.length === 3
      ? ` At block ${block.at} half of them lie between ${value(block.quartiles[0])} and ${value(block.quartiles[2])}.`
      : '';
  const there = measured.find(([at]) => at === block?.at);
  const known =
    there && Number.isFinite(there[1]) ? ` ${question?.network ?? 'The answer'} has ${value(there[1])}.` : '';
  return `${distribution?.answered ?? 0} drawings.${half}${known}`;
}

/** The key of the figure's lines. @param {RoomView} room @param {boolean} own whether the reader's is among them */
export function bandKeys(room, own) {
  const keys = [
    { name: 'band', text: 'the middle half of the drawings' },
    { name: 'half', text: 'their middle' },
    ...(room.distribution?.blocks.some(({ first, quartiles }) => first.length > 0 && first[1] !== quartiles[1])
      ? [{ name: 'before', text: 'their middle before the discussion' }]
      : []),
    ...(room.truth === null
      ? []
      : [{ name: 'net', text: room.question?.network ? `measured, ${room.question.network}` : 'the answer' }]),
    ...(own ? [{ name: 'you', text: 'yours' }] : []),
  ];
  return keys;
}
