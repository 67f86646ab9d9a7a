/** The page's own state, and what it calls the server's answers, whose shapes are in answers.d.ts. Types only, so no browser asks for them; terms are scikit-learn's. */

import type * as answers from "./answers.js";
import type { Camera, Marks, PointStyle, Positions, Tool, Turn } from "./map/types.js";
import type { MapView } from "./map/view.js";
import type { Tooltip } from "./panels/tooltip/panel.js";

export type Value = answers.CellValue | null;
/** of numeric dates, where that is settled */
export type DateOrder = answers.Writing["date_order"];
export type Writing = answers.Writing;
/** `range`: of what is coloured like a column and has its ends for itself */
export type Column = answers.Column & { range?: readonly [number, number] };
/** What conditions are read by. */
export type Scheme = Pick<Cohort, "columns" | "missing_words">;
export type ImageRecord = answers.ImageRecord;
/** a picture that is not the one any more that the features were made of, or is gone, and which of both */
export type Changed = Pick<answers.ChangedPicture, "filename" | "reason">;
/** What came into the folder. */
export type Since = Omit<answers.ChangedPictures, "changed">;
export type Reopening = answers.Reopening;
/** `where`: conditions that its images meet and that made it smaller than the whole */
export type Cohort = answers.Cohort & { where: readonly string[] };
export type Report = answers.JoinReport;
export type Tensor = answers.Tensor;
export type ModelLayers = answers.ModelLayers;
export type ModelLayer = answers.ModelLayer;
export type LayerMap = answers.LayerMap;
export type Made = answers.Made;

export type Projection = answers.Projection;
export type Frames = answers.Frames;
export type Clusters = answers.Clusters;
export type ClusterSummary = answers.ClusterBreakdown;
export type Breakdown = answers.Breakdown;
/** the bins that cards of numbers and dates share */
export type ValueAxis = answers.ValueAxis;
export type AxisBin = answers.AxisBin;
/** a bar of a card, among the others of its cluster, or a bin, which is a filter */
export type CardLink = {
  node: HTMLElement;
  button: HTMLElement;
  label: number;
  column: string;
  bar?: Bar;
  bars?: readonly Bar[];
  bin?: Pick<AxisBin, "from" | "to">;
};
export type Measure = answers.MeasureKey;
export type Plane = answers.Plane;
export type PlaneCell = answers.PlaneCell;
export type KDistance = answers.KDistance;
export type OwnCluster = Omit<answers.OwnCluster, "n_left_out">;

/** what a search goes along: of the map, then twice of the clusters; nothing where its methods cannot be searched */
export type SearchAxis = answers.Axis;
export type SearchMethods = { method: string; clustering: string; axes: readonly SearchAxis[] };
export type Range = answers.Range;
export type SearchGrid = SearchMethods & {
  ranges: Partial<Record<SearchAxis, Range>>;
  min_clusters: number;
  max_clusters: number;
};
export type SearchRow = answers.SearchRow;
/** `score` of the heat map holds what the search was ranked by */
export type SearchResult = Omit<answers.Search, "axes"> & {
  axes: readonly [SearchAxis, answers.PlaneAxis, answers.PlaneAxis];
};
/** what comes of it is known to who started it */
export type Job = Omit<answers.Job, "kind" | "result"> & { result: any };

export type ColumnTest = answers.ColumnTest;
export type Association = answers.Association;
export type ProjectState = answers.ProjectState;
/** something that somebody made and that is kept with the cohort */
export type Item = Omit<answers.ProjectItem, "body"> & { body: ItemBody | null };
export type ItemBody = Partial<Pick<Required<answers.Body>, "name" | "note" | "images" | "query" | "pinned" | "said">>;
/** all of it, by kind and id */
export type Project = Omit<ProjectState, "items"> & { items: ReadonlyMap<string, Item> };
export type Looks = answers.Looks;
export type Verdict = answers.Verdict;
export type PlaneTest = answers.PlaneAssociation;
export type SpecificationCurve = answers.SpecificationCurve;
export type PlaneEvidence = answers.PlaneEvidence;
/** What the plane is drawn by: how strong a place is, 0 to 1, and what is told of it; null where there is nothing. */
export interface PlaneView {
  strength(column: number, row: number): number | null;
  tell(column: number, row: number): string;
}
export type Proposal = answers.Proposal;
export type Names = answers.Names;
export type EnrichedCell = answers.EnrichedCell;
export type Enrichment = answers.Enrichment;
export type Quality = answers.Quality;
export type Repeats = answers.Repeats;
export type Stability = answers.Stability;
export type NullStatistic = answers.NullStatistic;
export type NullResult = answers.Null;

