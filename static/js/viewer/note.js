/** The note on the X-ray, beside it. */

import { drop, keep, newId } from "../project/kept.js";
import { bodyOf, itemOf } from "../project/model.js";
import { noteField } from "../project/note.js";
import { noteOn } from "../project/notes.js";

/** @import {AppStore} from "../types.js" */

/**
 * @param {AppStore} store @param {HTMLElement} place
 * @returns {(image: string | null) => void}  shows the note on an image
 */
export function createNote(store, place) {
  /** @type {string | null} */
  let of = null;
  const { node, show, flush } = noteField("Note on this X-ray", async (note) => {
    const image = of;
    if (image === null) return "";
    const { project } = store.get();
    const known = noteOn(project, image)?.id;
    // Two browsers that begin one at once mean the same note; the id may be that of a file that was here before.
    const id = known ?? (itemOf(project, "note", image) ? newId() : image);
    if (note) return keep(store, "note", id, { images: [image], note });
    if (known !== undefined) await drop(store, "note", known);
    return "";
  });
  place.append(node);
  return (image) => {
    // What was written last is of the one before.
    const isOther = image !== of;
    if (isOther) flush();
    of = image;
    if (image !== null) show(bodyOf(noteOn(store.get().project, image)).note ?? "", isOther);
  };
}
