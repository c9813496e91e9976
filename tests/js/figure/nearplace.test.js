// An explanation covers neither its subject nor what opened it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeNear } from '../../../static/js/figure/nearplace.js';

test('an explanation lies beside its subject, as near to its sign as there is room', () => {
  const bounds = { x: 0, y: 0, w: 1280, h: 720 };
  const size = { w: 320, h: 130 };
  const meets = (a, b) => a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
  for (const [anchor, subject] of [
    [
      { x: 780, y: 145, w: 110, h: 17 },
      { x: 768, y: 140, w: 496, h: 226 },
    ],
    [
      { x: 1030, y: 390, w: 70, h: 17 },
      { x: 1021, y: 377, w: 243, h: 168 },
    ],
    [
      { x: 180, y: 150, w: 16, h: 16 },
      { x: 16, y: 190, w: 740, h: 350 },
    ],
    [
      { x: 30, y: 562, w: 230, h: 18 },
      { x: 16, y: 556, w: 1248, h: 152 },
    ],
    [
      { x: 107, y: 64, w: 90, h: 17 },
      { x: 107, y: 60, w: 160, h: 26 },
    ],
  ]) {
    const place = { ...placeNear(anchor, subject, size, bounds), ...size };
    assert.ok(place.x >= 0 && place.x + place.w <= 1280 && place.y >= 0 && place.y + place.h <= 720, 'it is in sight');
    assert.ok(!meets(place, anchor) && !meets(place, subject), 'it covers neither');
  }
});

test('where the subject leaves no room the sign at least is free', () => {
  const anchor = { x: 10, y: 300, w: 16, h: 16 };
  const subject = { x: 0, y: 0, w: 375, h: 2000 };
  const { x, y } = placeNear(anchor, subject, { w: 320, h: 130 }, { x: 0, y: 0, w: 375, h: 812 });
  assert.ok(y >= 316 || y + 130 <= 300);
  assert.ok(x >= 0 && x + 320 <= 375);
});

test('where the subject leaves too little room as little of it is covered as can be', () => {
  const size = { w: 320, h: 160 };
  const bounds = { x: 0, y: 0, w: 375, h: 540 };
  for (const [anchor, subject, y, where] of [
    [{ x: 340, y: 90, w: 16, h: 16 }, { x: 8, y: 150, w: 359, h: 900 }, 4, 'beside the sign, over the upper edge'],
    [{ x: 180, y: 300, w: 16, h: 16 }, { x: 8, y: 20, w: 359, h: 470 }, 376, 'in the corner, over the lower edge'],
  ]) {
    assert.equal(placeNear(anchor, subject, size, bounds).y, y, where);
  }
});
