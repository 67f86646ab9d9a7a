/**
 * The pairs of two clusterings that share most images in all, no cluster twice (the assignment problem, Kuhn 1955), by
 * shortest augmenting paths (Jonker and Volgenant 1987) over the pairs that share anything: of thousands of clusters
 * each meets few. Pure.
 */

/**
 * @param {readonly ReadonlyMap<number, number>[]} rows  for each row how much it shares with which columns, all above 0
 * @returns {number[]}  for each row its column, or -1
 */
export function assigned(rows) {
  /** @type {Map<number, number>} */
  const rowOf = new Map();
  /** What a row gives and a column takes; whatever is added to both sides of a pair changes no choice. */
  const gives = new Array(rows.length).fill(0);
  /** @type {Map<number, number>} */
  const takes = new Map();

  for (let row = 0; row < rows.length; row++) {
    // From the new row to a column that is free, the way on which least is lost.
    /** @type {Map<number, {loss: number, from: number}>} */
    const reached = new Map();
    /** @type {Set<number>} */
    const done = new Set();
    const path = [row];
    let [here, column] = [row, NaN];
    for (;;) {
      for (const [to, shared] of [...rows[here], [alone(here), 0]]) {
        if (done.has(to)) continue;
        const loss = -shared - gives[here] - (takes.get(to) ?? 0);
        if (loss < (reached.get(to)?.loss ?? Infinity)) reached.set(to, { loss, from: column });
      }
      const open = [...reached].filter(([to]) => !done.has(to));
      const [next, { loss }] = open.reduce((best, one) => (one[1].loss < best[1].loss ? one : best));
      for (const visited of path) gives[visited] += loss;
      for (const to of done) takes.set(to, (takes.get(to) ?? 0) - loss);
      for (const [, way] of open) way.loss -= loss;
      column = next;
      const owner = rowOf.get(column);
      if (owner === undefined) break;
      done.add(column);
      path.push(owner);
      here = owner;
    }
    // Along the way back everybody moves to the column that the next one leaves.
    while (!Number.isNaN(column)) {
      const from = reached.get(column)?.from ?? NaN;
      rowOf.set(column, Number.isNaN(from) ? row : /** @type {number} */ (rowOf.get(from)));
      column = from;
    }
  }
  const columnOf = new Map(Array.from(rowOf, ([column, row]) => [row, column]));
  return rows.map((_, row) => Math.max(-1, columnOf.get(row) ?? -1));
}

/** A column of its own for who shares with nobody, or goes without. @param {number} row */
const alone = (row) => -1 - row;
