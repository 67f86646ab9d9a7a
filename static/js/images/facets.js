/** One column's filter: its values with counts, its numbers or dates as bars under a brush, or a text to look for. */

import { el } from "../dom.js";
import { count, formatValue } from "../format.js";
import { allows, conditionText, ofColumn, parseCondition, withValues, without } from "./conditions.js";
import { parseNumber } from "./numbers.js";
import { parseDate } from "./dates.js";
import { histogramOf } from "./histogram.js";

/** @import {Column, Condition, Scheme, Value} from "../types.js" */

/**
 * What a facet needs: the conditions in force, how to change them, and how to keep some images bright while they are
 * pointed at.
 * @typedef {{where: () => readonly string[], put: (where: readonly string[]) => void, scheme: () => Scheme,
 *   point: (places: ReadonlySet<number> | null) => void}} Force
 */
/** @typedef {{node: HTMLElement, update: (passing: Uint8Array | null) => void}} Facet */

/** More values than this are searched, not listed. */
const MOST_VALUES = 200;
const SEARCHED_FROM = 13;
const PLAIN = Object.freeze({ autocomplete: "off", spellcheck: "false" });

/**
 * @param {Column} column @param {readonly Value[]} values  of the whole cohort @param {Force} force @returns {Facet}
 */
export function createFacet(column, values, force) {
  if (column.kind === "number" || column.kind === "date") return barFacet(column, values, force);
  return column.kind === "text" && column.n_unique > MOST_VALUES
    ? textFacet(column.name, force)
    : valueFacet(column, values, force);
}

/**
 * The value that a column's conditions name with a sign; empty where none does.
 * @param {Force} force @param {string} column @param {Condition["test"]} test
 */
function valueOf(force, column, test) {
  const conditions = ofColumn(force.where(), column, force.scheme()).map((text) =>
    parseCondition(text, force.scheme()),
  );
  return conditions.find((one) => one?.test === test)?.value ?? "";
}

/** @param {string} column @param {Force} force @returns {Facet} */
function textFacet(column, force) {
  const field = el("input", {
    type: "search",
    placeholder: "contains …",
    "aria-label": `${column} contains`,
    ...PLAIN,
  });
  field.addEventListener("change", () =>
    force.put([
      ...without(force.where(), column, force.scheme()),
      ...(field.value.trim() ? [conditionText({ column, test: "~", value: field.value.trim() }, force.scheme())] : []),
    ]),
  );
  return {
    node: field,
    update() {
      field.value = valueOf(force, column, "~");
    },
  };
}

/** @param {Column} column @param {readonly Value[]} values @param {Force} force @returns {Facet} */
function valueFacet(column, values, force) {
  const ranked = [...placesBy(values.map(formatValue))].sort(
    ([a, { length: n }], [b, { length: m }]) => Number(a === "") - Number(b === "") || m - n || (a < b ? -1 : 1),
  );
  const rest = choices(
    column,
    ranked.map(([text, held]) => ({ name: text || "missing", texts: [text], held })),
    force,
    true,
  );
  if (ranked.length < SEARCHED_FROM) return rest;
  const search = el("input", {
    type: "search",
    placeholder: `find among ${ranked.length}`,
    "aria-label": `find a value of ${column.name}`,
    ...PLAIN,
  });
  search.addEventListener("input", () => {
    ranked.forEach(([text], i) =>
      rest.node.children[i].toggleAttribute("hidden", !text.toLowerCase().includes(search.value.trim().toLowerCase())),
    );
  });
  return { node: el("div", {}, search, rest.node), update: rest.update };
}

/**
 * Values to be wanted or not, missing among them, with how many there are.
 * @param {Column} column
 * @param {readonly {name: string, texts: readonly string[], held: readonly number[]}[]} groups  `held`: places of their
 *   images
 * @param {Force} force
 * @param {boolean} all  whether these are all values of the column @returns {Facet}
 */
function choices(column, groups, force, all) {
  const texts = groups.flatMap((group) => group.texts);
  /** @param {(text: string) => boolean} wanted */
  const want = (wanted) =>
    force.put(withValues(force.where(), column.name, texts, new Set(texts.filter(wanted)), all, force.scheme()));
  const isAllowed = (/** @type {string} */ text) =>
    allows(force.where(), column, text === "" ? null : text, force.scheme());
  const rows = groups.map(({ name, texts: own, held }) => {
    const box = el("input", {
      type: "checkbox",
      onchange: () => want((text) => (own.includes(text) ? box.checked : isAllowed(text))),
    });
    const only =
      all &&
      groups.length > 2 &&
      el(
        "button",
        {
          type: "button",
          class: "linkish only",
          "aria-label": `Only ${name}`,
          onclick: () => want((text) => own.includes(text)),
        },
        "only",
      );
    const row = el(
      "li",
      { class: own.includes("") || !all ? "facet-value missing" : "facet-value" },
      el("label", { title: name }, box, el("span", {}, name)),
      only,
      el("span", { class: "facet-count" }, count(held.length)),
    );
    pointing(row, force, new Set(held));
    return { own, box, row };
  });
  return {
    node: el("ul", { class: "facet-values" }, ...rows.map(({ row }) => row)),
    update() {
      for (const { own, box, row } of rows) {
        box.checked = own.every(isAllowed);
        // What no range holds comes back only when the range goes.
        box.disabled =
          !all &&
          !box.checked &&
          !own.some((text) =>
            force.where().includes(conditionText({ column: column.name, test: "!=", value: text }, force.scheme())),
          );
        row.title = box.disabled ? "Lies in no range: clear the range to have these too." : "";
      }
    },
  };
}

