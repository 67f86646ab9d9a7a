/** Where the images of the map come from, and what was left out and why. */

import { byId, el } from "../../dom.js";
import { asSentence, count, groupNoun, plural } from "../../format.js";
import { madeText } from "../../made.js";
import { part } from "../../parts.js";
import { canReopen, lookForOne, reopenBox } from "../../reopening.js";
import { changedSince, newSince } from "../folder/words.js";

/** @import {AppState, AppStore, Cohort, Made} from "../../types.js" */

/** @param {AppStore} store @param {Cohort} cohort @param {string} at  the id of the part that is asked for */
export function openReport(store, cohort, at) {
  const { params } = store.get();
  void lookForOne(store);
  const dialog = byId("report", HTMLDialogElement);
  dialog.onclick = ({ target }) => {
    if (target === dialog || (target instanceof Element && target.closest("[data-close]"))) dialog.close();
  };
  byId("report-name").textContent = `What is in ${cohort.name}`;
  byId("report-body").replaceChildren(
    ...contents(cohort, store),
    ...(cohort.made ? madeWith(cohort.made, () => madeText(cohort, params)) : []),
  );
  dialog.showModal();
  document.getElementById(at)?.scrollIntoView({ block: "nearest" });
}

/** @param {Cohort} cohort @param {AppStore} store */
function contents(cohort, store) {
  const { model, skipped } = cohort;
  return [
    ...(cohort.notice ? [el("p", {}, cohort.notice)] : []),
    ...sinceThen(store),
    countsTable(cohort),
    el("h2", {}, `Skipped: ${plural(skipped.length, "file or row", "files and rows")}`),
    skipped.length > 0 ? skippedTable(cohort) : el("p", { class: "quiet" }, nothingListed(cohort)),
    ...(cohort.assumed.length > 0 ? [el("h2", {}, "Assumed while reading"), assumedList(cohort)] : []),
    el("h2", { id: "report-features" }, "Features"),
    el("p", {}, featuresOf(cohort)),
    ...(model.preprocessing ? prepared(cohort, model.preprocessing) : []),
    ...("network" in document.documentElement.dataset ? layers(store) : []),
    ...model.warnings.map((warning) => el("p", { class: "quiet" }, warning)),
  ];
}

/**
 * How images are prepared, and what the network gets of one, which is loaded when somebody looks.
 * @param {Cohort} cohort @param {NonNullable<Cohort["model"]["preprocessing"]>} preprocessing
 */
function prepared({ records }, { text, origin, is_guess }) {
  const who = is_guess ? "This is a guess:" : "So says";
  const said = `Images are prepared so: ${text}. ${who} ${origin}.`;
  const first = records[0];
  if (!first) return [el("p", {}, said)];
  const body = el("div", {});
  const seen = el("details", { id: "tensor" }, el("summary", {}, "What the network gets of an image"), body);
  seen.addEventListener("toggle", () => {
    if (seen.open && body.childElementCount === 0)
      part(import("./tensor.js")).then(({ showTensor }) => showTensor(body, records, first));
  });
  return [el("p", { id: "prepared" }, said), seen];
}

/** @param {Cohort} cohort */
function featuresOf({ model }) {
  const { name, layer, n_features, backend } = model;
  if (n_features === 0) return `There are none: the map is that of ${name}.`;
  const of = layer ? `${name}, layer ${layer}` : name;
  return `${of}: ${plural(n_features, "feature")} an image, computed by the ${backend} backend.`;
}

/** What is other in the folder by now, and what to do about it. @param {AppStore} store */
function sinceThen(store) {
  const { changed, since } = store.get();
  const news = newSince(since);
  if (changed.size === 0 && news.length === 0) return [];
  const again = "Opening again reads the folder as it is now; what is known of a picture is not computed again.";
  return [
    el(
      "section",
      { id: "since" },
      el("h2", {}, "Since the cohort was opened"),
      ...news.map((words) => el("p", {}, asSentence(words))),
      ...(changed.size > 0 ? [el("p", {}, asSentence(changedSince(changed)))] : []),
      ...(canReopen() ? [el("p", { class: "quiet" }, again), reopenBox(store, "Open again", null)] : []),
      ...(changed.size > 0 ? [changedList(changed)] : []),
    ),
  ];
}

/** Where else the network could be read, which is loaded when somebody looks. @param {AppStore} store */
function layers(store) {
  const body = el("div", {});
  const list = el(
    "details",
    { id: "layers" },
    el("summary", {}, "Where the network is read, and where it could be"),
    body,
  );
  list.addEventListener("toggle", () => {
    if (list.open && body.childElementCount === 0)
      part(import("./layers.js")).then(({ showLayers }) => showLayers(body, store));
  });
  return [list];
}

/** @param {Cohort} cohort */
const nothingListed = ({ reduced_to }) =>
  reduced_to === null
    ? "Nothing was left out."
    : "What was left out before the bundle was made is counted above alone.";