/** What was answered, or why not, and for which cohort. */
export type Given<T> = Pick<Answer<T>, "of" | "value" | "error"> & { cohort: Cohort | null };
/** Asked for when the sliders rest. `of` is the address that `value` or `error` answers; stale once another is wanted. */
export interface Answer<T> {
  of: string;
  value: T | null;
  error: string | null;
  stale: boolean;
}

/** what the server is asked for; names are the API's */
export interface Params {
  method: string;
  n_components: number;
  clustering: string;
  /** conditions, as `--where` takes them: images that do not meet all of them take no part in map and clusters */
  where: readonly string[];
  /** ids of selections that are clusters of their own, in place of what DBSCAN says of their images */
  own: readonly string[];
  /** every parameter of the catalogue */
  [key: string]: any;
}

export type Forming = { n_iter: number; max_iter: number; coordinates: readonly ArrayLike<number>[] | null };

/** What is stored: what somebody chose, points at, or was answered. */
export interface Stored {
  params: Params;
  /** setting A, which is shown beside the one that follows the sliders */
  beside: Params | null;
  /** "cluster", a column's name, or one of the two measures of an image */
  colour: string;
  /** a column's name */
  breakdown: string;
  /** what stands for an image on the map */
  marks: Marks;
  /** whether each group's density is drawn as lines */
  contours: "off" | "on";
  /** of the bars of all cards: shares of their cluster, or images */
  scale: "share" | "count";
  camera: Camera;
  /** null follows the system */
  theme: Theme | null;
  systemScheme: Theme;
  /** id of the X-ray that the viewer shows */
  image: string | null;
  /** what made the features of the link that the page came by */
  backend: string | null;
  /** version, features and table of that link */
  made: string | null;
  /** by id */
  changed: ReadonlyMap<string, Changed>;
  since: Since;
  /** null while nobody has asked for it */
  reopening: Reopening | null;
  /** what was made of the cohort */
  project: Project;
  /** how many pictures could not be had, so far */
  lost: number;
  cohort: Cohort | null;
  projection: Projection | null;
  /** how `projection` is turned in the drawing; before there is one, how the link wants it */
  turn: Turn;
  /** the map that takes its time; its coordinates are left out where nothing is to move */
  forming: Forming | null;
  /** an iteration of the shown map, in its place: (n_samples, n_components) */
  film: readonly ArrayLike<number>[] | null;
  clusters: Clusters | null;
  /** the clusters of a setting that is pointed at, on the map alone */
  previewed: Clusters | null;
  /** the parameters that `projection` and `clusters` belong to */
  shown: Params | null;
  plane: Plane | null;
  busy: boolean;
  /** for each cluster on the map the place of its mark in the palette; where it has none, that is its number */
  tints: readonly number[];
  /** one sentence about the last request that failed */
  trouble: string | null;
  /** whether it is still open which setting the page opens with */
  opening: boolean;
  /** what the link asks for that is not there; no map is made until the reader goes on without */
  unmet: Unmet | null;
  /** whether tests take noise as one more cluster */
  noise: "in" | "out";
  /** the column within whose values tests are made */
  within: string | null;
  associationAnswer: Given<Association>;
  enrichmentAnswer: Given<Enrichment>;
  qualityAnswer: Given<Quality>;
  stability: { of: string; value: Stability } | null;
  /** the last verdict in short, and the setting that it is of */
  verdict: { of: Params; case: Verdict["case"] | null; headline: string } | null;
  /** what the null on the page was asked with, for the report */
  nullAsked: object | null;
  /** index of a record, or -1 */
  hovered: number;
  /** indices of the selected records, ascending */
  selection: readonly number[];
  /** entries of the map's own legend whose images are not drawn; -1 stands for what its ramp colours */
  hiddenEntries: readonly number[];
  /** what stays bright while the rest is dimmed */
  focus: Focus | null;
  /** what a drag on the map does */
  tool: Tool;
  /** the images under the map, as rows or as pictures */
  drawer: "closed" | "table" | "sheet";
  /** conditions like those of `params.where` that only dim, on other columns */
  dim: readonly string[];
  /** what the server said of a setting A */
  answerA: { of: Params; setting: Setting | null; trouble: string | null } | null;
  cameraA: Camera;
  /** the image that is pointed at on the map of A, by its place among the images of A and of B; -1 where it has none */
  pointedA: { a: number; b: number };
  /** the row of the table of A and B that is pointed at */
  pointedFlow: Flow | null;
  /** whether a line is drawn for every image that changes between A and B */
  moveLines: boolean;
}

