/**
 * What comes of a second setting (the address, the way back, and colours that stay with their groups), and what is
 * wanted later still.
 */

import { followTints } from "./colour/matched.js";
import { bindHelp } from "./help/open.js";
import { bindCopyLink } from "./link.js";
import { bindContoursButton } from "./panels/contours/open.js";
import { part } from "./parts.js";
import { followSteps } from "./steps/follow.js";

/** @import {Page} from "./types.js" */

/** @param {Page} page */
export function bindLate(page) {
  followTints(page.store);
  followSteps(page);
  bindCopyLink(page);
  bindContoursButton(page);
  bindHelp(page);
  if ("given" in document.documentElement.dataset) part(import("./given.js"));
}