/** @param {Made} made @param {() => string} text  of all of it */
function madeWith({ version, features, table, model, backend, seed }, text) {
  const pairs = [
    ["negatoscope", version],
    ["features", features],
    ["table", table],
    ["model", model ?? "none: ready vectors"],
    ["backend", backend],
    ["seed", String(seed)],
  ];
  const rows = pairs.map(([name, value]) => el("tr", {}, el("td", {}, name), el("td", { class: "number" }, value)));
  const copy = el("button", { type: "button", class: "linkish", id: "made-copy", onclick: copied }, "copy all of it");
  async function copied() {
    copy.textContent = await navigator.clipboard.writeText(text()).then(
      () => "copied",
      () => "refused by the browser",
    );
  }
  return [
    el("h2", { id: "report-made" }, "Made with"),
    el(
      "p",
      {},
      "Where version and features are the same, a link gives the same map to the bit on this kind of machine; where ",
      "the table is, too, the same sentences. A link says when they are not.",
    ),
    el("table", { class: "table", id: "made" }, el("tbody", {}, ...rows)),
    el("p", {}, copy),
  ];
}

/** @param {AppState["changed"]} changed */
function changedList(changed) {
  const listed = [...changed.values()]
    .slice(0, MAX_LISTED)
    .map(({ filename, reason }) => el("li", {}, `${filename}: ${reason}`));
  const more = changed.size - listed.length;
  return el("ul", { id: "changed" }, ...listed, more > 0 && el("li", { class: "quiet" }, `and ${count(more)} more`));
}

/** @param {Cohort} cohort */
function countsTable(cohort) {
  const { report } = cohort;
  const where = cohort.filters.length ? `left out by ${cohort.filters.join(" and ")}` : "left out by a filter";
  /** @type {[string, number, boolean][]}  what, how many, shown when zero */
  const lines = [
    ["rows of metadata", report.n_rows, true],
    ["lines that are no rows", report.n_skipped_lines, report.n_skipped_lines > 0],
    [where, report.n_filtered_out, cohort.filters.length > 0],
    ["rows whose file is missing", report.n_missing_files, true],
    ["files that cannot be read", report.n_unreadable, true],
    ["rows that repeat a file name", report.n_duplicates, true],
    ["files without a row", report.n_without_row, true],
    ["files and folders passed over", report.n_passed_over, report.n_passed_over > 0],
    ["images without a vector", report.n_without_vector, report.n_without_vector > 0],
    ["images on the map", cohort.n_images, true],
    ["of them without a country", cohort.n_without_country, true],
    ["of them used to train the model", report.n_in_training, report.n_in_training > 0],
  ];
  const rows = lines
    .filter(([, number, always]) => always || number > 0)
    .map(([what, number]) => el("tr", {}, el("td", { class: "number" }, count(number)), el("td", {}, what)));
  if (cohort.group_column) {
    const groups = el(
      "tr",
      {},
      el("td", { class: "number" }, count(cohort.n_groups)),
      el(
        "td",
        {},
        `${groupNoun(cohort.group_column, cohort.n_groups).replace(/^\S+ /, "")} (column ${cohort.group_column})`,
      ),
    );
    rows.push(groups);
  }
  return el("table", { class: "table" }, el("tbody", {}, ...rows));
}

/** @param {Cohort} cohort */
const assumedList = (cohort) => el("ul", { id: "assumed" }, ...cohort.assumed.map(({ text }) => el("li", {}, text)));

/** Files of one reason that are seen at once. */
const MAX_SHOWN = 20;

/** Files that are listed for one reason when they are asked for; of more the number says enough. */
const MAX_LISTED = 500;

/** Each reason with its number and its files; of one file alone the name. @param {Cohort} cohort */
function skippedTable(cohort) {
  const rows = cohort.skipped_by_reason.map((kind) =>
    el(
      "tr",
      {},
      el("td", { class: "number" }, count(kind.n)),
      el("td", {}, kind.reason),
      el("td", {}, ...files(cohort, kind)),
    ),
  );
  const head = el("tr", {}, el("th", { class: "number" }, "Number"), el("th", {}, "Why"), el("th", {}, "Which"));
  return el("table", { class: "table", id: "skipped" }, el("thead", {}, head), el("tbody", {}, ...rows));
}

/** @param {Cohort} cohort @param {Cohort["skipped_by_reason"][number]} kind */
function files(cohort, { reason, n, examples }) {
  const of = () => cohort.skipped.filter((skipped) => withoutNumbers(skipped.reason) === withoutNumbers(reason));
  const item = (/** @type {Cohort["skipped"][number]} */ skipped) =>
    el("li", {}, skipped.reason === reason ? skipped.filename : `${skipped.filename}: ${skipped.reason}`);
  if (n <= MAX_SHOWN) return [el("ul", {}, ...of().map(item))];
  const list = el("ul", {});
  const details = el("details", {}, el("summary", {}, `${examples.join(", ")}, …`), list);
  details.addEventListener("toggle", () => {
    if (list.childElementCount > 0) return;
    list.append(...of().slice(0, MAX_LISTED).map(item));
    if (n > MAX_LISTED) list.append(el("li", { class: "quiet" }, `and ${count(n - MAX_LISTED)} more`));
  });
  return [details];
}

/** A reason as the server counts it. @param {string} reason */
const withoutNumbers = (reason) => reason.replace(/[0-9…]+/g, "…");
