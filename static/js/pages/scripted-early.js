// Before the first paint: a page with scripts shows one step at a time; without, and in print, it shows them all. The
// address may ask for the projector's view.
document.documentElement.dataset.scripted = '';
if (new URLSearchParams(location.search).get('view') === 'projector')
  document.documentElement.dataset.view = 'projector';
