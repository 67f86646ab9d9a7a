/** One tooltip for the page: a few lines of text beside what they are about, by mouse and by keyboard. */

const GAP = 8;

/** @typedef {ReturnType<typeof createTooltip>} Tooltip */

/** @param {HTMLElement} node */
export function createTooltip(node) {
  const tooltip = {
    /** @param {DOMRect | {left: number, top: number, right: number, bottom: number}} anchor @param {string} text */
    show(anchor, text) {
      if (node.textContent !== text) node.textContent = text;
      node.hidden = false;
      const { width, height } = node.getBoundingClientRect();
      // Beside a row, so that the rows around it can be read; below what is small.
      const row = anchor.right - anchor.left > 200;
      const x = !row ? anchor.left : anchor.left > width + 2 * GAP ? anchor.left - width - GAP : anchor.right + GAP;
      const left = Math.max(GAP, Math.min(innerWidth - width - GAP, x));
      const below = row ? anchor.top : anchor.bottom + GAP;
      const top = below + height <= innerHeight - GAP ? below : Math.max(GAP, anchor.top - height - GAP);
      node.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`;
    },
    /** Beside the cursor. @param {MouseEvent} event @param {string} text */
    at({ clientX, clientY }, text) {
      tooltip.show({ left: clientX + 10, right: clientX, top: clientY, bottom: clientY }, text);
    },
    hide() {
      node.hidden = true;
    },
  };
  listen(tooltip, node);
  return tooltip;
}

/**
 * Everything with `data-tip` explains itself.
 * @param {{show: (anchor: DOMRect, text: string) => void, hide: () => void}} tooltip @param {HTMLElement} node
 */
function listen(tooltip, node) {
  /** @param {Event} event */
  const open = (event) => {
    const target = event.target instanceof Element ? event.target.closest("[data-tip]") : null;
    if (!(target instanceof HTMLElement) || !target.dataset.tip) return;
    tooltip.show(target.getBoundingClientRect(), target.dataset.tip);
    target.setAttribute("aria-describedby", node.id);
  };
  /** @param {Event} event */
  const close = (event) => {
    if (event.target instanceof Element && event.target.closest("[data-tip]")) tooltip.hide();
  };
  document.addEventListener("pointerover", open);
  document.addEventListener("focusin", open);
  document.addEventListener("pointerout", close);
  document.addEventListener("focusout", close);
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") tooltip.hide();
  });
}
