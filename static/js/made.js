/** What made a study: how a link of another one differs, and all of it as text. Pure. */

/** @import {Cohort, Made, Params} from "./types.js" */

/**
 * How the study of a link differs from the one that is here, in sentences.
 * @param {{made: string | null, backend: string | null}} linked @param {Made} here @returns {string[]}
 */
export function madeElsewhere(linked, here) {
  const [version, features, table] = linked.made?.split("~") ?? [];
  const said = [];
  if (version && version !== here.version)
    said.push(`This link was made by version ${version}, and this is ${here.version}: maps may differ.`);
  if (linked.backend && linked.backend !== here.backend && features !== here.features)
    said.push(
      `This link was made on features of ${linked.backend}, and here they come of ${here.backend || "a file"}: ` +
        "they differ in the last digits, and a single map may by more.",
    );
  else if (features && features !== here.features)
    said.push("This link was made on other features, of other images or another model: here the map is another one.");
  if (features === here.features && table && table !== here.table)
    said.push(
      "This link was made on another table of these images: map and groups are the same, and what is said of columns " +
        "may not be.",
    );
  return said;
}

/**
 * For who writes down what a map was made with: JSON with every parameter of the setting that is shown.
 * @param {Cohort} cohort @param {Params} params
 */
export function madeText({ made, model, n_images }, params) {
  const { where, own, ...setting } = params;
  const { name, layer, n_features } = model;
  return JSON.stringify(
    { ...made, model: { name, hash: made?.model, layer, n_features }, n_images, where, own, setting },
    null,
    2,
  );
}
