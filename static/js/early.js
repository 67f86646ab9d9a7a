/* Runs before the first paint: a page that was asked to be light never flashes dark. Not a module: modules wait. */
(() => {
  const asked = new URLSearchParams(location.search).get("theme");
  const system = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
  document.documentElement.dataset.theme = asked === "light" || asked === "dark" ? asked : system;
})();
