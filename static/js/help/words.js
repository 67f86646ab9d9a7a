/**
 * Every word on the page that has to be explained, once: a name, one sentence, and a drawing. What a parameter means is
 * said in the catalogue, and its sentence is the first of its help there. Pure.
 */

/**
 * `says` is left out where the catalogue says it.
 * @typedef {{key: string, name: string, says?: string, drawing: string}} Word
 */

// Groups that many drawings are made of.
const LEFT = "a 14,20 20,14 24,22 18,28 28,16 26,30";
const RIGHT = "b 64,36 70,30 74,38 68,43 78,33 80,42";
const FEW = "n 46,10 44,46 88,10 10,48";
const TWO = `${LEFT};${RIGHT};${FEW}`;
/** An even cloud. */
const CLOUD = "n 12,14 24,30 34,12 44,40 52,22 62,44 70,16 82,34 18,44 88,12 40,26 76,48 58,10 30,48";
const AXES = "l M10 6V48H90";

/** @type {readonly (readonly [place: string, words: readonly Word[]])[]} */
export const WORDS = Object.freeze([
  [
    "The map",
    [
      {
        key: "method",
        name: "Method: t-SNE, PCA, UMAP",
        says:
          "How the features become a map: t-SNE and UMAP keep neighbours together, PCA keeps the directions in " +
          "which the images differ most.",
        drawing: `${TWO};t 38,30 →`,
      },
      {
        key: "n_components",
        name: "2-D, 3-D",
        says: "How many axes the map has; groups are found in all of them.",
        drawing: "l M20 44H60M20 44V10M20 44L44 26;a 30,30 38,24 44,34 52,20",
      },
      {
        key: "features",
        name: "Features",
        says:
          "The numbers into which the network turns an X-ray: images that it sees as alike have numbers that are " +
          "alike.",
        drawing:
          "l M8 10H36V46H8Z;d M40 28H52;n 58,12 58,20 58,28 58,36 58,44;" +
          "l M66 12H84M66 20H74M66 28H88M66 36H70M66 44H80",
      },
      {
        key: "perplexity",
        name: "Perplexity",
        drawing: `${LEFT};A 21,21;o 21,21,14;n 50,34 62,12 78,30 84,44 56,46;d M35 24L48 32`,
      },
      {
        key: "n_neighbors",
        name: "Neighbours",
        drawing:
          "A 46,28;a 34,18 60,16 36,40 62,38;l M46 28L34 18M46 28L60 16M46 28L36 40M46 28L62 38;" +
          "n 14,12 82,46 86,20 12,44",
      },
      {
        key: "min_dist",
        name: "Least distance",
        drawing: "a 16,28 22,26 19,32 24,31;b 56,18 70,30 58,42 82,22;d M56 18L70 30",
      },
      { key: "max_iter", name: "Iterations", drawing: `${AXES};w M12 12C24 40 40 44 88 46` },
      { key: "n_epochs", name: "Epochs", drawing: `${AXES};w M12 14C20 36 34 40 48 42S74 46 88 46` },
      {
        key: "random_state",
        name: "Seed",
        drawing: "a 18,16 26,22 16,30;b 36,38 28,42 40,30;d M48 8V50;b 64,14 72,20 60,24;a 80,40 88,34 76,30",
      },
      {
        key: "init",
        name: "Start",
        says:
          "Where the images stand before the map is made: on their first principal components, which is the same " +
          "each time, or anywhere.",
        drawing: "n 14,28 20,28 26,28 32,28 38,28;d M44 28H54;a 62,20 70,16 66,28;b 84,40 78,36 88,32",
      },
      {
        key: "metric",
        name: "Distance",
        says:
          "What counts as far between two images' features: the straight line, the angle between them, or the " +
          "sum of all differences.",
        drawing: "l M16 44L72 12;d M16 44H72V12;A 16,44 72,12",
      },
      { key: "learning_rate", name: "Learning rate", drawing: "l M10 10C26 60 70 60 86 10;A 22,32;w M22 32L38 45" },
      {
        key: "early_exaggeration",
        name: "Early exaggeration",
        drawing: "a 14,28 18,24 20,30;b 78,28 82,24 84,30;w M30 28H44M52 28H66;l M34 24L30 28L34 32M62 24L66 28L62 32",
      },
    ],
  ],
  [
    "The groups",
    [
      {
        key: "clustering",
        name: "DBSCAN, HDBSCAN",
        says:
          "How groups are found on the map: where images lie densely, at one radius for all (DBSCAN) or at many " +
          "(HDBSCAN).",
        drawing: `${TWO};o 21,22,15;o 72,37,15`,
      },
      {
        key: "cluster",
        name: "Cluster, group",
        says: "Images that lie densely together on this map; another map may put them apart.",
        drawing: `${TWO};o 21,22,15`,
      },
      {
        key: "noise",
        name: "In no group",
        says:
          "Images with too few near them to be part of a group, which DBSCAN calls noise: it says nothing bad of " +
          "the X-ray.",
        drawing: `${TWO};o 46,10,6;o 44,46,6;o 88,10,6;o 10,48,6`,
      },
      {
        key: "core",
        name: "Core",
        says: "An image with at least min_samples images within eps, itself counted: drawn large and solid.",
        drawing: "A 40,28;o 40,28,18;a 30,20 50,22 36,40 46,38",
      },
      {
        key: "border",
        name: "Border",
        says: "An image within eps of a core, with too few near itself: drawn small and pale.",
        drawing: "A 36,28;a 26,20 30,38 24,30 40,18;f 52,28,2.6;o 36,28,18",
      },
      { key: "eps", name: "eps", drawing: "A 46,28;o 46,28,20;l M46 28H66;t 52,25 eps;a 36,20 40,40;n 84,14 12,46" },
      { key: "min_samples", name: "min_samples", drawing: "A 40,28;o 40,28,19;a 30,18 50,20 32,38 48,40;t 66,32 5" },
      { key: "min_cluster_size", name: "min_cluster_size", drawing: `${LEFT};o 21,22,15;n 66,36 72,40;o 69,38,9` },
      {
        key: "cluster_selection_method",
        name: "Groups of the hierarchy",
        drawing: "l M48 6V16M24 16H72M24 16V28M72 16V28M62 28H82M62 28V44M82 28V44M24 28V44;a 24,47;b 62,47 82,47",
      },
      {
        key: "k_distance",
        name: "k-distance",
        says:
          "How far each image is from its min_samples-th neighbour, in order: the bend shows an eps at which " +
          "groups part from the rest.",
        drawing: `${AXES};w M12 44C50 42 66 38 74 30S84 12 86 8;d M10 34H72`,
      },
      {
        key: "plane",
        name: "eps × min_samples",
        says:
          "Every pair of the two settings on this map, each as one cell: where the cells around are alike, the " +
          "groups do not hang on the setting.",
        drawing: `${AXES};r 18,34,9,9;r 30,34,9,9;r 30,22,9,9;r 42,22,9,9;r 42,10,9,9`,
      },
    ],
  ],
  [
    "How good the groups look",
    [
      {
        key: "score",
        name: "Score",
        says:
          "How even the groups are and how few images are in none; lower is better, and there is none for a " +
          "single group.",
        drawing: "l M8 48H88;B 14,16,10,32;B 30,20,10,28;B 46,14,10,34;N 70,42,10,6",
      },
      {
        key: "silhouette",
        name: "Silhouette",
        says: "How much nearer images are to their own group than to the next, from −1 to 1; higher is better.",
        drawing: `${LEFT};${RIGHT};l M21 22L28 16;d M21 22L64 36`,
      },
      {
        key: "davies_bouldin",
        name: "Davies-Bouldin (DB)",
        says: "How wide the groups are against the distance between them; lower is better.",
        drawing: "o 26,28,16;o 70,28,12;d M26 28H70;a 26,28;b 70,28",
      },
      {
        key: "calinski_harabasz",
        name: "Calinski-Harabasz (CH)",
        says: "How much groups lie apart against how much they spread within; higher is better.",
        drawing: `${LEFT};${RIGHT};w M26 22L64 34`,
      },
      {
        key: "dbcv",
        name: "DBCV",
        says: "Whether groups are denser than what lies between them, whatever their shape; higher is better.",
        drawing: "a 12,36 18,28 26,22 36,20 46,22 54,28;b 40,46 50,46 60,44 70,38 78,30 84,20",
      },
      {
        key: "trustworthiness",
        name: "Trustworthiness",
        says: "How far those that are near on the map are near in the features too; 1 is best.",
        drawing: "a 22,22 30,30;l M22 22L30 30;d M50 6V50;a 66,20 76,34;l M66 20L76 34",
      },
      {
        key: "continuity",
        name: "Continuity",
        says: "How far those that are near in the features are near on the map too; 1 is best.",
        drawing: "a 20,20 28,28;d M50 6V50;a 62,12 86,44;w M62 12L86 44",
      },
      {
        key: "knn_overlap",
        name: "Neighbour overlap",
        says: "The share of an image's nearest in the features that are among its nearest on the map.",
        drawing: "o 36,28,20;o 60,28,20;a 44,22 52,34 48,28;n 24,28 72,28",
      },
    ],
  ],
  [
    "What the groups mean",
    [
      {
        key: "grouped",
        name: "In a group",
        says: "The share of the images that are in a group, in the middle one of many maps of this setting.",
        drawing: `${TWO};o 21,22,15;o 72,37,15`,
      },
      {
        key: "chance",
        name: "Beyond chance",
        says:
          "Whether cohorts of as many images that have no groups show groups that are as dense, as far apart and " +
          "as even.",
        drawing: "l M8 48H88;N 14,38,8,10;N 24,26,8,22;N 34,16,8,32;N 44,24,8,24;N 54,40,8,8;w M76 8V48",
      },
      {
        key: "again",
        name: "Come again",
        says:
          "How far two maps of this setting put the same images together: 1 is the same groups, 0 no more alike " +
          "than chance.",
        drawing: "a 16,18 22,14 20,24;b 28,40 34,36 36,44;d M48 6V50;a 76,40 82,36 80,46;b 62,16 68,12 70,20",
      },
      {
        key: "made_of",
        name: "Made of",
        says: "Which columns of the table go with the groups, over many maps and with patients kept whole.",
        drawing: "o 24,28,18;a 18,22 26,34 30,24;b 20,34;o 70,28,18;b 64,22 74,34 76,24 66,34",
      },
      {
        key: "column",
        name: "The column that is asked about",
        says:
          "Whether this column goes with the groups further than what is surely in the pictures, such as the " +
          "view or the source.",
        drawing: "l M10 8H86M10 20H86M10 32H86M10 44H86M48 8V44;a 30,14 30,26;b 30,38",
      },
      {
        key: "p",
        name: "p",
        says: "How often shuffled patients go with the groups as well as the real ones: small is rarely chance.",
        drawing: "l M6 46C30 46 34 10 46 10S62 46 90 46;w M72 20V46;f 78,44,2",
      },
      {
        key: "q",
        name: "q",
        says:
          "The p that is left when all columns that were tested are paid for, so that at most that share of the " +
          "finds are false.",
        drawing: "a 14,40 24,38;n 34,34 44,30 54,24 64,18 74,14 84,10;w M8 46L90 34",
      },
      {
        key: "V",
        name: "V",
        says: "Cramér's V: how firmly a column goes with the groups, from 0, not at all, to 1, entirely.",
        drawing: "l M10 28H86;A 62,28;t 6,46 0;t 82,46 1",
      },
      {
        key: "explained",
        name: "Explained, R²",
        says:
          "The share of the differences between images that goes with a column, beyond what shuffled patients " +
          "give.",
        drawing: "l M10 20H86V36H10Z;B 10,20,30,16",
      },
      {
        key: "ari",
        name: "Adjusted Rand index",
        says: "How far two groupings put the same pairs together: 1 the same, about 0 no more alike than chance.",
        drawing: "o 26,28,18;o 70,28,18;a 18,24 28,34 62,24 72,34;b 30,20 76,20;d M44 28H52",
      },
      {
        key: "within",
        name: "Within",
        says:
          "Patients are shuffled only among those that are alike in another column, so that it cannot be what is " +
          "found.",
        drawing: "d M48 6V50;a 16,18 30,34;b 66,18 80,34;w M18 18C26 14 32 24 30 32M68 18C76 14 82 24 80 32",
      },
      {
        key: "expected",
        name: "Expected",
        says: "The line across a bar: how many there would be if every group had the mixture of the whole cohort.",
        drawing: "B 10,12,60,10;B 10,32,24,10;w M46 8V26M40 28V46",
      },
      {
        key: "enriched",
        name: "▲ ▼",
        says: "More or fewer of a value in a group than chance puts there, after paying for all values of all groups.",
        drawing: "B 10,24,56,10;w M40 20V38;f M76 36L82 22L88 36Z",
      },
      {
        key: "missing",
        name: "Missing",
        says: "Images without a value: always counted and shown, and never a group of their own.",
        drawing: "n 16,16 28,16 40,16;o 60,16,4;a 16,38 28,38;o 44,38,4;b 60,38",
      },
      {
        key: "patient",
        name: "Patient",
        says: "Images of one patient are one voice: tests shuffle patients and never single images.",
        drawing: "o 24,28,17;a 18,24 28,22 24,34;o 70,28,17;b 66,26 76,32",
      },
      {
        key: "surrogate",
        name: "Cohort without groups",
        says:
          "As many images and patients in a cloud or along a gradient that is like this cohort's and has no " +
          "groups to find.",
        drawing: CLOUD,
      },
      {
        key: "exploratory",
        name: "Exploratory, confirmatory",
        says:
          "A question asked after looking is exploratory;" +
          " one that was declared before anybody looked is confirmatory.",
        drawing: "l M8 28H88;w M30 18V38;A 62,28;t 16,14 asked;t 54,14 looked",
      },
      {
        key: "look",
        name: "Look",
        says: "A setting whose groups were looked at: each is a chance to be lucky, and all of them are counted.",
        drawing: "l M14 28C30 8 66 8 82 28C66 48 30 48 14 28Z;A 48,28",
      },
    ],
  ],
]);

/** @param {string} key */
export const wordOf = (key) => WORDS.flatMap(([, words]) => words).find((word) => word.key === key);

/** The first of some sentences; what stands in brackets may hold a stop. @param {string} text */
export const firstSentence = (text) => /^.*?[.!?](?=\s[A-Z]|\s*$)/.exec(text.trim())?.[0] ?? text.trim();
