/** A few steps through the cohort, each beside the panel that it is about. The page stays in use meanwhile. */

import { byId, el } from "../dom.js";
import { count, groupNoun, plural } from "../format.js";

/** @import {Cohort} from "../types.js" */

/** @typedef {{beside: string, title: string, text: string}} Step */

/** What the demo was made to show. @type {readonly Step[]} */
export const demoSteps = Object.freeze([
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

/**
 * What was read and assumed of somebody's own files, and where the page says whether it means anything.
 * @param {Cohort} cohort @param {string} column  the one that is asked about @returns {Step[]}
 */
export function ownSteps({ records, n_images, n_groups, group_column, skipped, assumed, report }, column) {
  const first = records[0]?.filename;
  const steps = [
    {
      beside: ".told",
      title: "What was read",
      text:
        `${plural(n_images, "image")}${report.n_rows > 0 ? ` by the names in ${plural(report.n_rows, "row")}` : ""}` +
        `${first ? `, such as ${first}` : ""}. ${count(skipped.length)} were skipped: the line in the bar lists each ` +
        "with its reason.",
    },
    assumed.length > 0 && {
      beside: ".told",
      title: "What was assumed",
      text: `${assumed[0].text} ${
        assumed.length > 1 ? `${plural(assumed.length - 1, "thing")} more: “${assumed.length} assumed” lists all. ` : ""
      }Where one is wrong, the options of the command line say it otherwise.`,
    },
    {
      beside: ".told",
      title: "Whose images stay together",
      text: group_column
        ? `The column ${group_column} says which images are of one patient, ${groupNoun(group_column, n_groups)} in ` +
          "all: tests move them together. If another column does, start with --group-by and its name."
        : "No column was found that says which images are of one patient, so each counts by itself: start with " +
          "--group-by and the column's name if there is one.",
    },
    {
      beside: 'section[aria-labelledby="clusters-heading"]',
      title: "The setting that is proposed",
      text:
        "The page opens with the setting whose groups come again most and that leaves few images out; it looked at " +
        "no column of the table. Move a slider to leave it; a word with dots beneath says what it means.",
    },
    {
      beside: ".verdict-lines",
      title: "Whether it means anything",
      text:
        "The verdict tries this setting over many maps, against cohorts without groups, and against every column, " +
        `${column} above all. Open a line to see what it rests on.`,
    },
  ];
  return steps.filter((step) => step !== false);
}

const GAP = 12;

/** @param {readonly Step[]} steps @param {() => void} ended  at the last step, at Skip and at Escape */
export function startTour(steps, ended) {
  if (document.querySelector(".coach")) return;
  let at = 0;
  /** @type {HTMLElement} */
  let anchor;
  const next = el("button", {
    type: "button",
    class: "button primary",
    onclick: () => (at + 1 < steps.length ? show(at + 1) : end()),
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
    anchor = reveal(steps[at].beside);
    anchor.classList.add("coached");
    // In the anchor, so that Tab goes on from there.
    anchor.append(box);
    title.textContent = `${at + 1} of ${steps.length} · ${steps[at].title}`;
    text.textContent = steps[at].text;
    next.textContent = at + 1 < steps.length ? "Next" : "Done";
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
  if (getComputedStyle(byId("findings")).visibility === (inDrawer ? "hidden" : "never"))
    byId("findings-toggle").click();
  const line = anchor.closest("details");
  if (line) line.open = true;
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
