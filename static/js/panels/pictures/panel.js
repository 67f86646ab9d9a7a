/** The X-rays on the map: what stands for an image (dots, pictures or both), and where the pictures come from. */

import { byId } from "../../dom.js";
import { atlasUrl, thumbnailUrl } from "../../server.js";

/** @import {AppStore, Clusters, ImageRecord} from "../../types.js" */
/** @import {MapView} from "../../map/view.js" */
/** @import {Marks, PictureSource, Sprite} from "../../map/types.js" */

/** The atlas as the server makes it. */
const TILE = 64;
const PER_ROW = 16;
const PER_PAGE = PER_ROW * PER_ROW;
/** Larger cohorts show few of their images at once: those are asked for one by one. */
const MOST_PAGES = 16;
const LARGE = 256;
const LARGEST = 512;
/** A picture may be enlarged this much before a larger one is asked for. */
const SOFT = 1.5;
/** Pictures that are kept, by their size: more than a large screen can show. */
const KEPT = Object.freeze({ [TILE]: 1500, [LARGE]: 300, [LARGEST]: 40 });
const SIZES = /** @type {const} */ ([TILE, LARGE, LARGEST]);
const AT_ONCE = 6;

/** @param {AppStore} store @param {MapView} view */
export function bindPictures(store, view) {
  const box = byId("marks");
  /** @type {NodeListOf<HTMLInputElement>} */
  const choices = box.querySelectorAll("input");
  box.addEventListener("change", (event) => {
    if (event.target instanceof HTMLInputElement) store.set({ marks: /** @type {Marks} */ (event.target.value) });
  });
  const show = () => {
    const { marks, cohort } = store.get();
    box.hidden = !cohort?.has_images;
    for (const choice of choices) choice.checked = choice.value === marks;
    // Ready vectors have no pictures: whatever the link says, there are dots.
    view.setMarks(cohort?.has_images ? marks : "dots");
  };
  const lost = {
    has: (/** @type {string} */ id) => store.get().changed.has(id),
    tell: () => store.set({ lost: store.get().lost + 1 }),
  };
  store.watch(["marks", "cohort"], show);
  store.watch(["cohort"], ({ cohort }) => {
    view.setPictures(
      cohort?.state === "ready" && cohort.has_images ? createSource(cohort.records, view.refresh, lost) : null,
    );
  });
  store.watch(["changed"], view.refresh);
  store.watch(["clusters"], ({ clusters, cohort }) => {
    if (clusters && cohort) view.setFirst(medoidsOf(clusters, cohort.records));
  });
}

/**
 * The images whose pictures come before all others.
 * @param {Clusters} clusters @param {readonly ImageRecord[]} records
 */
export function medoidsOf(clusters, records) {
  const medoids = new Set(
    clusters.breakdown.clusters.filter(({ label }) => label >= 0).map(({ representatives }) => representatives[0]),
  );
  return records.flatMap(({ id }, i) => (medoids.has(id) ? [i] : []));
}

/**
 * Small pictures from the atlas, large ones one by one; the nearest there is stands in until the right one is loaded.
 * @param {readonly ImageRecord[]} records @param {() => void} loaded
 * @param {{has: (id: string) => boolean, tell: () => void}} lost  pictures that are none to be shown, and who hears of
 *   one
 * @returns {PictureSource}
 */
export function createSource(records, loaded, lost = { has: () => false, tell: () => {} }) {
  /** In the whole cohort, of which the atlas is, whatever is excluded. @param {number} index */
  const place = (index) => records[index].index ?? index;
  const hasAtlas = records.length === 0 || place(records.length - 1) < MOST_PAGES * PER_PAGE;
  /** By address; not yet complete, or broken, it shows nothing. @type {Map<string, HTMLImageElement>} */
  const images = new Map();
  /** By size, the least recently shown first. */
  const kept = { [TILE]: new Set(), [LARGE]: new Set(), [LARGEST]: new Set() };
  /** What the frame that is being drawn lacks. @type {string[]} */
  let wanted = [];
  let loading = 0;

  /** @param {string} url */
  function load(url) {
    const image = new Image();
    image.decoding = "async";
    images.set(url, image);
    loading += 1;
    const done = () => {
      loading -= 1;
      loaded();
    };
    image.addEventListener("load", done);
    image.addEventListener("error", done);
    image.addEventListener("error", lost.tell);
    image.src = url;
  }

  /** @param {string} url @returns {HTMLImageElement | null} */
  function get(url) {
    const image = images.get(url);
    if (!image) wanted.push(url);
    return image?.complete && image.naturalWidth > 0 ? image : null;
  }

  /** @param {number} index @returns {Sprite | null} */
  function tile(index) {
    const image = get(atlasUrl(Math.floor(place(index) / PER_PAGE)));
    const tile = place(index) % PER_PAGE;
    return (
      image && { image, x: TILE * (tile % PER_ROW), y: TILE * Math.floor(tile / PER_ROW), width: TILE, height: TILE }
    );
  }

  /**
   * The middle of it as a square, as the atlas has it.
   * @param {number} index @param {64 | 256 | 512} size @returns {Sprite | null}
   */
  function single(index, size) {
    const url = thumbnailUrl(records[index].id, size);
    kept[size].delete(url);
    kept[size].add(url);
    const image = get(url);
    if (!image) return null;
    const { naturalWidth, naturalHeight } = image;
    const side = Math.min(naturalWidth, naturalHeight);
    return { image, x: (naturalWidth - side) / 2, y: (naturalHeight - side) / 2, width: side, height: side };
  }

  return {
    sprite(index, pixels) {
      // In the atlas its place is black.
      if (lost.has(records[index].id)) return null;
      const small = hasAtlas ? tile(index) : single(index, TILE);
      const large = pixels > SOFT * TILE ? single(index, LARGE) : null;
      const largest = pixels > SOFT * LARGE ? single(index, LARGEST) : null;
      return largest ?? large ?? small;
    },
    settle() {
      for (const url of new Set(wanted)) if (loading < AT_ONCE) load(url);
      wanted = [];
      for (const size of SIZES) {
        for (const url of kept[size]) {
          if (kept[size].size <= KEPT[size]) break;
          kept[size].delete(url);
          images.delete(url);
        }
      }
    },
  };
}
