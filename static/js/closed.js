/** Controls that are closed for good, each with the reason, and kept closed whoever would open them. */

/** @param {Readonly<Record<string, string>>} reasons  by selector */
export function keepClosed(reasons) {
  const closeAll = () => {
    for (const [selector, why] of Object.entries(reasons))
      for (const element of document.querySelectorAll(selector)) close(element, why);
  };
  closeAll();
  // Whoever works on the page opens what it could do otherwise, and makes it anew.
  new MutationObserver(closeAll).observe(document.body, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ["disabled"],
  });
}

/** @param {Element} element @param {string} why */
function close(element, why) {
  if (!("disabled" in element)) return;
  if (!element.disabled) element.disabled = true;
  const said = element instanceof HTMLInputElement ? (element.closest("label") ?? element) : element;
  if (said instanceof HTMLElement && said.classList.contains("button")) said.dataset.off = why;
  else said.setAttribute("title", why);
}
