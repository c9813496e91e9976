/** @file A question with answers, as the template wrote it: which is chosen, and what is said to it. */

/** @typedef {import('../../wire').Choice} Choice */

/**
 * Mount a question.
 *
 * @param {HTMLElement|null} root
 * @param {(index: number) => void} onChoose
 */
export function mountQuestion(root, onChoose) {
  const inputs = [...(root?.querySelectorAll('input') ?? [])];
  const says = [...(root?.querySelectorAll('.says') ?? [])];
  const chosen = () => inputs.findIndex((input) => input.checked);
  const change = () => onChoose(chosen());
  for (const input of inputs) input.addEventListener('change', change);
  return {
    chosen,
    /**
     * @param {number|undefined} index the answer
     * @param {boolean} answered whether what is said to it is shown, and which one holds
     * @param {boolean} [fixed] whether it cannot be changed any more
     */
    show(index, answered, fixed = false) {
      root?.toggleAttribute('data-answered', answered);
      inputs.forEach((input, i) => {
        input.checked = i === index;
        input.disabled = fixed;
      });
      says.forEach((one, i) => {
        one.toggleAttribute('data-shown', answered && (i === index || one.classList.contains('holds')));
        one.toggleAttribute('data-yours', i === index);
      });
    },
    destroy() {
      for (const input of inputs) input.removeEventListener('change', change);
    },
  };
}
