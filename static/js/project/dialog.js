/** What is kept of this cohort, in a list; out and in as JSON. */

import { getFile, messageOf, registerSelection, send } from "../api.js";
import { byId, el, find, picture } from "../dom.js";
import { count, plural } from "../format.js";
import { save } from "../save.js";
import { indicesOf } from "../selection/model.js";
import { dropOwn } from "../selection/own.js";
import { changeParams } from "../store.js";
import { readCatalogue } from "../settings.js";
import { shortOf } from "../steps/words.js";
import { readLink } from "../url.js";
import { thumbnailUrl } from "../server.js";
import { drop, keep, refresh } from "./kept.js";
import { bodyOf, itemsOf } from "./model.js";

/** @import {AppStore, Item} from "../types.js" */

/** @type {readonly {kind: Item["kind"], heading: string}[]} */
const KINDS = Object.freeze([
  { kind: "note", heading: "Notes on images" },
  { kind: "selection", heading: "Selections" },
  { kind: "group", heading: "Clusters made by hand" },
  { kind: "view", heading: "Settings" },
]);

/** @param {AppStore} store @returns {() => void}  opens it */
export function bindDialog(store) {
  const dialog = byId("project", HTMLDialogElement);
  const status = byId("project-status");
  const input = find(dialog, "input[type=file]", HTMLInputElement);
  const say = (/** @type {string} */ text, isTrouble = false) => {
    status.textContent = text;
    status.classList.toggle("trouble", isTrouble);
  };
  /** @param {() => Promise<string> | string} act */
  const tried = async (act) => {
    try {
      say(await act());
    } catch (error) {
      say(messageOf(error), true);
    }
  };
  /**
   * What was deleted since the dialog was opened, the last one at the end.
   * @type {{said: string, back: () => Promise<string>}[]}
   */
  let deleted = [];
  const undo = () =>
    tried(async () => {
      const last = deleted.pop();
      return last ? `${last.said} is back. ${await last.back()}` : "";
    });
  /** @param {string} said @param {() => Promise<() => Promise<string>>} act  gives the way back */
  const remove = (said, act) =>
    tried(async () => {
      const back = await act();
      deleted.push({ said, back });
      return `Deleted ${said}.`;
    }).then(
      () =>
        deleted.at(-1)?.said === said &&
        status.append(" ", el("button", { type: "button", class: "linkish", onclick: undo }, "Undo")),
    );
  const draw = () => {
    if (!dialog.open) return;
    const focused = document.activeElement?.closest("li");
    const place = [...dialog.querySelectorAll("li")].indexOf(/** @type {HTMLLIElement} */ (focused));
    byId("project-about").textContent = aboutOf(store);
    const lists = KINDS.flatMap(({ kind, heading }) => listOf(store, kind, heading, dialog, remove));
    byId("project-lists").replaceChildren(...(lists.length > 0 ? lists : [el("p", { class: "quiet" }, NOTHING)]));
    // Who has deleted one by the keyboard goes on with the next.
    const rows = dialog.querySelectorAll("li");
    if (place >= 0) (rows[Math.min(place, rows.length - 1)]?.querySelector("button") ?? input).focus();
  };
  dialog.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element)) return;
    if (target === dialog || target.closest("[data-close]")) dialog.close();
    const act = target.closest("[data-project]")?.getAttribute("data-project");
    if (act === "import") input.click();
    if (act === "export")
      void tried(async () => {
        const { blob } = await getFile("/api/project/export");
        return save(blob, `${store.get().cohort?.name ?? "negatoscope"}-project.json`);
      });
  });
  input.addEventListener("change", () => {
    const file = input.files?.[0];
    if (!file) return;
    void tried(async () => {
      const said = await importFrom(file);
      await refresh(store);
      return said;
    });
    input.value = "";
  });
  dialog.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.key.toLowerCase() !== "z" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    event.preventDefault();
    if (deleted.length > 0) void undo();
  });
  store.watch(["project"], draw);
  return () => {
    say("");
    deleted = [];
    dialog.showModal();
    draw();
  };
}

const NOTHING =
  "Nothing yet. Save a selection, make it a cluster, name a setting in the strip beneath the map, or write a note " +
  "beside an X-ray: it will stand here.";

/** @param {File} file */
async function importFrom(file) {
  let document;
  try {
    document = JSON.parse(await file.text());
  } catch {
    throw new Error(`${file.name} is no JSON: choose a project that was exported here.`);
  }
  const { text, left } = await send("POST", "/api/project/import", document);
  const reasons = left
    .slice(0, 3)
    .map((/** @type {{item: string, reason: string}} */ { item, reason }) => `${item}: ${reason}.`);
  return [text, ...reasons].join(" ");
}