/** What follows from it; each is computed where it is at home. */
export interface Computed {
  /** what the page shows: the theme, or the system's */
  scheme: Theme;
  /** the points of the map, as they are clustered and as they are drawn */
  positions: Positions;
  drawn: Positions | null;
  /** that of the clusters on the map, if it is known */
  steadiness: Stability | null;
  /** of the measure that colours the map, where one does */
  shares: Steadiness | undefined;
  /** how the points of the map are drawn, and how while something else is previewed */
  mapEncoding: Encoding | null;
  encoding: Encoding | null;
  /** as `tints`, of the clusters that are previewed */
  previewTints: readonly number[];
  legendNames: string;
  /** entries of the legend that is shown */
  hidden: readonly number[];
  /** 1 for every record that meets the filters which only dim; null where there are none */
  passing: Uint8Array | null;
  /** addresses of what is to be asked; empty where there is nothing to ask */
  associationWanted: string;
  enrichmentWanted: string;
  qualityWanted: string;
  association: Answer<Association>;
  enrichment: Answer<Enrichment>;
  quality: Answer<Quality>;
  settingA: Setting | null;
  /** whether A and B are clusters on one map */
  isSameMap: boolean;
  pairs: Pairs | null;
  joint: Joint | null;
  /** how the images of A are drawn, and what that means */
  encodingA: Encoding | null;
  styleA: PointStyle | null;
  /** place among the images of A, or -1 */
  hoveredA: number;
  /** whether that is because A is pointed at */
  pointingA: boolean;
}
export interface AppState extends Stored, Computed {}

/** See store.js. */
export interface Store<S extends object, C extends object = {}> {
  get: () => Readonly<S & C>;
  set: (patch: Partial<S>) => void;
  /** many calls of `set` are one change */
  batch: (change: () => void) => void;
  /** for what the browser says of its own accord while the page is drawn, as that the focus moved: once all have heard */
  soon: (patch: Partial<S>) => void;
  /** `of` sees its `deps` alone, and is asked only where one of them is another */
  computed: <K extends keyof C, D extends keyof (S & C)>(
    name: K,
    deps: readonly D[],
    of: (deps: Readonly<Pick<S & C, D>>) => C[K],
  ) => void;
  /** what a change of these keys brings with it, now and whenever they change */
  rule: (keys: readonly (keyof (S & C))[], patch: (state: Readonly<S & C>) => Partial<S>) => void;
  watch: (keys: readonly (keyof (S & C))[], listener: (state: Readonly<S & C>) => void) => void;
  /** whoever watches in `bind` comes late, and hears of what has changed since the start */
  join: (bind: () => void) => void;
}
export type AppStore = Store<Stored, Computed>;
/** what a panel is given */
export interface Page {
  store: AppStore;
  view: MapView;
  tooltip: Tooltip;
  toast: (text: string, ms?: number) => void;
}
/** `mask` holds 1 for every record that stays bright */
export type Focus =
  { kind: "cluster"; label: number } | { kind: "entry"; index: number } | { kind: "records"; mask: Uint8Array };

/** how many images go from a cluster of A to one of B, -1 being noise; `kept` where the two are matched */
export type Flow = { from: number; to: number; count: number; kept: boolean };
export interface Agreement {
  /** adjusted Rand index, noise being a class of its own */
  ari: number;
  /** of the images that are noise in neither; null with fewer than two */
  ariWithoutNoise: number | null;
  /** places of the images whose clusters are not matched, ascending */
  changed: readonly number[];
  flows: readonly Flow[];
}

/** setting A as it was answered */
export interface Setting {
  params: Params;
  records: readonly ImageRecord[];
  clusters: Clusters;
  tints: readonly number[];
  /** as they are clustered, and as they are drawn */
  positions: Positions;
  drawn: Positions;
}
/** the images that both A and B have */
export interface Pairs {
  /** of each of them its place among the images of A, and of B */
  a: readonly number[];
  b: readonly number[];
  /** from a place in the one to that in the other */
  inA: ReadonlyMap<number, number>;
  inB: ReadonlyMap<number, number>;
  /** of the larger of the two */
  n_images: number;
}
export interface Joint extends Pairs {
  /** in the order of `a` and `b` */
  labelsA: readonly number[];
  labelsB: readonly number[];
  /** goes by places in these arrays */
  agreement: Agreement;
}
export type Theme = "dark" | "light";

export type Mark = Readonly<{ colour: string; shape: number }>;

/** colours of one theme that the canvas needs */
export interface Inks {
  /** clusters and categories, in order */
  cycle: readonly string[];
  /** behind the map */
  film: string;
  ink: string;
  noise: string;
  missing: string;
  /** categories beyond the seven */
  other: string;
  /** bars and swatches while the map is coloured by something else */
  neutral: string;
  /** low to high, perceptually even (viridis, without the end that the film swallows) */
  ramp: readonly string[];
}

