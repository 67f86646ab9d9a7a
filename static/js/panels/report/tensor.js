/** What the network gets of an image: the tensor as a picture, and what is in each channel. */

import { getAnswer, messageOf } from "../../api.js";
import { el } from "../../dom.js";
import { imageUrl } from "../../server.js";

/** @import {ImageRecord, Tensor} from "../../types.js" */

/** Images that are offered; of more the first say enough. */
const MAX_OFFERED = 200;

/** @param {HTMLElement} body @param {readonly ImageRecord[]} records @param {ImageRecord} first */
export function showTensor(body, records, first) {
  const choice = el(
    "select",
    { "aria-label": "Image" },
    ...records.slice(0, MAX_OFFERED).map(({ id, filename }) => el("option", { value: id }, filename)),
  );
  const shown = el("div", { "aria-live": "polite" });
  let asked = 0;
  async function show() {
    const number = ++asked;
    const id = choice.value;
    const parts = await getAnswer(imageUrl(id, "/tensor")).then(
      (/** @type {Tensor} */ tensor) => [picture(imageUrl(id, "/tensor.png"), tensor), facts(tensor)],
      (error) => [el("p", { class: "warning" }, messageOf(error))],
    );
    if (number === asked) shown.replaceChildren(...parts);
  }
  choice.value = first.id;
  choice.addEventListener("change", show);
  body.append(choice, shown);
  return show();
}

/** @param {string} address @param {Tensor} tensor */
function picture(address, { shape, range }) {
  const [low, high] = range.map(short);
  return el(
    "figure",
    {},
    el("img", { src: address, alt: "The image as the network gets it", class: "tensor-picture" }),
    el(
      "figcaption",
      { class: "quiet" },
      `${shape.join(" × ")}; black is ${low}, white ${high}, in all channels alike.`,
    ),
  );
}

/** @param {Tensor} tensor */
function facts({ channels }) {
  const names = ["Channel", "Least", "Largest", "Mean", "Std"];
  const rows = channels.map(({ least, largest, mean, std }, number) =>
    el(
      "tr",
      {},
      ...[number + 1, least, largest, mean, std].map((value) => el("td", { class: "number" }, short(value))),
    ),
  );
  const head = el("tr", {}, ...names.map((name) => el("th", { class: "number" }, name)));
  return el("table", { class: "table" }, el("thead", {}, head), el("tbody", {}, ...rows));
}

/** @param {number} value */
const short = (value) => String(Number(value.toPrecision(4)));
