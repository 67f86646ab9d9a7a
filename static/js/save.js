/** Files for the person at the screen, drawings as pixels, and text to be pasted. */

import { el } from "./dom.js";

/** @param {Blob} blob @param {string} name @returns {string}  what has been done */
export function save(blob, name) {
  const url = URL.createObjectURL(blob);
  el("a", { href: url, download: name }).click();
  // The browser may still be reading it.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
  return `Saved ${name}.`;
}

/**
 * @param {{svg: string, width: number, height: number}} drawing @param {number} scale  pixels for each CSS pixel
 * @returns {Promise<Blob>}
 */
export async function pngOf({ svg, width, height }, scale) {
  const url = URL.createObjectURL(new Blob([svg], { type: "image/svg+xml" }));
  const image = el("img", { src: url });
  await image.decode().finally(() => URL.revokeObjectURL(url));
  const canvas = el("canvas", { width: width * scale, height: height * scale });
  canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ resolve) => canvas.toBlob(resolve));
  if (!blob) throw new Error("The picture is too large for this browser: make the window smaller, or save it as SVG.");
  return blob;
}

/** @param {string} text @param {string} done @returns {Promise<string>} */
export async function copied(text, done) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    throw new Error("The browser does not let this page copy: save the script, or copy the address of this page.");
  }
  return done;
}
