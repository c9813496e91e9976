import assert from 'node:assert/strict';
import { test } from 'node:test';
import { luminanceOf, themeOf } from '../../../static/js/view/hosttheme.js';

test('a background is light or dark, or too transparent to tell', () => {
  assert.ok(luminanceOf('rgb(255, 255, 255)') > 0.99);
  assert.ok(luminanceOf('rgb(17, 17, 17)') < 0.1);
  assert.ok(luminanceOf('rgba(24, 28, 26, 0.9)') < 0.2);
  assert.equal(luminanceOf('rgba(0, 0, 0, 0)'), null);
  assert.equal(luminanceOf('transparent'), null);
});

/** An element in a tree whose own host lies in another. */
function nested(own, around, beyond) {
  const element = (background, parentElement, root) => ({ background, parentElement, getRootNode: () => root });
  const page = element(beyond, null, {});
  const host = element('rgba(0, 0, 0, 0)', page, {});
  const inside = element(around, null, { host });
  return element(own, inside, { host });
}

test('the theme is that around the view, whatever its own background and the trees between', (t) => {
  const before = [globalThis.document, globalThis.getComputedStyle, globalThis.matchMedia];
  t.after(() => {
    [globalThis.document, globalThis.getComputedStyle, globalThis.matchMedia] = before;
  });
  globalThis.document = { body: { dataset: {} } };
  globalThis.getComputedStyle = ({ background }) => ({ backgroundColor: background });
  globalThis.matchMedia = () => ({ matches: true });
  const [light, dark, clear] = ['rgb(255, 255, 255)', 'rgb(24, 28, 26)', 'rgba(0, 0, 0, 0)'];
  assert.equal(themeOf(nested(light, clear, dark)), 'dark');
  assert.equal(themeOf(nested(dark, light, dark)), 'light');
  assert.equal(themeOf(nested(light, clear, clear)), 'dark', 'as the system is, where nothing has a background');
  globalThis.document.body.dataset.jpThemeLight = 'true';
  assert.equal(themeOf(nested(dark, dark, dark)), 'light', 'as JupyterLab says');
  globalThis.document.body.dataset = { vscodeThemeKind: 'vscode-high-contrast' };
  assert.equal(themeOf(nested(light, light, light)), 'dark', 'as VS Code says');
});
