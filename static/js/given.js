/** What the map of ready coordinates cannot answer, since it would take other maps: closed, with the reason. */

import { keepClosed } from "./closed.js";

const ONE = "The map is that of ready coordinates, and there is no other: start without --embedding to have maps made.";

keepClosed({
  "#search-open, #null-run button, #null input, #null select, #stability-run button, #specifications-open": ONE,
  "#film-open, #plane-of option:not([value=score])": ONE,
});
