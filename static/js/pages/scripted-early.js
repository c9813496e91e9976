// Before the first paint: a page with scripts shows one step at a time; without, in print, and in a browser too old for
// its modules and styles, it shows them all. The address may ask for the projector's view.
if (CSS.supports('color', 'light-dark(#000, #fff)')) {
  document.documentElement.dataset.scripted = '';
  if (new URLSearchParams(location.search).get('view') === 'projector')
    document.documentElement.dataset.view = 'projector';
}
