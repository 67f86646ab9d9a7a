/** What the server answers and takes, made of docs/openapi.json by `npm run answers` in tests/browser. */

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    /** @description The values along the axis of the maps, ascending */
    AlongValues: {
      perplexity?: number[];
      n_neighbors?: number[];
    };
    /** @description Every column against the clusters. */
    Association: {
      /** @description The column of interest. */
      column: string;
      /** @description The column that was chosen beforehand: judged by its own p, all others by q. */
      planned: string;
      /** @description The column whose levels are held fixed. */
      within: string | null;
      noise: components["schemas"]["Noise"];
      /** @description What follows, in sentences. */
      verdict: string;
      /** @description What to know of the tests, in sentences. */
      warnings: string[];
      /** @description Of each test. */
      n_permutations: number;
      /** @description Settings whose clusters were viewed since the server started. */
      n_settings_viewed: number;
      /** @description Null in a report, where equal inputs give equal bytes. */
      elapsed_ms: number | null;
      /** @description The one that explains most first, those that cannot be tested last. */
      columns: components["schemas"]["ColumnTest"][];
    };
    /** @description What had to be assumed. */
    Assumption: {
      /** @description What it is about, for programs: `encoding`, `separator`, `missing_words`, …. */
      topic: string;
      /** @description The column that it is about; null where it is about all of the cohort. */
      column: string | null;
      /** @description In one sentence. */
      text: string;
    };
    /**
     * @description A parameter that a search or a plane goes along
     * @enum {string}
     */
    Axis: "eps" | "min_cluster_size" | "min_samples" | "n_neighbors" | "perplexity";
    /** @description One bin of an axis. */
    AxisBin: {
      /** @description What it holds, in words. */
      name: string;
      /** @description Its lower end; empty where it is open. */
      start: string;
      /** @description As a condition has it, with `>=`; null where there is no such bound. */
      from: string | null;
      /** @description The most that it holds, with `<=`. */
      to: string | null;
    };
    /** @description A setting, its value of each axis under the name of the axis. */
    BestPlace: {
      eps?: number;
      min_samples?: number;
      min_cluster_size?: number;
      /** @description Clusters there. */
      n_clusters: number;
    };
    /** @description What an item says; of each kind some of it. */
    Body: {
      /** @description Its name; of a selection there is one. */
      name?: string;
      /** @description A note on it, as plain text. */
      note?: string;
      /** @description Its images; of a note one. */
      images?: string[];
      /** @description The setting of a view, as the query of a link. */
      query?: string;
      /** @description Whether a view was kept beside the map. */
      pinned?: boolean;
      /** @description What was found of a view when it was kept, in few words. */
      said?: string;
    };
    /** @description Clusters by the values of one column. */
    Breakdown: {
      column: string;
      /** @description Images without a value. */
      n_missing: number;
      /** @description Of all images, the most frequent value first. */
      totals: components["schemas"]["ValueCount"][];
      /** @description Of a column of numbers or dates: the bins that all clusters are counted in. */
      axis: components["schemas"]["ValueAxis"] | null;
      /** @description The noise last. */
      clusters: components["schemas"]["ClusterBreakdown"][];
    };
    /** @description Groups that a hand drew, in patients that did not make them. */
    ByHand: {
      /** @description The column of interest. */
      column: string;
      /** @description Every column, the one with the least p first. */
      columns: components["schemas"]["Replicated"][];
      /** @description Splits of the patients in two halves. */
      n_splits: number;
      /** @description What it says of the column of interest. */
      sentence: string;
    };
    /** @description A cell's value; a date as ISO 8601 has it, in the precision that it was given in. */
    CellValue: number | string | boolean;
    /** @description One aspect of the setting against cohorts without clusters. */
    ChanceTest: {
      /**
       * @description dense (DBCV), separated (silhouette, 0 for an image in no group), even (minus half of the
       *     notebook's score per image, at worst -1), or clustered (the share of the images), which is told and not judged.
       */
      aspect: string;
      /** @description The mean over a few maps of this cohort; more is better. */
      observed: number;
      /** @description The median of the surrogates of the kind that does best. */
      by_chance: number;
      /** @description Surrogates that do as well or better. */
      n_as_good: number;
      /** @description (1 + these) / (1 + surrogates). */
      p_value: number;
      /** @description Westfall and Young's over the three that are judged. */
      adjusted: number | null;
    };
    /** @description One of them. */
    ChangedPicture: {
      /** @description The image. */
      id: string;
      /** @description Its file. */
      filename: string;
      /** @description Whether it is another picture or gone, in a sentence. */
      reason: string;
    };
    /** @description What is other in the folder than when the cohort was opened. */
    ChangedPictures: {
      /** @description The images whose files are not those any more that the features were made of, in the order of the records. */
      changed: components["schemas"]["ChangedPicture"][];
      /**
       * @description How many pictures lie there that did not, whether a row of the metadata names them or not; their names are
       *     not told, since they may be patients'.
       */
      n_new: number;
      /** @description What became of the metadata; null where nothing did. */
      table: components["schemas"]["TableSince"] | null;
      /** @description False where the folder takes so long to look at that there may be more. */
      is_whole: boolean;
    };
    /** @description One cluster, or the noise, by the values of a column. */
    ClusterBreakdown: {
      /** @description -1 is noise. */
      label: number;
      /** @description Images in it. */
      size: number;
      /** @description Patients of these images. */
      n_groups: number;
      /** @description The most frequent value first. */
      counts: components["schemas"]["ValueCount"][];
      /** @description Images without a value. */
      n_missing: number;
      /** @description Patients of images without a value. */
      n_groups_missing: number;
      /** @description Its images on the axis. */
      spread: components["schemas"]["Spread"] | null;
      /** @description Ids of its most central images, the medoid first. */
      representatives: string[];
    };
    /** @description How one cluster fares. */
    ClusterStability: {
      label: number;
      /** @description Images in it. */
      size: number;
      /**
       * @description The mean Jaccard index, 0 to 1, with the most similar cluster of each run with another seed
       *     (Hennig 2007).
       */
      jaccard_seeds: number | null;
      /** @description The same over the resamples that hold a member. */
      jaccard_resamples: number | null;
      /** @description What the lower of the two says. */
      verdict: components["schemas"]["Verdict2"] | null;
    };
    /**
     * @description How a map is clustered
     * @enum {string}
     */
    ClusteringMethod: "dbscan" | "hdbscan";
    /** @description The clusters of a map at one setting. */
    Clusters: {
      params: components["schemas"]["SettingParams"];
      /** @description Noise not counted. */
      n_clusters: number;
      /** @description Images in no cluster. */
      n_noise: number;
      /** @description Of each image, in the order of the records; -1 is noise, numbered as scikit-learn does. */
      labels: number[];
      /** @description Whether each image is a core point. */
      core: boolean[];
      /** @description How firmly each image is in its cluster, 0 to 1; null of methods that do not tell. */
      probabilities: number[] | null;
      /** @description The notebook's score; lower is better. */
      score: number;
      /** @description Null in a report, where equal inputs give equal bytes. */
      elapsed_ms: number | null;
      /** @description What to know of the map and its clusters, in sentences. */
      warnings: string[];
      /** @description What the warnings are about, in the same order. */
      warning_codes: string[];
      /** @description The clusters that were picked by hand, in the order of `own`. */
      own: components["schemas"]["OwnCluster"][];
      breakdown: components["schemas"]["Breakdown"];
      /** @description Silhouette (Rousseeuw 1987), higher is better; null where it is undefined, or too many images for it */
      silhouette: number | null;
      /** @description Davies-Bouldin index (1979), lower is better; null where it is undefined, or too many images for it */
      davies_bouldin: number | null;
      /** @description Calinski-Harabasz index (1974), higher is better; null where it is undefined, or too many images for it */
      calinski_harabasz: number | null;
      /** @description Density-based validation (Moulavi et al. 2014), higher is better; null where it is undefined, or too many images for it */
      dbcv: number | null;
    };
    /** @description A cohort, record by record. */
    Cohort: {
      /** @description Lists are final when it is ready. */
      state: components["schemas"]["CohortState"];
      /** @description Why it failed, in a sentence. */
      error: string | null;
      progress: components["schemas"]["CohortProgress"];
      name: string;
      /** @description Of the program. */
      version: string;
      /** @description What to know of the cohort before all else. */
      notice: string | null;
      /** @description Conditions of the command line, which the cohort's images meet. */
      filters: string[];
      /** @description The column that names the patient, where one does. */
      group_column: string | null;
      has_images: boolean;
      /**
       * @description The longest side in pixels of the pictures of a bundle, which has no larger ones; null where the
       *     images themselves are there.
       */
      reduced_to: number | null;
      n_images: number;
      /** @description Images of the whole cohort that do not meet `where`. */
      n_excluded: number;
      /** @description Patients; images where no column names patients. */
      n_groups: number;
      n_without_country: number;
      report: components["schemas"]["JoinReport"];
      columns: components["schemas"]["Column"][];
      records: components["schemas"]["ImageRecord"][];
      /** @description What was left out. */
      skipped: components["schemas"]["Skipped"][];
      /** @description The same by reason, the most frequent first. */
      skipped_by_reason: components["schemas"]["SkippedReason"][];
      /** @description What had to be assumed to read the files. */
      assumed: components["schemas"]["Assumption"][];
      /** @description Words that mean that a value is missing, in lower case. */
      missing_words: string[];
      model: components["schemas"]["Model"];
      /** @description What made it all; null until it is ready. */
      made: components["schemas"]["Made"] | null;
    };
    /** @description How far the preparation is. */
    CohortProgress: {
      /** @description Images read. */
      done: number;
      /** @description Images in all. */
      total: number;
      /** @enum {string} */
      stage: "features";
    };
    /**
     * @description Where the preparation of a cohort stands.
     * @enum {string}
     */
    CohortState: "pending" | "ready" | "failed";
    /** @description One column of the metadata, or one derived from it or from the pictures. */
    Column: {
      name: string;
      kind: components["schemas"]["ColumnKind"];
      n_missing: number;
      /** @description Distinct values. */
      n_unique: number;
      /** @description Whether it was computed here rather than given. */
      derived: boolean;
      /** @description Whether it says what the pictures tell, and not what the metadata says of them. */
      of_pictures: boolean;
      writing: components["schemas"]["Writing"];
    };
    /**
     * @description What the values of a column are.
     * @enum {string}
     */
    ColumnKind: "number" | "category" | "text" | "date";
    /** @description One column against the clusters. What a test finds is null where there was none. */
    ColumnTest: {
      name: string;
      kind: components["schemas"]["ColumnKind"];
      /** @description Whether it was computed here rather than given. */
      derived: boolean;
      /** @description Whether it was chosen beforehand: judged by its own p, all others by q. */
      planned: boolean;
      testable: boolean;
      /** @description Why it cannot be tested. */
      reason: string | null;
      /**
       * @description The share of the variation that goes with the clusters, 0 to 1: Cramér's V squared, or eta
       *     squared of midranks.
       */
      statistic: number | null;
      /**
       * @description The statistic corrected for chance: 1 is as much as there can be, 0 what chance gives,
       *     negative is less. The one scale for columns of every kind.
       */
      explained: number | null;
      /** @description The root of what is explained, 0 where that is negative. */
      effect: number | null;
      /** @description Pearson's chi-squared; null for numbers. */
      chi_squared: number | null;
      /** @description Corrected for bias (Bergsma 2013), 0 to 1; null for numbers. */
      cramers_v: number | null;
      /** @description Adjusted mutual information; null for numbers, and within levels. */
      ami: number | null;
      /**
       * @description The share of arrangements with a statistic at least as large; null where clusters were
       *     drawn by hand.
       */
      p_value: number | null;
      /** @description Benjamini and Hochberg's; null too for the column that was chosen beforehand. */
      q_value: number | null;
      /** @description Whether it goes with the clusters, by p where it was chosen beforehand and by q where not. */
      evident: boolean;
      /** @description The effect that would have been found in 80% of such cohorts. */
      detectable_effect: number | null;
      /** @description Images that count. */
      n_images: number;
      /** @description Patients of these images. */
      n_groups: number;
      /** @description Images without a value, or without a level of the column held fixed. */
      n_missing: number;
      /** @description Images left out because they are noise. */
      n_noise: number;
      /** @description Patients that can exchange values with another. */
      n_movable: number;
      moves: components["schemas"]["Moved"];
      /** @description What was found, in a sentence. */
      sentence: string;
    };
    /** @description When a question was declared, and after what. */
    Declared: {
      /** @description In UTC (RFC 3339). */
      time: string;
      /** @description Looks at its column before that: none, and it is confirmatory. */
      looks_before: number;
      /** @description Whether it means any setting. */
      any: boolean;
      /** @description In words. */
      text: string;
    };
    /** @description A question that was declared. */
    DeclaredQuestion: {
      /** @description The column; null of a search or a proposal. */
      column: string | null;
      /** @description The column whose levels are held fixed. */
      within: string | null;
      noise: components["schemas"]["NoiseIs"];
      /** @description The conditions that the images meet. */
      where: string[];
      /** @description The setting in words. */
      setting: string;
      /** @description The setting; null where any is meant. Of many settings it is what they go out from. */
      params: components["schemas"]["SettingParams"] | null;
      /** @description In UTC (RFC 3339). */
      time: string;
      /** @description Looks at its column before that: none, and it is confirmatory. */
      looks_before: number;
      /** @description Whether it means any setting. */
      any: boolean;
      /** @description In words. */
      text: string;
    };
    /**
     * @description How far apart two images are in feature space.
     * @enum {string}
     */
    DistanceMetric: "euclidean" | "cosine";
    /** @description One value in one cluster. */
    EnrichedCell: {
      /** @description -1 is noise. */
      label: number;
      value: string;
      /** @description Images of the cluster with the value. */
      count: number;
      /** @description How many there would be if every cluster had the same mixture. */
      expected: number;
      /** @description Patients of these images. */
      n_groups: number;
      /** @description Natural logarithm of the odds of the value in the cluster over those outside. */
      log_odds_ratio: number | null;
      /** @description Lower end of its interval of 95%, over the patients. */
      low: number | null;
      /** @description Upper end of its interval of 95%, over the patients. */
      high: number | null;
      p_value: number | null;
      /** @description Benjamini and Hochberg's, over all cells. */
      q_value: number | null;
      /** @description What survives all cells being looked at. */
      mark: components["schemas"]["Mark"] | null;
      /** @description What was found, in a sentence. */
      sentence: string;
    };
    /** @description Each value of the column of interest in each cluster. */
    Enrichment: {
      column: string;
      testable: boolean;
      /** @description Why it cannot be tested. */
      reason: string | null;
      /** @description Images that count. */
      n_images: number;
      /** @description Patients of these images. */
      n_groups: number;
      /** @description Images without a value. */
      n_missing: number;
      /** @description Images left out because they are noise. */
      n_noise: number;
      n_permutations: number;
      /** @description Resamples of patients that the intervals come of. */
      n_bootstrap: number;
      /** @description Settings whose clusters were viewed since the server started. */
      n_settings_viewed: number;
      cells: components["schemas"]["EnrichedCell"][];
    };
    /** @description What went wrong. */
    ErrorBody: {
      /** @description For programs. */
      code: components["schemas"]["ErrorCode"];
      /** @description What to change, in one sentence. */
      message: string;
      /** @description The parameter that is at fault. */
      parameter?: string | null;
      /** @description Images read, while features are being computed. */
      done?: number | null;
      /** @description Images in all, while features are being computed. */
      total?: number | null;
    };
    /** @description What kind of error it is. */
    ErrorCode:
      | "invalid_parameter"
      | "invalid_body"
      | "too_large"
      | "unfit_cohort"
      | "not_found"
      | "picture_changed"
      | "study_replaced"
      | "forbidden"
      | "unauthorized"
      | "features_pending"
      | "study_failed"
      | "busy"
      | "not_kept"
      | "method_not_allowed"
      | "internal";
    /** @description What every error is answered with. */
    ErrorEnvelope: {
      /** @description What went wrong. */
      error: components["schemas"]["ErrorBody"];
    };
    /** @description Something that was made, as it is carried along. */
    ExportedItem: {
      /** @description What it is; a `look` is something that was looked at or declared. */
      kind: string;
      id: string;
      /** @description When it was made, in milliseconds since 1970. */
      made: number;
      /** @description When it was changed last, likewise: of two with one name the later counts. */
      changed: number;
      /**
       * @description Whether it was taken back.
       * @default false
       */
      gone: boolean;
      /**
       * @description What it says: an object, of a look the query that would ask the same again; null once it is gone.
       * @default null
       */
      body: unknown;
    };
    /** @description A part of a stream that cannot be had. */
    FailedPart: {
      /** @description The name of its event. */
      part: string;
      /** @description What went wrong. */
      error: components["schemas"]["ErrorBody"];
    };
    /** @description A map that is forming. */
    Frame: {
      /** @description Iterations so far. */
      n_iter: number;
      /** @description Images and axes. */
      shape: [number, number];
      /** @description Base64 of little-endian 32-bit floats, row by row. */
      coordinates: string;
    };
    /** @description A map as it formed, to be played. */
    Frames: {
      /** @description Iterations of each frame, ascending. */
      n_iter: number[];
      /** @description Images and axes of every frame. */
      shape: [number, number];
      /** @description Of each frame, base64 of little-endian 32-bit floats, row by row. */
      coordinates: string[];
    };
    /**
     * @description The best of each map and each value of the clusters' first axis; the values of each axis stand
     *     under its name.
     */
    HeatMap: {
      /** @description That of the maps, null where there is one map, and the clusters' first. */
      axes: [components["schemas"]["Axis"] | null, components["schemas"]["Axis"] | null];
      /** @description What the search was ranked by, a row for each map; null where no setting is admissible. */
      score: (number | null)[][];
      perplexity?: number[];
      n_neighbors?: number[];
      eps?: number[];
      min_samples?: number[];
      min_cluster_size?: number[];
    };
    /** @description One image. */
    ImageRecord: {
      /** @description Its place in the whole cohort, whatever is left out. */
      index: number;
      /** @description A short hash of the normalised file name; of features alone the row number. */
      id: string;
      filename: string;
      /** @description The patient. */
      group: string | null;
      country: string | null;
      /** @description Whether the network in use was trained on it, as far as that is known. */
      is_taught: boolean;
      /** @description Bits that the picture uses of each sample. */
      bits: number | null;
      /** @description How far its pixels are apart, where its file says so. */
      spacing: components["schemas"]["Spacing"] | null;
      /** @description Which of its samples are shown at first, where its file says so of more than 8 bits. */
      window: components["schemas"]["Window"] | null;
      /** @description By column, null where missing. */
      values: {
        [key: string]: components["schemas"]["CellValue"] | null;
      };
    };
    /** @description What came of a document. */
    Imported: {
      /** @description Items that were new, or newer than what was here. */
      n_taken: number;
      /** @description Items that were here already. */
      n_known: number;
      /** @description Items that were left out. */
      left: components["schemas"]["LeftOut"][];
      /** @description Images that the items name and that are not in this cohort; what names them is kept all the same. */
      n_absent: number;
      /** @description In words. */
      text: string;
    };
    /** @description What came of a change. */
    ItemKept: {
      item: components["schemas"]["ProjectItem"];
      /** @description What was there, where another had changed it since it was seen. */
      overwritten: components["schemas"]["ProjectItem"] | null;
    };
    /** @description Where a job stands. */
    Job: {
      id: string;
      /**
       * @description What kind of work it is.
       * @enum {string}
       */
      kind: "search" | "null" | "stability" | "report";
      state: components["schemas"]["JobState"];
      /**
       * @description Units done: the settings of a search, the cohorts of a null, the maps of a stability or a
       *     report. Less than all until it is done.
       */
      done: number;
      /** @description Units in all. */
      total: number;
      /** @description Expected time until the end in milliseconds, while it runs and some of it is done. */
      eta_ms: number | null;
      /** @description Once it is done. */
      result: components["schemas"]["JobResult"] | null;
      /** @description What went wrong, in one sentence. */
      error: string | null;
    };
    /** @description What comes of a job, by its kind. */
    JobResult:
      | components["schemas"]["Search"]
      | components["schemas"]["Null"]
      | components["schemas"]["Stability"]
      | components["schemas"]["ReportAddress"];
    /** @description A job that was started. */
    JobStarted: {
      /** @description What `/api/jobs/{id}` takes. */
      id: string;
    };
    /**
     * @description Where a job stands.
     * @enum {string}
     */
    JobState: "queued" | "running" | "done" | "failed" | "cancelled";
    /** @description How many rows and files met, and how many did not. */
    JoinReport: {
      /** @description Rows of the metadata that are not blank. */
      n_rows: number;
      /** @description Lines of the metadata that are no rows. */
      n_skipped_lines: number;
      /** @description Rows that the filters leave out. */
      n_filtered_out: number;
      /** @description Rows that became records. */
      n_matched: number;
      /** @description Rows whose file is not there. */
      n_missing_files: number;
      /** @description Rows whose file is no picture that can be read. */
      n_unreadable: number;
      /** @description Rows that name a file which an earlier row has already. */
      n_duplicates: number;
      /** @description Files that no row names. */
      n_without_row: number;
      /**
       * @description Files, folders, and lines or sheets of tables that are not read though somebody may look
       *     for them.
       */
      n_passed_over: number;
      /** @description Records that ready vectors do not have. */
      n_without_vector: number;
      /** @description Images that a built-in model was trained on, where it is used. */
      n_in_training: number;
    };
    /** @description How far the neighbours are that a clustering asks for. */
    KDistance: {
      /** @description Which neighbour, the image itself counted. */
      min_samples: number;
      /** @description Images in all. */
      n: number;
      /** @description Ranks of the distances that are given, from 1, ascending. */
      rank: number[];
      /** @description The distance of each of them on the standardised map, ascending. */
      distance: number[];
    };
    /** @description What a person can make. */
    KindOfItem: "selection" | "group" | "note" | "view";
    /**
     * @description What a look is.
     * @enum {string}
     */
    KindOfLook: "condition" | "column" | "level" | "noise" | "setting" | "plane" | "settings" | "search" | "proposal";
    /** @description Some images by one layer, on its first two principal components. */
    LayerMap: {
      layer: string;
      n_features: number;
      /** @description The images, in the order of the records. */
      ids: string[];
      /** @description Of each image. */
      coordinates: [number, number][];
    };
    /** @description An item that was not taken. */
    LeftOut: {
      item: string;
      reason: string;
    };
    /** @description One of the questions. */
    Line: {
      /** @description Which it is: features, grouped, chance, again, made_of or column. */
      key: string;
      /** @description Whether it holds; null where that cannot be told, or not yet. */
      holds: boolean | null;
      /** @description What is asked, in two words. */
      label: string;
      /** @description The answer in a few words. */
      short: string;
      /** @description The answer with its numbers. */
      text: string;
      /** @description The number that it rests on, if any. */
      value: number | null;
      /** @description The same as it is written, with what it is; empty where there is none. */
      written: string;
    };
    /** @description Something that was looked at. */
    Look: {
      /**
       * @description What it changed of the look before it, or that it is of many settings: a plane, those around one, a search, or
       *     those among which one was found to open with.
       */
      kind: components["schemas"]["KindOfLook"];
      /** @description When it was first, in UTC (RFC 3339). */
      time: string;
      /** @description The column; null of a search or a proposal. */
      column: string | null;
      /** @description The column whose levels are held fixed. */
      within: string | null;
      noise: components["schemas"]["NoiseIs"];
      /** @description The conditions that the images meet. */
      where: string[];
      /** @description The setting in words. */
      setting: string;
      /** @description The setting; null where any is meant. Of many settings it is what they go out from. */
      params: components["schemas"]["SettingParams"] | null;
      /** @description Settings that were looked at: 1 of a verdict. */
      n_settings: number;
      /** @description The column's own p; null where it was not tested. */
      p: number | null;
      /** @description The verdict's case; null of many settings. */
      case: string | null;
    };
    /**
     * @description All that was looked at and declared of a cohort, the first first: kept with it, over restarts and
     *     browsers.
     */
    Looks: {
      looks: components["schemas"]["Look"][];
      questions: components["schemas"]["DeclaredQuestion"][];
    };
    /**
     * @description What made a study: equal versions and features make equal maps and groups, and with an equal table all
     *     that is said of columns is equal, too. It is of the whole cohort, whatever `where` leaves out.
     */
    Made: {
      /** @description Of the program. */
      version: string;
      /** @description The start of the hash of the features. */
      features: string;
      /** @description The start of a hash of the patients and of all columns, in the order of the images. */
      table: string;
      /** @description The start of the model file's hash; null for ready vectors. */
      model: string | null;
      /** @description What ran the network. */
      backend: string;
      /** @description Of all that is repeated at random. */
      seed: number;
    };
    /**
     * @description How a map is made
     * @enum {string}
     */
    MapMethod: "tsne" | "pca" | "umap" | "given";
    /** @description The parameters of a map as they were used: its method, and what the method has */
    MapParams: {
      /** @enum {unknown} */
      method: "tsne" | "pca" | "umap" | "given";
      n_components?: number;
      perplexity?: number;
      max_iter?: number;
      n_neighbors?: number;
      min_dist?: number;
      random_state?: number;
      /** @enum {unknown} */
      init?: "pca" | "random";
      /** @enum {unknown} */
      metric?: "euclidean" | "cosine" | "manhattan";
      learning_rate?: number | "auto";
      early_exaggeration?: number;
      n_epochs?: number | "auto";
    };
    /**
     * @description More or fewer than chance gives.
     * @enum {string}
     */
    Mark: "enriched" | "depleted";
    /**
     * @description What clusters are judged by
     * @enum {string}
     */
    MeasureKey: "score" | "silhouette" | "davies_bouldin" | "calinski_harabasz" | "dbcv";
    /** @description What made the features. */
    Model: {
      name: string;
      layer: string | null;
      /**
       * @description How the layer's positions become one number for each feature; null for ready vectors.
       * @enum {string|null}
       */
      pool: "mean" | "max" | "cls" | null;
      /** @description How images are prepared for it; null where no network runs. */
      preprocessing: components["schemas"]["ModelPreprocessing"] | null;
      /** @description What was done to the features before all else, in a sentence; null where nothing was. */
      scaling: string | null;
      /** @description Numbers of each image. */
      n_features: number;
      /** @description What ran the network. */
      backend: string;
      /** @description What to know of it, in sentences. */
      warnings: string[];
    };
    /** @description One layer. */
    ModelLayer: {
      /** @description What `--layer` takes. */
      name: string;
      /** @description The node that computes it, which `--layer` takes, too. */
      node: string;
      /** @description Its operator in ONNX. */
      op: string;
      /** @description The author's block that it is in, as far as names tell. */
      block: string;
      /** @description What the block is listed under. */
      group: string;
      /** @description Null where an axis is free. */
      shape: (number | null)[] | null;
      n_features: number | null;
      /** @description Whether it is the one that is read. */
      is_read: boolean;
    };
    /** @description The layers of the network that runs. */
    ModelLayers: {
      model: string;
      /** @description The layer that is read. */
      read: string;
      /** @description The one that is read if nobody chooses; null where somebody has to. */
      default: string | null;
      /** @description In the order in which the network computes them. */
      layers: components["schemas"]["ModelLayer"][];
    };
    /** @description How images are prepared for a network. */
    ModelPreprocessing: {
      /** @description Who says so. */
      origin: string;
      /** @description Whether nobody does. */
      is_guess: boolean;
      /** @description In a few words. */
      text: string;
      /** @description As a file that `--preprocessing` takes has it. */
      description: {
        [key: string]: unknown;
      };
    };
    /**
     * @description What moves in the permutations.
     * @enum {string}
     */
    Moved: "values over patients" | "blocks between patients";
    /** @description What most images of a cluster share, more than chance gives. */
    Name: {
      label: number;
      /** @description "mostly lateral". */
      name: string;
      column: string;
      value: string;
      /** @description Images of the cluster with the value. */
      count: number;
      /** @description Images of the cluster with any value. */
      of: number;
      /** @description Images elsewhere with the value. */
      elsewhere: number;
      /** @description Images elsewhere with any value. */
      of_elsewhere: number;
      /** @description Benjamini and Hochberg's, over all values of the column in all clusters. */
      q_value: number;
      /** @description The same in a sentence. */
      sentence: string;
    };
    /** @description The clusters of a map that a value describes. They describe the map and claim no more. */
    Names: {
      /** @description In the order of the clusters, of which most may have none. */
      names: components["schemas"]["Name"][];
    };
    /** @description One of them. */
    Neighbour: {
      /** @description The image. */
      id: string;
      /** @description Its place in the whole cohort. */
      index: number;
      /** @description In feature space. */
      distance: number;
    };
    /** @description The images that the network finds most like one. */
    Neighbours: {
      /** @description The image. */
      id: string;
      /** @description How distance is measured. */
      metric: components["schemas"]["DistanceMetric"];
      /** @description The nearest first. */
      neighbours: components["schemas"]["Neighbour"][];
    };
    /**
     * @description Whether noise is left out or one more cluster.
     * @enum {string}
     */
    Noise: "in" | "out";
    /**
     * @description Whether noise is left out or one more cluster.
     * @enum {string}
     */
    NoiseIs: "out" | "in";
    /**
     * @description The result of a null job; `search --null` prints the same under `null`. The fields at the top
     *     are those of the notebook's score.
     */
    Null: {
      p_value: number | null;
      /** @description Surrogates that were counted. */
      n_surrogates: number | null;
      /** @description Of these, how many are as good as the cohort or better. */
      n_as_good: number | null;
      /**
       * @description What cohorts without clusters keep of this one.
       * @enum {unknown}
       */
      surrogate: "auto" | "gaussian" | "copula" | "curve" | "permuted";
      /** @description The best of each surrogate, null where none of its settings was admissible. */
      best_scores: (number | null)[] | null;
      /** @description One for each measure. */
      statistics: components["schemas"]["NullStatistic"][];
      /** @description Values along the axis of the maps that were left out. */
      excluded_perplexities: number[];
      /** @description After how many as good ones it was settled early. */
      stop_after: number | null;
      seed: number;
      /** @description The answer, in a sentence. */
      sentence: string | null;
      /** @description How the surrogates were made, in a sentence. */
      method: string;
      /** @description What to know of it, in sentences. */
      warnings: string[];
      /** @description Null in a report, where equal inputs give equal bytes. */
      elapsed_ms: number | null;
    };
    /** @description A search, and how many surrogates of which kind. */
    NullRequest: {
      /** @default 99 */
      n_surrogates: number | null;
      /**
       * @default auto
       * @enum {unknown}
       */
      surrogate: "auto" | "gaussian" | "copula" | "curve" | "permuted";
      /** @description As many surrogates as good as the cohort settle the question early. */
      stop_after?: number | null;
      /** @default 42 */
      seed: number | null;
      min_clusters?: number | null;
      max_clusters?: number | null;
      /**
       * @default score
       * @enum {unknown}
       */
      rank_by: "score" | "silhouette" | "davies_bouldin" | "calinski_harabasz" | "dbcv";
      /** @enum {unknown} */
      method?: "tsne" | "pca" | "umap" | "given";
      n_components?: number;
      n_neighbors?: number | components["schemas"]["Range"];
      max_iter?: number;
      min_samples?: number | components["schemas"]["Range"];
      min_dist?: number;
      random_state?: number;
      /** @enum {unknown} */
      init?: "pca" | "random";
      /** @enum {unknown} */
      metric?: "euclidean" | "cosine" | "manhattan";
      learning_rate?: number | "auto";
      early_exaggeration?: number;
      n_epochs?: number | "auto";
      /** @enum {unknown} */
      clustering?: "dbscan" | "hdbscan";
      /** @default [] */
      where: string[];
      eps?: number | components["schemas"]["Range"];
      min_cluster_size?: number | components["schemas"]["Range"];
      /** @enum {unknown} */
      cluster_selection_method?: "eom" | "leaf";
      perplexity?: number | components["schemas"]["Range"];
    };
    /** @description A setting, its value of each axis under the name of the axis. */
    NullSetting: {
      perplexity?: number;
      n_neighbors?: number;
      eps?: number;
      min_samples?: number;
      min_cluster_size?: number;
      /** @description Noise not counted. */
      n_clusters: number;
      /** @description Images in no cluster. */
      n_noise: number;
    };
    /** @description The best of the search by one measure, observed and by chance. */
    NullStatistic: {
      name: components["schemas"]["MeasureKey"];
      lower_is_better: boolean;
      /** @description The best of this cohort; null when no setting is admissible. */
      observed: number | null;
      /** @description Where it is. */
      setting: components["schemas"]["NullSetting"] | null;
      /**
       * @description (1 + n_as_good) / (1 + n_surrogates), or n_as_good / n_surrogates when it was settled early
       *     (Besag and Clifford 1991).
       */
      p_value: number;
      /** @description Surrogates that are as good as the cohort or better. */
      n_as_good: number;
      /** @description Surrogates that were counted. */
      n_surrogates: number;
      /** @description The best of each surrogate, null where none of its settings was admissible. */
      best: (number | null)[];
      /** @description What it asks, in a sentence. */
      question: string;
      /** @description The answer, in a sentence. */
      sentence: string;
    };
    /**
     * @description Whether numeric dates have the month or the day first.
     * @enum {string}
     */
    NumericDates: "month_first" | "day_first";
    /** @description One number of all settings together. */
    OfAllSettings: {
      observed: number;
      /** @description The median over the permutations. */
      by_chance: number;
      /** @description The share of permutations in which it is at least as large. */
      p_value: number;
    };
    /** @description Whose a project is; not by its name, since a folder may be named for a patient. */
    OfCohort: {
      /** @description A hash of its images. */
      id: string;
      n_images: number;
    };
    /** @description One column against the features. What a test finds is null where there was none. */
    OfFeatures: {
      name: string;
      /** @description Why it cannot be tested. */
      reason: string | null;
      /** @description Whether it is in the features, by p where it was chosen beforehand and by q where not. */
      evident: boolean;
      /** @description The share of the features' variation that goes with it. */
      r_squared: number | null;
      /** @description The same beyond chance. */
      explained: number | null;
      /** @description Between which two numbers that lies in 95% of such cohorts. */
      interval: [[number, number], [number, number]] | null;
      p_value: number | null;
      /** @description Benjamini and Hochberg's; null for the column that was chosen beforehand. */
      q_value: number | null;
      /**
       * @description How what is held fixed is: nothing, levels (patients exchange with those alike in all of it)
       *     or model (residuals of a linear model are exchanged).
       */
      adjustment: string;
      /** @description Images with a value. */
      n_images: number;
      /** @description Patients of these. */
      n_groups: number;
      /** @description Patients that can exchange with another. */
      n_movable: number;
    };
    /** @description What is to be opened. */
    OpenRequest: {
      /** @description The name of a layer, as `/api/layers` has it; the one in use where none is given. */
      layer?: string | null;
    };
    /** @description One column against the clusters of all maps. What a test finds is null where there was none. */
    OverMaps: {
      name: string;
      /** @description Why it cannot be tested. */
      reason: string | null;
      /** @description Whether it goes with the clusters, by p where it was chosen beforehand and by q where not. */
      evident: boolean;
      /** @description The mean over the maps of what is explained beyond chance. */
      explained: number | null;
      /** @description Its root, 0 where that is negative. */
      effect: number | null;
      /** @description Of the statistic averaged over the maps. */
      p_value: number | null;
      /** @description Benjamini and Hochberg's; null for the column that was chosen beforehand. */
      q_value: number | null;
      /** @description What p would have been by a single map. */
      single: components["schemas"]["Percentiles"] | null;
      /** @description The p of twenty shuffles of the column, ascending: columns that cannot matter. */
      shuffled: number[] | null;
      /**
       * @description Over splits in two halves, of which one makes the groups and the other is tested (Meinshausen,
       *     Meier and Bühlmann 2009); null for what is not replicated.
       */
      replicated_p: number | null;
      /** @description The mean effect there. */
      replicated_effect: number | null;
      /** @description Images with a value. */
      n_images: number;
      /** @description Patients of these. */
      n_groups: number;
      /** @description Patients that can exchange values with another. */
      n_movable: number;
    };
    /** @description A cluster that was picked by hand. */
    OwnCluster: {
      /** @description The id of its selection. */
      id: string;
      name: string | null;
      label: number;
      /** @description Images of the selection that do not meet the conditions. */
      n_left_out: number;
    };
    /** @description Where most values lie. */
    Percentiles: {
      /** @description The 5th percentile. */
      low: number;
      /** @description The 50th. */
      median: number;
      /** @description The 95th. */
      high: number;
    };
    /** @description A value of each axis of the method */
    Place: {
      eps?: number;
      min_samples?: number;
      min_cluster_size?: number;
    };
    /** @description Every setting of the clusters' two axes on one map; the values of each axis stand under its name. */
    Plane: {
      params: components["schemas"]["MapParams"];
      clustering: components["schemas"]["ClusteringMethod"];
      axes: [components["schemas"]["PlaneAxis"], components["schemas"]["PlaneAxis"]];
      eps?: number[];
      min_samples?: number[];
      min_cluster_size?: number[];
      /** @description Along the second axis first. */
      cells: components["schemas"]["PlaneCell"][];
    };
    /**
     * @description The column of interest against the clusters of every setting of the plane at once. What a test
     *     finds is null where there was none.
     */
    PlaneAssociation: {
      /** @description The column of interest. */
      column: string;
      noise: components["schemas"]["Noise"];
      testable: boolean;
      /** @description Why it cannot be tested. */
      reason: string | null;
      /** @description That of having looked at all settings. */
      p_value: number | null;
      /** @description Of the best setting, 0 to 1. */
      statistic: number | null;
      /** @description The setting whose clusters go best with the column. */
      best: components["schemas"]["BestPlace"] | null;
      /** @description Settings of the plane. */
      n_settings: number;
      /** @description Settings with clusters that differ from those of all settings before. */
      n_distinct: number;
      /** @description Images with a value. */
      n_images: number;
      /** @description Patients of these images. */
      n_groups: number;
      n_permutations: number;
      /** @description Settings whose clusters were viewed since the server started. */
      n_settings_viewed: number;
      /** @description What was found, in a sentence. */
      sentence: string;
      elapsed_ms: number;
    };
    /**
     * @description A parameter that a plane goes along
     * @enum {string}
     */
    PlaneAxis: "eps" | "min_cluster_size" | "min_samples";
    /** @description One setting, its value of each axis under the name of the axis. */
    PlaneCell: {
      eps?: number;
      min_samples?: number;
      min_cluster_size?: number;
      /** @description Noise not counted. */
      n_clusters: number;
      /** @description Images in no cluster. */
      n_noise: number;
      /** @description The notebook's score; lower is better. */
      score: number;
    };
    /** @description One number for every place of the plane of a map's settings. */
    PlaneEvidence: {
      params: components["schemas"]["SettingParams"];
      /** @description again, column or chance. */
      of: string;
      axes: [components["schemas"]["PlaneAxis"], components["schemas"]["PlaneAxis"]];
      eps?: number[];
      min_samples?: number[];
      min_cluster_size?: number[];
      /**
       * @description Along the second axis first: the median agreement of two maps, the p of the column over the maps,
       *     or the p against chance for having looked at the whole plane. Null where there are no groups.
       */
      cells: (number | null)[];
      /** @description The best place. */
      best: components["schemas"]["Place"] | null;
      /** @description For having looked at the whole plane; null of an agreement. */
      p_value: number | null;
      /** @description Maps of each place; 0 where they are not counted by. */
      n_maps: number;
      /** @description Cohorts without groups, of each kind. */
      n_surrogates: number;
      /** @description What was found, in a sentence. */
      sentence: string;
    };
    /** @description The values of each axis, ascending */
    PlaneValues: {
      eps?: number[];
      min_samples?: number[];
      min_cluster_size?: number[];
    };
    /** @description A project to carry along; `import` takes it. */
    ProjectDocument: {
      /** @description The version of this format. */
      negatoscope_project: number;
      cohort: components["schemas"]["OfCohort"];
      items: components["schemas"]["ExportedItem"][];
    };
    /** @description Something that was made, as it is answered. */
    ProjectItem: {
      kind: components["schemas"]["KindOfItem"];
      id: string;
      /** @description The number of its last change. */
      revision: number;
      /** @description When it was changed last, in UTC (RFC 3339). */
      time: string;
      /** @description Whether it was taken back; then there is no body. */
      gone: boolean;
      /** @description What it says; images by the ids that they have here. */
      body: components["schemas"]["Body"] | null;
      /** @description Images that it names and that are not in this cohort. */
      n_absent: number;
    };
    /** @description The project of the cohort. */
    ProjectState: {
      /** @description A hash of the cohort's images, which no other cohort has. */
      id: string;
      /** @description The number of the last change. */
      revision: number;
      /** @description Whether it outlives the server: if not, who made something keeps it. */
      kept: boolean;
      /** @description The name of its file; null where there is none. */
      file: string | null;
      /** @description What must be known of it, in sentences. */
      warnings: string[];
      /** @description Looks that are kept in it, at these features and others; `GET /api/looks` has those at these. */
      n_looks: number;
      /** @description Questions that were declared. */
      n_declared: number;
      /** @description What was changed since the revision that was asked for, the first made first. */
      items: components["schemas"]["ProjectItem"][];
    };
    /** @description A map. */
    Projection: {
      /** @description (n_images, n_components), in the order of the records. */
      coordinates: number[][];
      params: components["schemas"]["MapParams"];
      /** @description How much of the neighbourhoods the map loses, in nats; of methods that minimise it. */
      kl_divergence: number | null;
      /** @description The share of the variance on each axis, 0 to 1; of methods that know it. */
      explained_variance_ratio: number[] | null;
      /** @description Iterations that ran. */
      n_iter: number;
      elapsed_ms: number;
      /** @description What to know of the map, in sentences. */
      warnings: string[];
      /** @description What the warnings are about, in the same order. */
      warning_codes: string[];
    };
    /**
     * @description A setting to open with: of a small grid the one whose groups come again most and leave few images
     *     out. No column is looked at.
     */
    Proposal: {
      /** @description The setting. */
      params: components["schemas"]["SettingParams"];
      /** @description Whether it was found; else it is the notebook's, and the sentence says why. */
      proposed: boolean;
      /** @description Settings that were looked at. */
      n_settings: number;
      /** @description Maps that each could as well have been. */
      n_maps: number;
      /**
       * @description The median adjusted Rand index of two of these, or of its own map with them where that is smaller;
       *     null where none was found.
       */
      agreement: number | null;
      /** @description The share of the images that are in clusters; likewise. */
      clustered: number | null;
      /** @description Why this one, in a sentence or two. */
      sentence: string;
      /** @description Of finding it; next to nothing where it was kept. */
      elapsed_ms: number;
    };
    /** @description Something to be kept. */
    PutRequest: {
      /** @description The revision that was seen of it; none of what is new. */
      revision?: number | null;
      /** @description What it says. */
      body: components["schemas"]["Body"];
    };
    /** @description How faithful a map is to the features. */
    Quality: {
      /**
       * @description 1 when all neighbours on the map are neighbours by their features too, about 0.5 for a map
       *     that knows nothing of them (Venna and Kaski 2001).
       */
      trustworthiness: number;
      /** @description The same with features and map exchanged. */
      continuity: number;
      /**
       * @description The mean share of an image's neighbours by features that are its neighbours on the map, 0
       *     to 1.
       */
      knn_overlap: number;
      /** @description The overlap that a map would have which knows nothing of the features. */
      chance_overlap: number;
      /** @description Neighbours of each image that are compared. */
      n_neighbors: number;
      /** @description Images whose neighbours were looked at. */
      n_evaluated: number;
      /**
       * @description The share of neighbours that each image keeps, 0 to 1, in the order of the records; null of
       *     those that were not looked at.
       */
      knn_overlap_per_image: (number | null)[];
      /** @description What was found, in a sentence. */
      sentence: string;
      /** @description What to know of it, in sentences. */
      warnings: string[];
      /** @description Null in a report, where equal inputs give equal bytes. */
      elapsed_ms: number | null;
    };
    /** @description A column, what is held fixed, and at which setting. */
    QuestionRequest: {
      /**
       * @description Whether it is asked of any setting, and not of this one.
       * @default false
       */
      any: boolean;
      /** @enum {unknown} */
      method?: "tsne" | "pca" | "umap" | "given";
      n_components?: number;
      perplexity?: number;
      max_iter?: number;
      n_neighbors?: number;
      min_dist?: number;
      random_state?: number;
      /** @enum {unknown} */
      init?: "pca" | "random";
      /** @enum {unknown} */
      metric?: "euclidean" | "cosine" | "manhattan";
      learning_rate?: number | "auto";
      early_exaggeration?: number;
      n_epochs?: number | "auto";
      /** @enum {unknown} */
      clustering?: "dbscan" | "hdbscan";
      eps?: number;
      min_cluster_size?: number;
      min_samples?: number;
      /** @enum {unknown} */
      cluster_selection_method?: "eom" | "leaf";
      /** @default [] */
      where: string[];
      breakdown?: string;
      within?: string;
      /** @default [] */
      own: string[];
      /**
       * @default out
       * @enum {unknown}
       */
      noise: "out" | "in";
    };
    /** @description `numpy.arange`'s arguments: stop is left out. */
    Range: {
      start: number;
      stop: number;
      step: number;
    };
    /** @description Where it stands to open the cohort again. */
    Reopening: {
      /** @description The number of the study that is served: that of the start is 1, and each that takes its place has the next. */
      study: number;
      /** @description What is being done. */
      state: components["schemas"]["ReopeningState"];
      /** @description The layer that was asked for; null where the one in use is read again. */
      layer: string | null;
      /** @description Images read; null before they are known. */
      done: number | null;
      /** @description Images in all. */
      total: number | null;
      /** @description Why the study that is served stays, once that has failed, in one sentence. */
      error: string | null;
    };
    /** @description What is being done. */
    ReopeningState: "idle" | "running" | "failed";
    /** @description What repeats of one kind found, an entry per run. */
    Repeats: {
      n_runs: number;
      /** @description The adjusted Rand index with the clusters in question, noise being a class of its own. */
      ari: number[];
      ari_median: number | null;
      /** @description The 5th percentile. */
      ari_low: number | null;
      /** @description The 95th percentile. */
      ari_high: number | null;
      /** @description The same over the images that are noise in neither; null when they are fewer than two. */
      ari_without_noise: (number | null)[];
      ari_without_noise_median: number | null;
      /** @description Clusters found. */
      n_clusters: number[];
      /** @description Images of the run. */
      n_images: number[];
    };
    /** @description How often to repeat a map and its clusters. */
    RepeatsRequest: {
      /**
       * @description Of each kind.
       * @default 20
       */
      n_runs: number | null;
      /**
       * @description The share of the patients that each run without some keeps.
       * @default 0.8
       */
      fraction: number | null;
      /** @default 42 */
      seed: number | null;
    };
    /** @description One column in patients that did not make the groups. */
    Replicated: {
      name: string;
      /** @description Why it cannot be tested. */
      reason: string | null;
      /** @description Over all splits (Meinshausen, Meier and Bühlmann 2009). */
      p_value: number;
      /** @description The mean effect over the splits in which it could be tested. */
      effect: number;
      /** @description These. */
      n_tested: number;
    };
    /** @description Where a report can be read. */
    ReportAddress: {
      /** @description The path of the page. */
      url: string;
    };
    /** @description A map, its clusters, what is asked of them, and what else is to be in the report. */
    ReportRequest: {
      /** @description When null, the last one that was computed, if any. */
      null?: components["schemas"]["NullRequest"] | null;
      /** @description When null, left out. */
      stability?: components["schemas"]["RepeatsRequest"] | null;
      /** @enum {unknown} */
      method?: "tsne" | "pca" | "umap" | "given";
      n_components?: number;
      perplexity?: number;
      max_iter?: number;
      n_neighbors?: number;
      min_dist?: number;
      random_state?: number;
      /** @enum {unknown} */
      init?: "pca" | "random";
      /** @enum {unknown} */
      metric?: "euclidean" | "cosine" | "manhattan";
      learning_rate?: number | "auto";
      early_exaggeration?: number;
      n_epochs?: number | "auto";
      /** @enum {unknown} */
      clustering?: "dbscan" | "hdbscan";
      eps?: number;
      min_cluster_size?: number;
      min_samples?: number;
      /** @enum {unknown} */
      cluster_selection_method?: "eom" | "leaf";
      /** @default [] */
      where: string[];
      breakdown?: string;
      within?: string;
      /** @default [] */
      own: string[];
      /**
       * @default out
       * @enum {unknown}
       */
      noise: "out" | "in";
    };
    /** @description Maps of some of the patients, with min_samples scaled with the share of the images kept. */
    Resamples: {
      n_runs: number;
      /** @description The adjusted Rand index with the clusters in question, noise being a class of its own. */
      ari: number[];
      ari_median: number | null;
      /** @description The 5th percentile. */
      ari_low: number | null;
      /** @description The 95th percentile. */
      ari_high: number | null;
      /** @description The same over the images that are noise in neither; null when they are fewer than two. */
      ari_without_noise: (number | null)[];
      ari_without_noise_median: number | null;
      /** @description Clusters found. */
      n_clusters: number[];
      /** @description Images of the run. */
      n_images: number[];
      /** @description The share of the patients that each run keeps. */
      fraction: number;
    };
    /** @description The map itself, turned, an entry per angle. */
    Rotations: {
      degrees: number[];
      /** @description Clusters found. */
      n_clusters: number[];
      /** @description The notebook's score; lower is better. */
      score: number[];
      /** @description The adjusted Rand index with the clusters in question, noise being a class of its own. */
      ari: number[];
    };
    /** @description What a search found. */
    Search: {
      /** @description Settings that were searched. */
      n_settings: number;
      method: components["schemas"]["MapMethod"];
      clustering: components["schemas"]["ClusteringMethod"];
      /**
       * @description What the search went along: that of the maps, null where there is one map, and the two of
       *     the clusters.
       */
      axes: [
        components["schemas"]["Axis"] | null,
        components["schemas"]["Axis"] | null,
        components["schemas"]["Axis"] | null,
      ];
      rank_by: components["schemas"]["MeasureKey"];
      /** @description The best setting of each map, best first. */
      results: components["schemas"]["SearchRow"][];
      /** @description The maps without an admissible setting, by their value along the axis. */
      without_result: number[];
      elapsed_ms: number;
      heat_map: components["schemas"]["HeatMap"];
      /** @description The same search on cohorts without clusters; of `search --null` alone. */
      null?: components["schemas"]["Null"] | null;
    };
    /**
     * @description Ranges of what the search goes along, and parameters of the maps and clusters. What is left out
     *     is the notebook's.
     */
    SearchRequest: {
      min_clusters?: number | null;
      max_clusters?: number | null;
      /**
       * @default score
       * @enum {unknown}
       */
      rank_by: "score" | "silhouette" | "davies_bouldin" | "calinski_harabasz" | "dbcv";
      /** @enum {unknown} */
      method?: "tsne" | "pca" | "umap" | "given";
      n_components?: number;
      n_neighbors?: number | components["schemas"]["Range"];
      max_iter?: number;
      min_samples?: number | components["schemas"]["Range"];
      min_dist?: number;
      random_state?: number;
      /** @enum {unknown} */
      init?: "pca" | "random";
      /** @enum {unknown} */
      metric?: "euclidean" | "cosine" | "manhattan";
      learning_rate?: number | "auto";
      early_exaggeration?: number;
      n_epochs?: number | "auto";
      /** @enum {unknown} */
      clustering?: "dbscan" | "hdbscan";
      /** @default [] */
      where: string[];
      eps?: number | components["schemas"]["Range"];
      min_cluster_size?: number | components["schemas"]["Range"];
      /** @enum {unknown} */
      cluster_selection_method?: "eom" | "leaf";
      perplexity?: number | components["schemas"]["Range"];
    };
    /** @description A setting, its value of each axis under the name of the axis. */
    SearchRow: {
      perplexity?: number;
      n_neighbors?: number;
      eps?: number;
      min_samples?: number;
      min_cluster_size?: number;
      /** @description Noise not counted. */
      n_clusters: number;
      /** @description Images in no cluster. */
      n_noise: number;
      /** @description The notebook's score; lower is better. */
      score: number;
      /** @description Whether the map is one that its method warns of. */
      degenerate: boolean;
      /** @description Silhouette (Rousseeuw 1987), higher is better; null where it is undefined, or too many images for it */
      silhouette: number | null;
      /** @description Davies-Bouldin index (1979), lower is better; null where it is undefined, or too many images for it */
      davies_bouldin: number | null;
      /** @description Calinski-Harabasz index (1974), higher is better; null where it is undefined, or too many images for it */
      calinski_harabasz: number | null;
      /** @description Density-based validation (Moulavi et al. 2014), higher is better; null where it is undefined, or too many images for it */
      dbcv: number | null;
    };
    /** @description A selection that is remembered. */
    SelectionKept: {
      /** @description What `own` and `only` take: the same images have the same id. */
      id: string;
      /** @description Images in it. */
      n_images: number;
    };
    /** @description Images that were picked by hand. */
    SelectionRequest: {
      ids: [string, ...string[]];
      name?: string | null;
    };
    /** @description The parameters of a map and its clusters as they were used: both methods, and what they have */
    SettingParams: {
      /** @enum {unknown} */
      method: "tsne" | "pca" | "umap" | "given";
      n_components?: number;
      perplexity?: number;
      max_iter?: number;
      n_neighbors?: number;
      min_dist?: number;
      random_state?: number;
      /** @enum {unknown} */
      init?: "pca" | "random";
      /** @enum {unknown} */
      metric?: "euclidean" | "cosine" | "manhattan";
      learning_rate?: number | "auto";
      early_exaggeration?: number;
      n_epochs?: number | "auto";
      /** @enum {unknown} */
      clustering: "dbscan" | "hdbscan";
      eps?: number;
      min_cluster_size?: number;
      min_samples?: number;
      /** @enum {unknown} */
      cluster_selection_method?: "eom" | "leaf";
    };
    /** @description Something that was left out. */
    Skipped: {
      filename: string;
      reason: string;
    };
    /** @description What was left out for one reason. */
    SkippedReason: {
      reason: string;
      /** @description How many. */
      n: number;
      /** @description Names of some of them. */
      examples: string[];
    };
    /** @description How far the centres of neighbouring pixels are apart. */
    Spacing: {
      /** @description From a row to the one below, in millimetres. */
      rows_mm: number;
      /** @description From a column to the next, in millimetres. */
      columns_mm: number;
      /**
       * @description The attribute of DICOM that says so.
       * @enum {string}
       */
      attribute: "PixelSpacing" | "ImagerPixelSpacing" | "NominalScannedPixelSpacing";
    };
    /**
     * @description The column of interest in every setting around one (Simonsohn, Simmons and Nelson 2020). What a test
     *     finds is null where there was none.
     */
    SpecificationCurve: {
      /** @description The setting that they lie around. */
      params: components["schemas"]["SettingParams"];
      /** @description The column of interest. */
      column: string;
      /** @description The column whose levels are held fixed. */
      within: string | null;
      /** @description Values along the axis of the maps, under its name. */
      along: components["schemas"]["AlongValues"];
      /** @description The axes of the clustering. */
      axes: [components["schemas"]["PlaneAxis"], components["schemas"]["PlaneAxis"]];
      /** @description Their values, under the name of each. */
      values: components["schemas"]["PlaneValues"];
      /** @description Starts of each map; the first is the one that is set. */
      n_starts: number;
      /** @description Settings, those without groups included. */
      n_settings: number;
      /** @description Those whose clusters differ from those of all others. */
      n_distinct: number;
      testable: boolean;
      /** @description Why it cannot be tested. */
      reason: string | null;
      /** @description What the median setting explains beyond chance. */
      median: components["schemas"]["OfAllSettings"] | null;
      /** @description The share of settings with p ≤ 0.05. */
      significant: components["schemas"]["OfAllSettings"] | null;
      /** @description Those that were tested, the one that explains least first. */
      settings: components["schemas"]["TestedSetting"][];
      n_images: number;
      n_groups: number;
      n_permutations: number;
      /** @description What was found, in a sentence or two. */
      sentence: string;
      /** @description Of laying out and testing. */
      elapsed_ms: number | null;
    };
    /** @description Some images on an axis. */
    Spread: {
      /** @description Images in each bin. */
      bins: number[];
      /** @description Images of each kind in `apart`. */
      apart: number[];
      /** @description Of those on the axis; null where none is. */
      median: string | null;
    };
    /** @description The result of a stability job. */
    Stability: {
      params: components["schemas"]["SettingParams"];
      /** @description Of the repeats. */
      seed: number;
      /** @description Maps that start from other seeds; null of methods that leave nothing to chance. */
      seeds: components["schemas"]["Repeats"] | null;
      resamples: components["schemas"]["Resamples"];
      /**
       * @description The resamples clustered with min_samples as it was: what is lost here and not in
       *     `resamples` is lost to density alone.
       */
      resamples_unscaled: components["schemas"]["Repeats"];
      /** @description The map itself, turned; null for maps that are not plane. */
      rotations: components["schemas"]["Rotations"] | null;
      /** @description In the order of their labels. */
      clusters: components["schemas"]["ClusterStability"][];
      /**
       * @description How firmly each image is where it is, 0 to 1, in the order of the records; null where there
       *     is nothing to compare with.
       */
      per_image: (number | null)[];
      /** @description Images that are elsewhere more often than where the map has them. */
      n_unstable: number;
      /** @description What was found, in a sentence. */
      sentence: string;
      /** @description Null in a report, where equal inputs give equal bytes. */
      elapsed_ms: number | null;
    };
    /** @description A map, its clusters, and how often to repeat them. */
    StabilityRequest: {
      /**
       * @description Of each kind.
       * @default 20
       */
      n_runs: number | null;
      /**
       * @description The share of the patients that each run without some keeps.
       * @default 0.8
       */
      fraction: number | null;
      /** @default 42 */
      seed: number | null;
      /** @enum {unknown} */
      method?: "tsne" | "pca" | "umap" | "given";
      n_components?: number;
      perplexity?: number;
      max_iter?: number;
      n_neighbors?: number;
      min_dist?: number;
      random_state?: number;
      /** @enum {unknown} */
      init?: "pca" | "random";
      /** @enum {unknown} */
      metric?: "euclidean" | "cosine" | "manhattan";
      learning_rate?: number | "auto";
      early_exaggeration?: number;
      n_epochs?: number | "auto";
      /** @enum {unknown} */
      clustering?: "dbscan" | "hdbscan";
      eps?: number;
      min_cluster_size?: number;
      min_samples?: number;
      /** @enum {unknown} */
      cluster_selection_method?: "eom" | "leaf";
      /** @default [] */
      where: string[];
      breakdown?: string;
      within?: string;
      /** @default [] */
      own: string[];
      /**
       * @default out
       * @enum {unknown}
       */
      noise: "out" | "in";
    };
    /**
     * @description Every image with its place on the map, its cluster and its metadata, and what they were made
     *     with.
     */
    TableDocument: {
      /** @description Its name. */
      cohort: string;
      /** @description Conditions that its images meet. */
      filters: string[];
      params: components["schemas"]["SettingParams"];
      versions: components["schemas"]["Versions"];
      /** @description The clusters that were picked by hand. */
      own: components["schemas"]["OwnCluster"][];
      /** @description Noise not counted. */
      n_clusters: number;
      /** @description Images in no cluster. */
      n_noise: number;
      /** @description Of the labels of all images, selected or not. */
      labels_hash: string;
      /** @description One for each image, by column; null where missing. */
      records: {
        [key: string]: components["schemas"]["CellValue"] | null;
      }[];
    };
    /** @description What becomes of a table. */
    TableSince: "changed" | "gone" | "new";
    /** @description What a network gets of one image. */
    Tensor: {
      /** @description One image, then in the order of the network's axes. */
      shape: [number, number, number, number];
      /** @description The smallest and the largest value that any image can give. */
      range: [number, number];
      /** @description In the order of the tensor. */
      channels: components["schemas"]["TensorChannel"][];
    };
    /** @description What is in one channel of a tensor. */
    TensorChannel: {
      least: number;
      largest: number;
      mean: number;
      std: number;
    };
    /** @description One setting: what it explains beyond chance, its p, and the places of its values among those listed. */
    TestedSetting: {
      explained: number;
      p_value: number;
      /** @description Along the axis of the maps. */
      along: number;
      /** @description On the first axis of the clustering. */
      first: number;
      /** @description On the second. */
      second: number;
      start: number;
      /** @description 1 where noise is one more cluster. */
      noise: number;
    };
    /** @description One of several columns against the features. */
    Together: {
      /** @description With those before it held fixed (sequential, or of type I). */
      after: components["schemas"]["OfFeatures"];
      /** @description With all others held fixed (marginal, or of type III). */
      beside: components["schemas"]["OfFeatures"];
    };
    /** @description Numbers or dates as bins of one axis. */
    ValueAxis: {
      /** @description How wide a bin is: "5", "week"; empty where one holds everything. */
      step: string;
      /** @description Where the last bin ends; empty where it is open. */
      end: string;
      /** @description From the lowest on; the outer ones may be open. */
      bins: components["schemas"]["AxisBin"][];
      /** @description What has a value and no place on the axis: years among days, what is not read as a date. */
      apart: string[];
      /** @description All images on it. */
      spread: components["schemas"]["Spread"];
    };
    /** @description How often a value occurs. */
    ValueCount: {
      value: string;
      /** @description Images with it. */
      count: number;
      /** @description Patients of these images. */
      n_groups: number;
    };
    /**
     * @description Whether the groups of a setting are luck: over many maps, against chance, and what they are made
     *     of.
     */
    Verdict: {
      /** @description Which case of docs/verdict.md it is. */
      case: string;
      /** @description Whether the groups are more than chance and come again, as far as is known. */
      real: boolean;
      /**
       * @description Whether there are groups of which anything may be said: they come again, and chance is not
       *     known to give as much.
       */
      groups: boolean;
      /** @description The point, in a sentence. */
      headline: string;
      /** @description What it rests on, a line for each question. */
      lines: components["schemas"]["Line"][];
      /** @description What to know of it, in sentences. */
      warnings: string[];
      /** @description The setting. */
      params: components["schemas"]["SettingParams"];
      /** @description The column of interest. */
      column: string;
      /** @description The column whose levels are held fixed in all tests. */
      within: string | null;
      /** @description What the column of interest was tested beside. */
      held: string[];
      /** @description Maps of this setting that were made. */
      n_maps: number;
      /** @description Cohorts without clusters that were laid out, of each kind. */
      n_surrogates: number;
      /** @description The kinds of these, so many of each; groups that any kind has as well are no more than chance. */
      surrogates: string[];
      /** @description The adjusted Rand index of two of the maps, noise being a class of its own. */
      agreement: components["schemas"]["Percentiles"];
      /** @description Clusters of a map. */
      n_clusters: components["schemas"]["Percentiles"];
      /** @description The share of a map's images that are in clusters. */
      clustered: components["schemas"]["Percentiles"];
      /** @description The setting against chance; empty where it cannot be. */
      chance: components["schemas"]["ChanceTest"][];
      /** @description Every column against the clusters of all maps, the one that explains most first. */
      columns: components["schemas"]["OverMaps"][];
      /** @description Every column against the features, without a map, the one that explains most first. */
      features: components["schemas"]["OfFeatures"][];
      /** @description Those of them that are in the features for certain beside each other, at most four. */
      together: components["schemas"]["Together"][];
      /** @description The column of interest with `held` fixed, against the features; null where nothing is. */
      beside_features: components["schemas"]["OfFeatures"] | null;
      /** @description The same against the clusters of all maps. */
      beside_columns: components["schemas"]["OverMaps"] | null;
      /** @description Settings at which this question was looked at, this one included; kept with the cohort. */
      looks: number;
      /**
       * @description The p of the best of these looks, where that is the one to quote: after several, unless this
       *     question was declared beforehand at this setting.
       */
      p_over_looks: number | null;
      /** @description Whether the question was declared before its column was looked at; otherwise it is exploratory. */
      confirmatory: boolean;
      /** @description When it was declared, if it was. */
      declared: components["schemas"]["Declared"] | null;
      /** @description Looks at the cohort, whatever they asked, as `/api/looks` lists them. */
      looks_in_all: number;
      /** @description A column planted into the groups, which must be found; null without two groups. */
      planted: components["schemas"]["OverMaps"] | null;
      /** @description Of each test. */
      n_permutations: number;
    };
    /**
     * @description What a mean Jaccard index says of a cluster.
     * @enum {string}
     */
    Verdict2: "stable" | "doubtful" | "untrustworthy" | "dissolves";
    /** @description What map and clusters were made with. */
    Versions: {
      /** @description Of the program. */
      negatoscope: string;
      model: string;
      model_hash: string | null;
      layer: string | null;
      backend: string;
      features_hash: string;
    };
    /** @description Which samples are shown. */
    Window: {
      /** @description The sample up to which all is black. */
      dark: number;
      /** @description The sample from which on all is white. */
      bright: number;
    };
    /** @description How a column's cells are written, so that the value of a condition is read alike. */
    Writing: {
      decimal_comma: boolean;
      /** @description Of numeric dates, where that is settled. */
      date_order: components["schemas"]["NumericDates"] | null;
      /** @description Words for missing that are values here, in lower case. */
      kept: string[];
      /** @description Values by the spellings that are shown by another. */
      spellings: {
        [key: string]: string;
      };
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type AlongValues = components["schemas"]["AlongValues"];
export type Association = components["schemas"]["Association"];
export type Assumption = components["schemas"]["Assumption"];
export type Axis = components["schemas"]["Axis"];
export type AxisBin = components["schemas"]["AxisBin"];
export type BestPlace = components["schemas"]["BestPlace"];
export type Body = components["schemas"]["Body"];
export type Breakdown = components["schemas"]["Breakdown"];
export type ByHand = components["schemas"]["ByHand"];
export type CellValue = components["schemas"]["CellValue"];
export type ChanceTest = components["schemas"]["ChanceTest"];
export type ChangedPicture = components["schemas"]["ChangedPicture"];
export type ChangedPictures = components["schemas"]["ChangedPictures"];
export type ClusterBreakdown = components["schemas"]["ClusterBreakdown"];
export type ClusterStability = components["schemas"]["ClusterStability"];
export type ClusteringMethod = components["schemas"]["ClusteringMethod"];
export type Clusters = components["schemas"]["Clusters"];
export type Cohort = components["schemas"]["Cohort"];
export type CohortProgress = components["schemas"]["CohortProgress"];
export type CohortState = components["schemas"]["CohortState"];
export type Column = components["schemas"]["Column"];
export type ColumnKind = components["schemas"]["ColumnKind"];
export type ColumnTest = components["schemas"]["ColumnTest"];
export type Declared = components["schemas"]["Declared"];
export type DeclaredQuestion = components["schemas"]["DeclaredQuestion"];
export type DistanceMetric = components["schemas"]["DistanceMetric"];
export type EnrichedCell = components["schemas"]["EnrichedCell"];
export type Enrichment = components["schemas"]["Enrichment"];
export type ErrorBody = components["schemas"]["ErrorBody"];
export type ErrorCode = components["schemas"]["ErrorCode"];
export type ErrorEnvelope = components["schemas"]["ErrorEnvelope"];
export type ExportedItem = components["schemas"]["ExportedItem"];
export type FailedPart = components["schemas"]["FailedPart"];
export type Frame = components["schemas"]["Frame"];
export type Frames = components["schemas"]["Frames"];
export type HeatMap = components["schemas"]["HeatMap"];
export type ImageRecord = components["schemas"]["ImageRecord"];
export type Imported = components["schemas"]["Imported"];
export type ItemKept = components["schemas"]["ItemKept"];
export type Job = components["schemas"]["Job"];
export type JobResult = components["schemas"]["JobResult"];
export type JobStarted = components["schemas"]["JobStarted"];
export type JobState = components["schemas"]["JobState"];
export type JoinReport = components["schemas"]["JoinReport"];
export type KDistance = components["schemas"]["KDistance"];
export type KindOfItem = components["schemas"]["KindOfItem"];
export type KindOfLook = components["schemas"]["KindOfLook"];
export type LayerMap = components["schemas"]["LayerMap"];
export type LeftOut = components["schemas"]["LeftOut"];
export type Line = components["schemas"]["Line"];
export type Look = components["schemas"]["Look"];
export type Looks = components["schemas"]["Looks"];
export type Made = components["schemas"]["Made"];
export type MapMethod = components["schemas"]["MapMethod"];
export type MapParams = components["schemas"]["MapParams"];
export type Mark = components["schemas"]["Mark"];
export type MeasureKey = components["schemas"]["MeasureKey"];
export type Model = components["schemas"]["Model"];
export type ModelLayer = components["schemas"]["ModelLayer"];
export type ModelLayers = components["schemas"]["ModelLayers"];
export type ModelPreprocessing = components["schemas"]["ModelPreprocessing"];
export type Moved = components["schemas"]["Moved"];
export type Name = components["schemas"]["Name"];
export type Names = components["schemas"]["Names"];
export type Neighbour = components["schemas"]["Neighbour"];
export type Neighbours = components["schemas"]["Neighbours"];
export type Noise = components["schemas"]["Noise"];
export type NoiseIs = components["schemas"]["NoiseIs"];
export type Null = components["schemas"]["Null"];
export type NullRequest = components["schemas"]["NullRequest"];
export type NullSetting = components["schemas"]["NullSetting"];
export type NullStatistic = components["schemas"]["NullStatistic"];
export type NumericDates = components["schemas"]["NumericDates"];
export type OfAllSettings = components["schemas"]["OfAllSettings"];
export type OfCohort = components["schemas"]["OfCohort"];
export type OfFeatures = components["schemas"]["OfFeatures"];
export type OpenRequest = components["schemas"]["OpenRequest"];
export type OverMaps = components["schemas"]["OverMaps"];
export type OwnCluster = components["schemas"]["OwnCluster"];
export type Percentiles = components["schemas"]["Percentiles"];
export type Place = components["schemas"]["Place"];
export type Plane = components["schemas"]["Plane"];
export type PlaneAssociation = components["schemas"]["PlaneAssociation"];
export type PlaneAxis = components["schemas"]["PlaneAxis"];
export type PlaneCell = components["schemas"]["PlaneCell"];
export type PlaneEvidence = components["schemas"]["PlaneEvidence"];
export type PlaneValues = components["schemas"]["PlaneValues"];
export type ProjectDocument = components["schemas"]["ProjectDocument"];
export type ProjectItem = components["schemas"]["ProjectItem"];
export type ProjectState = components["schemas"]["ProjectState"];
export type Projection = components["schemas"]["Projection"];
export type Proposal = components["schemas"]["Proposal"];
export type PutRequest = components["schemas"]["PutRequest"];
export type Quality = components["schemas"]["Quality"];
export type QuestionRequest = components["schemas"]["QuestionRequest"];
export type Range = components["schemas"]["Range"];
export type Reopening = components["schemas"]["Reopening"];
export type ReopeningState = components["schemas"]["ReopeningState"];
export type Repeats = components["schemas"]["Repeats"];
export type RepeatsRequest = components["schemas"]["RepeatsRequest"];
export type Replicated = components["schemas"]["Replicated"];
export type ReportAddress = components["schemas"]["ReportAddress"];
export type ReportRequest = components["schemas"]["ReportRequest"];
export type Resamples = components["schemas"]["Resamples"];
export type Rotations = components["schemas"]["Rotations"];
export type Search = components["schemas"]["Search"];
export type SearchRequest = components["schemas"]["SearchRequest"];
export type SearchRow = components["schemas"]["SearchRow"];
export type SelectionKept = components["schemas"]["SelectionKept"];
export type SelectionRequest = components["schemas"]["SelectionRequest"];
export type SettingParams = components["schemas"]["SettingParams"];
export type Skipped = components["schemas"]["Skipped"];
export type SkippedReason = components["schemas"]["SkippedReason"];
export type Spacing = components["schemas"]["Spacing"];
export type SpecificationCurve = components["schemas"]["SpecificationCurve"];
export type Spread = components["schemas"]["Spread"];
export type Stability = components["schemas"]["Stability"];
export type StabilityRequest = components["schemas"]["StabilityRequest"];
export type TableDocument = components["schemas"]["TableDocument"];
export type TableSince = components["schemas"]["TableSince"];
export type Tensor = components["schemas"]["Tensor"];
export type TensorChannel = components["schemas"]["TensorChannel"];
export type TestedSetting = components["schemas"]["TestedSetting"];
export type Together = components["schemas"]["Together"];
export type ValueAxis = components["schemas"]["ValueAxis"];
export type ValueCount = components["schemas"]["ValueCount"];
export type Verdict = components["schemas"]["Verdict"];
export type Verdict2 = components["schemas"]["Verdict2"];
export type Versions = components["schemas"]["Versions"];
export type Window = components["schemas"]["Window"];
export type Writing = components["schemas"]["Writing"];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
