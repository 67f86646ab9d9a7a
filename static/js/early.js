/* Runs before the first paint: what was asked to be light never flashes dark, what was folded takes no room. Not a
   module: modules wait. */
(() => {
  const asked = new URLSearchParams(location.search).get("theme");
  const system = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
  const { dataset } = document.documentElement;
  dataset.theme = asked === "light" || asked === "dark" ? asked : system;
  try {
    dataset.steps = localStorage.getItem("negatoscope.steps") ?? "";
  } catch {
    // A browser that keeps nothing goes by the height of the screen.
  }
})();
