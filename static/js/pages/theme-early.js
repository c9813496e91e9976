// Before the first paint: the theme that was chosen on this device, else the system's.
(() => {
  let chosen = null;
  try {
    chosen = localStorage.getItem('skipscope-theme');
  } catch {
    // storage may be denied; the system's theme then applies
  }
  if (chosen === 'light' || chosen === 'dark') document.documentElement.dataset.theme = chosen;
})();
