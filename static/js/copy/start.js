/* Starts the page of a copy. A page that is opened from a folder may fetch nothing, and import no module of it: answers
   come as scripts, and the modules as text of which each is made when it is wanted. Not a module itself. */
(() => {
  /** @type {Record<string, string>} */
  let sources = {};
  /** @type {Map<string, string>} */
  const addresses = new Map();

  /** `../dom.js`, seen from `map/view.js`, is `dom.js`. @param {string} from @param {string} target */
  function resolve(from, target) {
    const path = new URL(target, `file:///${from}`).pathname.slice(1);
    return path === "server.js" ? "copy/server.js" : path;
  }

  /**
   * Where a module can be imported from: what it imports itself is made first.
   * @param {string} path @returns {string}
   */
  function address(path) {
    const known = addresses.get(path);
    if (known) return known;
    const text = sources[path]
      .replace(
        /^((?:import|export) [^;]*?from |import )"(\.[^"]+)";$/gm,
        (_, head, target) => `${head}"${address(resolve(path, target))}";`,
      )
      .replace(/\bimport\("(\.[^"]+)"\)/g, (whole, target) => {
        const later = resolve(path, target);
        return later in sources ? `import(negatoscope.address("${later}"))` : whole;
      });
    const module = new Blob([`${text}\n//# sourceURL=${path}\n`], { type: "text/javascript" });
    const made = URL.createObjectURL(module);
    addresses.set(path, made);
    return made;
  }

  /** @param {string} name */
  const load = (name) =>
    new Promise((done, failed) => {
      const script = document.createElement("script");
      script.src = `${name}.js`;
      script.addEventListener("load", () => {
        script.remove();
        done(globalThis.negatoscope.answers[name]);
        delete globalThis.negatoscope.answers[name];
      });
      script.addEventListener("error", () => failed(new Error(`${name}.js is not in the folder.`)));
      document.head.append(script);
    });

  globalThis.negatoscope = {
    index: { maps: [], settings: [], questions: [], columns: [], ids: [], scores: [], said: "" },
    answers: {},
    load,
    address,
    async run(all) {
      sources = all;
      await import(address("main.js"));
      await import(address("copy/closed.js"));
    },
  };
})();
