/** Three steps through the demo cohort, each beside the panel that it is about. The page stays in use meanwhile. */

import { byId, el } from "../dom.js";

const STEPS = Object.freeze([
  {
    beside: '.slider[data-name="eps"]',
    title: "Near dots are X-rays that look alike",
    text:
      "Each dot is an X-ray, and a neural network put it where it is. eps says how near X-rays must lie to form a " +
      "cluster, which has one colour. Move the slider, and see the groups join and fall apart; a double-click takes " +
      "it back.",
  },
  {
    beside: "#explain",
    title: "What goes with these clusters?",
    text:
      "Every column of the metadata is tested, and the closest comes first. Country seems to explain the clusters, " +
      "but source, the site that an image came from, does so better: the clusters are its sites. Choose source after " +
      "“within”: among images of one site nothing of country is left.",
  },
  {
    beside: "#null",
    title: "Is it luck?",
    text:
      "The best of thousands of settings looks good even where there are no clusters. Compare makes the same search " +
      "on 99 cohorts that have none, and counts how many of them do as well. It says how long that takes, and can be " +
      "cancelled.",
  },
]);

const GAP = 12;

/** @param {() => void} ended  at the last step, at Skip and at Escape */
export function startTour(ended) {
  if (document.querySelector(".coach")) return;
  let at = 0;
  /** @type {HTMLElement} */
  let anchor;
  const next = el("button", {
    type: "button",
    class: "button primary",
    onclick: () => (at + 1 < STEPS.length ? show(at + 1) : end()),
  });
  const [title, text] = [el("h3", { id: "coach-title" }), el("p", { id: "coach-text" })];
  const box = el(
    "div",
    {
      class: "coach",
      popover: "manual",
      role: "dialog",
      tabindex: -1,
      "aria-labelledby": "coach-title",
      "aria-describedby": "coach-text",
    },
    title,
    text,
    el(
      "div",
      { class: "coach-foot" },
      el("button", { type: "button", class: "linkish", onclick: () => end() }, "Skip the tour"),
      next,
    ),
  );
  const follow = () => place(box, anchor.getBoundingClientRect());
  /** What someone else had no use for. @param {KeyboardEvent} event */
  const onKey = (event) => {
    if (event.key === "Escape" && !event.defaultPrevented && !document.querySelector("dialog[open]")) end();
  };

  /** @param {number} step */
  function show(step) {
    at = step;
    anchor?.classList.remove("coached");
    anchor = reveal(STEPS[at].beside);
    anchor.classList.add("coached");
    // In the anchor, so that Tab goes on from there.
    anchor.append(box);
    title.textContent = `${at + 1} of ${STEPS.length} · ${STEPS[at].title}`;
    text.textContent = STEPS[at].text;
    next.textContent = at + 1 < STEPS.length ? "Next" : "Done";
    box.showPopover();
    follow();
    box.focus({ preventScroll: true });
  }

  function end() {
    const inside = box.contains(document.activeElement);
    anchor.classList.remove("coached");
    box.remove();
    removeEventListener("resize", follow);
    removeEventListener("scroll", follow, true);
    document.removeEventListener("keydown", onKey);
    if (inside) byId("help-open").focus();
    ended();
  }

  addEventListener("resize", follow);
  addEventListener("scroll", follow, true);
  document.addEventListener("keydown", onKey);
  show(0);
}

/** Where panels share a place, the one that is wanted is opened. @param {string} selector */
function reveal(selector) {
  const anchor = /** @type {HTMLElement} */ (document.querySelector(selector));
  const inDrawer = byId("findings").contains(anchor);
  if (inDrawer && !byId("search").hidden) byId("search-close").click();
  if (getComputedStyle(byId("findings")).visibility === (inDrawer ? "hidden" : "never"))
    byId("findings-toggle").click();
  anchor.scrollIntoView({ block: "nearest" });
  return anchor;
}

/** Towards the middle of the page, and never over its edge. @param {HTMLElement} box @param {DOMRect} anchor */
function place(box, anchor) {
  const { width, height } = box.getBoundingClientRect();
  const left = anchor.left + anchor.right < innerWidth ? anchor.right + GAP : anchor.left - GAP - width;
  box.style.left = `${Math.max(GAP, Math.min(innerWidth - width - GAP, left))}px`;
  box.style.top = `${Math.max(GAP, Math.min(innerHeight - height - GAP, anchor.top))}px`;
}
