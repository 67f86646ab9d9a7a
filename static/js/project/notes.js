/** Notes on images. Pure. */

import { bodyOf, itemsOf } from "./model.js";

/** @import {Project} from "../types.js" */

/**
 * The note on an image, whatever its id is: a file may have been moved or replaced.
 * @param {Project} project @param {string} image
 */
export const noteOn = (project, image) => itemsOf(project, "note").find((item) => bodyOf(item).images?.[0] === image);