/** one line of a legend */
export interface Entry {
  name: string;
  count: number;
  colour: string;
  shape: number;
  kind: "value" | "other" | "missing" | "noise";
}

export interface Scale {
  entries: Entry[];
  ramp: { colours: readonly string[]; low: string; high: string } | null;
  /** for every value its entry, or -1 where the ramp colours it */
  entryOf: Int16Array;
  colourOf: (index: number) => readonly [number, number, number];
}

export interface Legend {
  title: string;
  entries: Entry[];
  ramp: Scale["ramp"];
  /** for every point its entry, or -1 */
  entryOf: Int16Array;
  /** how many points are hatched because they are unstable */
  shaded: number;
}

export type Encoding = { style: PointStyle; legend: Legend };

/** 0…1 for every image; empty where it is not known */
export type Steadiness = readonly (number | null)[];

export type Place = { column: number; row: number };
export interface HeatPicture {
  columns: number;
  rows: number;
  cell: (column: number, row: number) => { colour: string; opacity: number };
  /** may lie between two cells */
  marked: Place | null;
  /** of the mark */
  ink: string;
  /** round the mark, so that it shows on every cell */
  halo: string;
}

export interface Bar {
  name: string;
  count: number;
  /** null for a sum of several values, whose patients may overlap */
  groups: number | null;
  /** the cluster's size times the value's share of the whole cohort */
  expected: number;
  /** apart: with a value that has no place on the axis of the others */
  kind: "value" | "rest" | "missing" | "apart";
}

/** In sentences, and what of the state to go on with when they are left out. */
export type Unmet = { says: readonly string[]; without: Partial<LinkedState> };
export type LinkedState = Pick<
  AppState,
  | "params"
  | "beside"
  | "dim"
  | "colour"
  | "breakdown"
  | "noise"
  | "within"
  | "marks"
  | "contours"
  | "scale"
  | "camera"
  | "turn"
  | "theme"
  | "image"
  | "backend"
  | "made"
>;
/** one parameter of the catalogue: a number in a range, or a word in place of it, or one of a few words; of all methods where it names none */
export type Parameter = Readonly<{
  part: "map" | "clusters";
  methods: readonly string[];
  /** whether a plane of settings goes along it */
  axis?: boolean;
  label: string;
  default: number | string;
  min?: number;
  max?: number;
  whole?: boolean;
  word?: string;
  choices?: readonly { key: string; label: string }[];
}>;
/** by parameter */
export type Settings = Readonly<Record<string, Parameter>>;
export type SortKey = Exclude<keyof SearchRow, "degenerate">;
/** What a film plays: ascending `stops`, beginning at the one numbered `from`; a place between them may be marked; `pace` in milliseconds from one to the next, once that is ready. */
export interface Reel {
  stops: readonly number[];
  from: number;
  mark: { at: number; name: string } | null;
  pace: (at: number) => number;
  ready: () => boolean;
  label: (at: number) => string;
  go: (at: number) => void;
}
/** one of parallel coordinates: the values that occur on it, ascending */
export type Axis = { key: SortKey; values: number[] };
/** ranges that rows have to lie in */
export type Brushes = Map<SortKey, readonly [number, number]>;
/** `max` is where the track ends, `limit` what may be typed */
export type SliderSpec = Readonly<{ min: number; max: number; limit: number; step: number; default: number }>;
/** in CSS pixels */
export type HeatLayout = Readonly<{ columns: number; rows: number; width: number; height: number; gap: number }>;
export type Box = { x: number; y: number; width: number; height: number };
/** `edge`: how many bars lie left of the observed value */
export type Bins = { bars: { count: number; asGood: boolean }[]; low: number; high: number; edge: number };
export type CurrentGrid = {
  grid: () => SearchGrid;
  body: () => Record<string, unknown>;
  runnable: () => boolean;
  changed: (listener: () => void) => void;
};
export type Choice = Pick<AppState, "breakdown" | "noise" | "within">;
/** `day` counts from 1970; it may mean any moment from `first` to just before `end`, in ms; `iso` in ISO 8601, a time of day with it */
export type GivenDate = { day: number; precision: "year" | "month" | "day"; iso: string; first: number; end: number };
export type Condition = { column: string; test: "=" | "!=" | "~" | ">=" | "<="; value: string };
/** A bar holds what lies from `from` to `to`, each a condition without its column; `inside` is a value that meets both. `placeOf`: each value's bar or -1, then `apart` says why unless it is missing. */
export type Histogram = {
  bars: { from: string; to: string; name: string; inside: string | number }[];
  placeOf: Int32Array;
  apart: string[];
};
export type Order = { column: string; descending: boolean };