/** @template K @param {readonly K[]} keys */
function placesBy(keys) {
  /** @type {Map<K, number[]>} */
  const places = new Map();
  keys.forEach((key, i) => {
    const held = places.get(key);
    if (held) held.push(i);
    else places.set(key, [i]);
  });
  return places;
}

/** @param {HTMLElement} node @param {Force} force @param {ReadonlySet<number>} places */
function pointing(node, force, places) {
  node.addEventListener("pointerenter", () => force.point(places));
  node.addEventListener("pointerleave", () => force.point(null));
}

/** @param {Column} column @param {readonly Value[]} values @param {Force} force @returns {Facet} */
function barFacet(column, values, force) {
  const { bars, placeOf, apart } = histogramOf(column, values);
  const places = placesBy(values.map((_, i) => (placeOf[i] < 0 ? apart[i] || "missing" : placeOf[i])));
  const held = bars.map((_, i) => places.get(i) ?? []);
  const highest = Math.max(1, ...held.map(({ length }) => length));
  const share = (/** @type {number} */ n) => `${(100 * n) / highest}%`;
  const nodes = bars.map(({ name }, i) => {
    const [whole, lit] = [el("b"), el("i")];
    const node = el("span", { class: "bin", "data-tip": `${name}: ${count(held[i].length)}` }, whole, lit);
    whole.style.height = share(held[i].length);
    pointing(node, force, new Set(held[i]));
    return { node, lit };
  });
  /** @param {string} from @param {string} to */
  const put = (from, to) => {
    const scheme = force.scheme();
    const isBound = (/** @type {Condition | null} */ one) => one?.column === column.name && /^[<>]=$/.test(one.test);
    const kept = force.where().filter((text) => !isBound(parseCondition(text, scheme)));
    const write = (/** @type {">=" | "<="} */ test, /** @type {string} */ value) =>
      value ? [conditionText({ column: column.name, test, value }, scheme)] : [];
    force.put([...kept, ...write(">=", from), ...write("<=", to)]);
  };
  const box = el("div", { class: "bins", "aria-hidden": "true" }, ...nodes.map(({ node }) => node));
  brush(box, bars.length, (a, b) =>
    a === 0 && b === bars.length - 1 ? put("", "") : put(bars[a].from.slice(2), bars[b].to.slice(2)),
  );
  const bounds = boundFields(column, [bars[0]?.from.slice(2) ?? "", bars.at(-1)?.to.slice(2) ?? ""], put);
  // What has no place on the axis: years alone, what is not read as a date, and what is missing.
  const others = ["year only", "not read as a date", "missing"]
    .map((name) => ({ name, held: places.get(name) ?? [] }))
    .filter(({ held }) => held.length > 0);
  const rest = choices(
    column,
    others.map(({ name, held }) => ({ name, held, texts: [...new Set(held.map((i) => formatValue(values[i])))] })),
    force,
    false,
  );
  return {
    node: el(
      "div",
      {},
      ...(bars.length > 0 ? [box, el("p", { class: "bounds" }, bounds[0], "to", bounds[1])] : []),
      rest.node,
    ),
    update(passing) {
      nodes.forEach(({ node, lit }, i) => {
        lit.style.height = share(passing ? held[i].filter((place) => passing[place]).length : held[i].length);
        node.classList.toggle("out", !allows(force.where(), column, bars[i].inside, force.scheme()));
      });
      [bounds[0].value, bounds[1].value] = [valueOf(force, column.name, ">="), valueOf(force, column.name, "<=")];
      rest.update(passing);
    },
  };
}

/**
 * @param {Column} column @param {readonly string[]} ends  of the axis @param {(from: string, to: string) => void} put
 */
function boundFields({ name: column, kind, writing }, ends, put) {
  const fields = ["from", "to"].map((word, i) =>
    el("input", { type: "text", "aria-label": `${column} ${word}`, placeholder: ends[i], onchange: take, ...PLAIN }),
  );
  function take() {
    const texts = fields.map(({ value }) => value.trim());
    const fits = texts.map(
      (text) =>
        text === "" ||
        (kind === "number" ? parseNumber(text, writing.decimal_comma) : parseDate(text, writing.date_order)) !== null,
    );
    fields.forEach((field, i) => field.setAttribute("aria-invalid", String(!fits[i])));
    if (fits.every(Boolean)) put(texts[0], texts[1]);
  }
  return fields;
}

/**
 * From where the hand goes down to where it is; a click takes one bar.
 * @param {HTMLElement} box @param {number} n @param {(first: number, last: number) => void} put
 */
function brush(box, n, put) {
  let start = -1;
  let [first, last] = [-1, -1];
  const at = (/** @type {PointerEvent} */ event) => {
    const { left, width } = box.getBoundingClientRect();
    return Math.max(0, Math.min(n - 1, Math.floor((n * (event.clientX - left)) / width)));
  };
  const show = () =>
    [...box.children].forEach((node, i) => node.classList.toggle("brushed", i >= first && i <= last && start >= 0));
  box.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    box.setPointerCapture(event.pointerId);
    start = first = last = at(event);
    show();
  });
  box.addEventListener("pointermove", (event) => {
    if (start < 0) return;
    [first, last] = [Math.min(start, at(event)), Math.max(start, at(event))];
    show();
  });
  const end = (/** @type {boolean} */ kept) => () => {
    if (start < 0) return;
    start = -1;
    show();
    if (kept) put(first, last);
  };
  box.addEventListener("pointerup", end(true));
  box.addEventListener("pointercancel", end(false));
}
