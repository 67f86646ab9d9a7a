/**
 * The settings that were looked at, as small maps in a strip beneath the map: to go to again, to name, and to keep one
 * as A beside the one that follows the sliders. Loaded when the first setting has rested.
 */

import { messageOf } from "../api.js";
import { settingAt } from "../compare/setting.js";
import { byId, el } from "../dom.js";
import { questionQuery } from "../evidence/paths.js";
import { plural } from "../format.js";
import { drop, keep, newId } from "../project/kept.js";
import { bodyOf, itemsOf } from "../project/model.js";
import { readCatalogue } from "../settings.js";
import { readLink } from "../url.js";
import { keyOf, renamed, withKept, withLooked } from "./looked.js";
import { drawThumbnail } from "./thumbnail.js";
import { CASES, longOf, shortOf } from "./words.js";

/** @import {ItemBody, Page} from "../types.js" */
/** @import {Drawn, Looked} from "./looked.js" */

/** Maps of more images are not made for the strip alone. */
const MOST_IMAGES = 2000;

/** In the browser: whether somebody has folded the strip or opened it; early.js reads it. */
const KEPT = "negatoscope.steps";

/** @param {Pick<Page, "store" | "toast">} page @returns {() => void}  what is shown is looked at now */
export function bindStrip({ store, toast }) {
  /** @type {readonly Looked[]} */
  let all = [];
  /** The verdict's case in few words, where one is known, by key. @type {Map<string, string>} */
  const said = new Map();
  /**
   * Of what was kept elsewhere, once it was asked for; null until it has come, and for good where it cannot.
   * @type {Map<string, Drawn | null>}
   */
  const fetched = new Map();
  let isFetching = false;
  const drawnOf = (/** @type {Looked} */ { key, drawn }) => drawn ?? fetched.get(key);
  /** The key of the one that is being named. */
  let naming = "";
  /** Drawn once, and again when something that it is drawn of is another. @type {Map<string, HTMLCanvasElement>} */
  const canvases = new Map();
  /** @type {WeakMap<HTMLCanvasElement, readonly unknown[]>} */
  const paintedOf = new WeakMap();
  const list = byId("steps");
  const fold = byId("steps-fold", HTMLButtonElement);
  const isOpen = () => getComputedStyle(list).display !== "none";
  const now = () => keyOf(store.get().params);
  const pinned = () => {
    const { beside } = store.get();
    return beside ? keyOf(beside) : "";
  };

  function toggle() {
    const next = isOpen() ? "folded" : "open";
    document.documentElement.dataset.steps = next;
    try {
      localStorage.setItem(KEPT, next);
    } catch {
      // It is so until the page is left.
    }
    resize();
  }
  /** The style sheet folds it on a low screen. */
  function resize() {
    fold.setAttribute("aria-expanded", String(isOpen()));
    draw();
    void fetchNext();
  }

  /** Asks for what was kept elsewhere, one after the other. */
  async function fetchNext() {
    const { cohort } = store.get();
    const next = all.find((looked) => drawnOf(looked) === undefined);
    if (isFetching || !next || !isOpen() || !cohort || cohort.n_images > MOST_IMAGES) return;
    fetched.set(next.key, null);
    isFetching = true;
    try {
      const { drawn: positions, ...rest } = await settingAt(store, next.params, new AbortController().signal);
      fetched.set(next.key, { ...rest, positions });
      show(all);
    } catch {
      // Going to it says why.
    }
    isFetching = false;
    void fetchNext();
  }

  /** @param {readonly Looked[]} next */
  function show(next) {
    all = next;
    // Whoever types is not interrupted.
    if (naming && list.querySelector("input")) return;
    const focused = /** @type {HTMLElement | null} */ (document.activeElement);
    const [key, act] = list.contains(focused)
      ? [focused?.closest("li")?.dataset.key, focused?.dataset.act]
      : [undefined, undefined];
    byId("steps-count").textContent = `${plural(all.length, "setting")} looked at`;
    list.replaceChildren(...all.map(itemOf));
    mark();
    draw();
    const again = [...list.querySelectorAll("li")].find((item) => item.dataset.key === key);
    /** @type {HTMLElement | null | undefined} */ (again?.querySelector(`[data-act="${act}"]`))?.focus();
  }

  /** @param {Looked} looked */
  function itemOf(looked) {
    const { key, params, name } = looked;
    const go = () => key !== now() && store.set({ params });
    const compare = () => {
      const pins = pinned() !== key;
      store.set({ beside: pins ? params : null });
      keepAs(looked, { pinned: pins });
    };
    const rename = () => {
      naming = key;
      show(all);
      const input = list.querySelector("input");
      input?.select();
    };
    const short = shortOf(params);
    return el(
      "li",
      { class: drawnOf(looked) ? "step" : "step unseen", "data-key": key },
      el(
        "button",
        { type: "button", class: "step-go", "data-act": "go", title: longOf(params), onclick: go, onkeydown: walk },
        canvasOf(key),
        naming !== key && el("span", { class: "step-name" }, name || short),
        el("span", { class: "step-said" }, [name && short, said.get(key)].filter(Boolean).join(" · ")),
      ),
      naming === key && nameField(looked),
      el(
        "span",
        { class: "step-acts" },
        el(
          "button",
          {
            type: "button",
            "data-act": "name",
            "aria-label": `Name ${name || short}`,
            title: "Give it a name",
            onclick: rename,
          },
          "✎",
        ),
        el(
          "button",
          {
            type: "button",
            "data-act": "pin",
            "aria-label": `Keep ${name || short} as A, beside the map`,
            title: "Keep it as A, beside the map",
            onclick: compare,
          },
          "A",
        ),
      ),
    );
  }

  /** The views that are kept, by the keys of their settings. */
  function views() {
    const catalogue = readCatalogue(byId("controls"));
    return itemsOf(store.get().project, "view").map((item) => {
      const { params } = readLink(`?${bodyOf(item).query}`, catalogue).state;
      return { item, key: keyOf(params), params, name: bodyOf(item).name ?? "" };
    });
  }

  /** What has a name or was pinned is kept with the cohort. @param {Looked} looked @param {ItemBody} change */
  function keepAs({ key, params }, change) {
    const item = views().find((view) => view.key === key)?.item;
    const { name, pinned: pins, ...rest } = { ...bodyOf(item), ...change };
    const query = questionQuery(params, store.get()).toString();
    const body = { ...rest, query, said: said.get(key) ?? "", ...(name && { name }), ...(pins && { pinned: true }) };
    const done = name || pins ? keep(store, "view", item?.id ?? newId(), body) : item && drop(store, "view", item.id);
    done?.then(
      (told) => told && toast(told),
      (error) => toast(messageOf(error)),
    );
  }

  /** @param {Looked} looked */
  function nameField(looked) {
    const { key, name, params } = looked;
    const done = (/** @type {string} */ text) => {
      if (naming !== key) return;
      naming = "";
      show(renamed(all, key, text.trim()));
      if (text.trim() !== name) keepAs(looked, { name: text.trim() });
    };
    const input = el("input", {
      type: "text",
      class: "step-naming",
      "data-act": "naming",
      maxlength: 60,
      value: name,
      placeholder: shortOf(params),
      "aria-label": "Name of the setting",
      autocomplete: "off",
      onblur: () => done(input.value),
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter") done(input.value);
      else if (event.key === "Escape") done(name);
      else return;
      event.preventDefault();
      event.stopPropagation();
      /** @type {HTMLElement | null} */ (list.querySelector('[aria-current] [data-act="go"]'))?.focus();
    });
    return input;
  }

  /** @param {string} key */
  function canvasOf(key) {
    const canvas = canvases.get(key) ?? el("canvas", { "aria-hidden": "true" });
    canvases.set(key, canvas);
    return canvas;
  }

  /** Arrows go along the strip. @param {Event} event */
  function walk(event) {
    if (!(event instanceof KeyboardEvent)) return;
    const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    const items = [...list.children];
    const at = items.findIndex((item) => item.contains(/** @type {Node} */ (event.target)));
    /** @type {HTMLElement | null | undefined} */ (by && items[at + by]?.querySelector(".step-go"))?.focus();
    if (by) event.preventDefault();
  }

  /** Which one is shown, and which one is A. */
  function mark() {
    const [shown, a] = [now(), pinned()];
    for (const item of list.querySelectorAll("li")) {
      const is = item.dataset.key === shown;
      item.toggleAttribute("aria-current", is);
      if (is) item.setAttribute("aria-current", "step");
      item.classList.toggle("pinned", item.dataset.key === a);
      item.querySelector('[data-act="pin"]')?.setAttribute("aria-pressed", String(item.dataset.key === a));
    }
  }

  function draw() {
    if (!isOpen()) return;
    const state = store.get();
    for (const looked of all) {
      const canvas = canvasOf(looked.key);
      const drawn = drawnOf(looked);
      if (!drawn) continue;
      const of = [drawn.positions, drawn.clusters, drawn.tints, state.colour, state.scheme];
      if (of.every((part, i) => part === paintedOf.get(canvas)?.[i])) continue;
      if (drawThumbnail(canvas, drawn, state)) paintedOf.set(canvas, of);
    }
  }

  fold.addEventListener("click", toggle);
  addEventListener("resize", resize);
  resize();
  store.watch(["params", "beside"], mark);
  store.watch(["colour", "scheme"], draw);
  store.watch(["verdict"], ({ verdict }) => {
    if (!verdict?.case) return;
    said.set(keyOf(verdict.of), CASES[verdict.case] ?? "");
    show(all);
  });
  const showKept = () => {
    const kept = views();
    for (const { key, item } of kept) if (!said.has(key)) said.set(key, bodyOf(item).said ?? "");
    show(withKept(all, kept));
    void fetchNext();
  };
  store.watch(["project"], showKept);
  showKept();
  return () => {
    const { shown, drawn, clusters, cohort, tints } = store.get();
    if (!shown || !drawn || !clusters || !cohort) return;
    const small = { positions: drawn, clusters, records: cohort.records, tints };
    show(withLooked(all, { key: keyOf(shown), params: shown, drawn: small }, pinned()));
    const item = /** @type {HTMLElement | null} */ (list.querySelector("[aria-current]"));
    if (item) list.scrollTo({ left: item.offsetLeft - (list.clientWidth - item.offsetWidth) / 2 });
  };
}
