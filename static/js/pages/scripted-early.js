// Before the first paint: a page with scripts shows one step at a time; without, and in print, it shows them all.
document.documentElement.dataset.scripted = '';
