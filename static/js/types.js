/**
 * The shapes of the server's answers and of the page's own state. Types only; terms are scikit-learn's.
 *
 * @typedef {string | number | boolean | null} Value
 * @typedef {{name: string, kind: "number" | "category" | "text" | "date", n_missing: number, n_unique: number, derived: boolean}} Column
 * @typedef {{id: string, filename: string, group: string | null, country: string | null, values: Record<string, Value>}} ImageRecord
 *
 * @typedef {object} Cohort
 * @property {"pending" | "ready" | "failed"} state
 * @property {string | null} error
 * @property {{done: number, total: number, stage: string} | null} [progress]
 * @property {string} name
 * @property {string} version
 * @property {string | null} notice
 * @property {string[]} filters
 * @property {string | null} group_column
 * @property {boolean} has_images
 * @property {number} n_images
 * @property {number} n_groups
 * @property {number} n_without_country
 * @property {Report} report
 * @property {Column[]} columns
 * @property {ImageRecord[]} records
 * @property {{filename: string, reason: string}[]} skipped
 * @property {{name: string, layer: string, n_features: number, backend: string, warnings: string[]}} model
 *
 * @typedef {object} Report
 * @property {number} n_rows
 * @property {number} n_filtered_out
 * @property {number} n_matched
 * @property {number} n_missing_files
 * @property {number} n_unreadable
 * @property {number} n_duplicates
 * @property {number} n_without_row
 * @property {number} n_in_training
 *
 * @typedef {object} Projection
 * @property {number[][]} coordinates  (n_samples, n_components), in the order of the records
 * @property {Record<string, Value>} params
 * @property {number | null} kl_divergence
 * @property {number[] | null} explained_variance_ratio
 * @property {number} n_iter
 * @property {number} elapsed_ms
 * @property {string[]} warnings
 *
 * @typedef {{value: string, count: number, n_groups: number}} Count
 * @typedef {object} ClusterSummary
 * @property {number} label  -1 is noise
 * @property {number} size
 * @property {number} n_groups
 * @property {Count[]} counts  largest first
 * @property {number} n_missing
 * @property {number} n_groups_missing
 * @property {string[]} representatives  ids, medoid first
 *
 * @typedef {object} Breakdown
 * @property {string} column
 * @property {number} n_missing
 * @property {Count[]} totals
 * @property {ClusterSummary[]} clusters
 *
 * @typedef {object} Clusters
 * @property {Record<string, Value>} params
 * @property {number[]} labels  -1 is noise
 * @property {boolean[]} core
 * @property {number} n_clusters
 * @property {number} n_noise
 * @property {number} score  lower is better
 * @property {number} elapsed_ms
 * @property {string[]} warnings
 * @property {Breakdown} breakdown
 *
 * @typedef {{eps: number, min_samples: number, n_clusters: number, n_noise: number, score: number}} PlaneCell
 * @typedef {{eps: number[], min_samples: number[], cells: PlaneCell[]}} Plane  cells lie eps by eps
 *
 * @typedef {{start: number, stop: number, step: number}} Range  numpy.arange's: stop is left out
 * @typedef {{perplexity: Range, eps: Range, min_samples: Range, min_clusters: number, max_clusters: number}} SearchGrid
 * @typedef {{perplexity: number, eps: number, min_samples: number, n_clusters: number, n_noise: number, score: number, degenerate: boolean}} SearchRow
 * @typedef {object} SearchResult
 * @property {number} n_settings
 * @property {SearchRow[]} results
 * @property {number[]} without_result
 * @property {number} elapsed_ms
 * @property {{perplexity: number[], eps: number[], score: (number | null)[][]}} heat_map
 * @typedef {object} Job
 * @property {string} id
 * @property {"queued" | "running" | "done" | "failed" | "cancelled"} state
 * @property {number} done
 * @property {number} total
 * @property {number | null} eta_ms
 * @property {SearchResult | null} result
 * @property {string | {message: string} | null} error
 *
 * @typedef {object} Params  what the server is asked for; names are the API's
 * @property {"pca" | "tsne"} method
 * @property {2 | 3} n_components
 * @property {number} perplexity
 * @property {number} max_iter
 * @property {number} random_state
 * @property {number | "auto"} learning_rate
 * @property {number} early_exaggeration
 * @property {"pca" | "random"} init
 * @property {string} metric
 * @property {number} eps
 * @property {number} min_samples
 *
 * @typedef {object} AppState
 * @property {Params} params
 * @property {string} colour  "cluster" or a column's name
 * @property {string} breakdown  a column's name
 * @property {import("./map/camera.js").Camera} camera
 * @property {"dark" | "light" | null} theme  null follows the system
 * @property {"dark" | "light"} scheme  what the page shows: the theme, or the system's
 * @property {string | null} image  id of the X-ray that the viewer shows
 * @property {Cohort | null} cohort
 * @property {Projection | null} projection
 * @property {Clusters | null} clusters
 * @property {Params | null} shown  the parameters that `projection` and `clusters` belong to
 * @property {Plane | null} plane
 * @property {import("./colour/encode.js").Encoding | null} encoding  how the points are drawn
 * @property {boolean} busy
 * @property {string | null} trouble  one sentence about the last request that failed
 * @property {number} hovered  index of a record, or -1
 * @property {Focus | null} focus  what stays bright while the rest is dimmed
 *
 * @typedef {{kind: "cluster", label: number} | {kind: "entry", index: number}} Focus
 */

export {};