/** @param {AppStore} store */
function aboutOf(store) {
  const { kept, file, warnings, n_looks, n_declared } = store.get().project;
  const where = kept
    ? `Kept on the machine that serves this page, in ${file}, for every browser.`
    : "Kept in this browser alone.";
  const looks = [
    n_looks > 0 && plural(n_looks, "look"),
    n_declared > 0 && plural(n_declared, "declared question"),
  ].filter(Boolean);
  const with_it = looks.length > 0 ? `With it: ${looks.join(" and ")}.` : "";
  return [where, with_it, ...warnings].filter(Boolean).join(" ");
}

/**
 * @param {AppStore} store @param {Item["kind"]} kind @param {string} heading @param {HTMLDialogElement} dialog
 * @param {(said: string, act: () => Promise<() => Promise<string>>) => unknown} remove
 */
function listOf(store, kind, heading, dialog, remove) {
  const items = itemsOf(store.get().project, kind);
  if (items.length === 0) return [];
  const rows = items.map((item) => {
    const { said, more, open } = rowOf(store, item);
    const { note } = bodyOf(item);
    const onopen = () => {
      dialog.close();
      open?.();
    };
    const onremove = () => remove(said, () => takeOut(store, kind, item));
    const [image] = bodyOf(item).images ?? [];
    return el(
      "li",
      {},
      kind === "note" &&
        image !== undefined &&
        store.get().cohort?.has_images &&
        picture(thumbnailUrl(image, 96), "", 36),
      el(
        "div",
        { class: "project-said" },
        open ? el("button", { type: "button", class: "linkish", onclick: onopen }, said) : el("span", {}, said),
        note && el("p", {}, note),
        el("p", { class: "quiet" }, [more, absentOf(item), timeOf(item)].filter(Boolean).join(" · ")),
      ),
      el(
        "button",
        { type: "button", class: "remove", "aria-label": `Delete ${said}`, title: "Delete", onclick: onremove },
        "✕",
      ),
    );
  });
  return [el("h3", {}, heading), el("ul", {}, ...rows)];
}

/**
 * Deletes an item.
 * @param {AppStore} store @param {Item["kind"]} kind @param {Item} item
 * @returns {Promise<() => Promise<string>>}  the way back
 */
async function takeOut(store, kind, item) {
  const body = bodyOf(item);
  const { own } = store.get().params;
  if (kind === "group") await dropOwn(store, item.id);
  else await drop(store, kind, item.id);
  return async () => {
    if (kind === "group") await registerSelection([...(body.images ?? [])], body.name);
    const told = await keep(store, kind, item.id, body);
    if (own.includes(item.id)) changeParams(store, { own: [...store.get().params.own, item.id] });
    return told;
  };
}

/** @param {Item} item */
const absentOf = ({ n_absent }) => (n_absent > 0 ? `${count(n_absent)} not in this cohort` : "");

/** In the reader's own time. @param {Item} item */
const timeOf = ({ time }) =>
  time && new Date(time).toLocaleString(undefined, { dateStyle: "medium", timeStyle: "short" });

/** What stands in a row, and what it opens. @param {AppStore} store @param {Item} item */
function rowOf(store, item) {
  const { cohort } = store.get();
  const { name, images = [], query = "", said: found } = bodyOf(item);
  const records = cohort?.records ?? [];
  const select = () => store.set({ selection: indicesOf(images, records) });
  switch (item.kind) {
    case "note": {
      const record = records.find(({ id }) => id === images[0]);
      const open = record && (() => store.set({ image: record.id }));
      return { said: record?.filename ?? "an image that is not shown now", more: "", open };
    }
    case "view": {
      const { params, breakdown, noise, within } = readLink(`?${query}`, readCatalogue(byId("controls"))).state;
      const words = shortOf(params);
      // Those of earlier versions do not say what was asked.
      const asked = Boolean(new URLSearchParams(query).get("breakdown"));
      const question = asked && [breakdown, within && `within ${within}`].filter(Boolean).join(" ");
      return {
        said: name || words,
        more: [name && words, question, found].filter(Boolean).join(" · "),
        open: () => store.set({ params, ...(asked && { breakdown, noise, within }) }),
      };
    }
    default:
      return { said: name || "without a name", more: plural(images.length, "image"), open: select };
  }
}
