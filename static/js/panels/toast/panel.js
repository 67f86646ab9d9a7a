/** A short message that goes by itself. @param {HTMLElement} node */
export function createToast(node) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return (/** @type {string} */ text, ms = 2400) => {
    clearTimeout(timer);
    node.textContent = text;
    node.hidden = false;
    timer = setTimeout(() => {
      node.hidden = true;
    }, ms);
  };
}
