// Least-cost assignment: the shortest augmenting path algorithm of Jonker and Volgenant (Computing 38, 1987), steps in the paper's order.
// git uses it too, so that where several assignments cost the same, both choose the same one.

/** A square table of whole costs. */
export interface Costs {
  readonly size: number;
  /** `values[column + size * row]`. */
  readonly values: Int32Array;
}

/** For each column the row that it is assigned to, so that the sum of the costs is the least. */
export function assignColumns(costs: Costs): Int32Array {
  const { size } = costs;
  const state: State = { costs, prices: new Int32Array(size), rowOf: new Int32Array(size).fill(-1), columnOf: new Int32Array(size).fill(-1) };
  if (size < 2) return state.rowOf.fill(0);
  let free = transfer(state, reduceColumns(state));
  if (free.length === 0) return state.rowOf;
  free = reduceRows(state, reduceRows(state, free));
  for (const row of free) augment(state, row);
  return state.rowOf;
}

interface State {
  readonly costs: Costs;
  /** Of the columns: what each one's best use is worth at least. */
  readonly prices: Int32Array;
  readonly rowOf: Int32Array;
  readonly columnOf: Int32Array;
}

/** What a row pays for a column beyond the column's price. */
function reduced({ costs, prices }: State, column: number, row: number): number {
  return (costs.values[column + costs.size * row] ?? 0) - (prices[column] ?? 0);
}

/** Gives each column, from the last to the first, its cheapest row. Says for each row how many columns wanted it. */
function reduceColumns({ costs: { size, values }, prices, rowOf, columnOf }: State): Int32Array {
  const wanted = new Int32Array(size);
  for (let column = size - 1; column >= 0; column--) {
    let best = 0;
    for (let row = 1; row < size; row++) if ((values[column + size * best] ?? 0) > (values[column + size * row] ?? 0)) best = row;
    prices[column] = values[column + size * best] ?? 0;
    if (wanted[best] === 0) {
      columnOf[best] = column;
      rowOf[column] = best;
    }
    wanted[best] = (wanted[best] ?? 0) + 1;
  }
  return wanted;
}

/** Where only one column wanted a row, its price can fall to the next best one's. Returns the rows that nobody wanted. */
function transfer(state: State, wanted: Int32Array): number[] {
  const { costs: { size }, prices, columnOf } = state;
  const free: number[] = [];
  for (let row = 0; row < size; row++) {
    if (wanted[row] === 0) free.push(row);
    if (wanted[row] !== 1) continue;
    const own = columnOf[row] ?? 0;
    let least = Number.MAX_SAFE_INTEGER;
    for (let column = 0; column < size; column++) if (column !== own) least = Math.min(least, reduced(state, column, row));
    prices[own] = (prices[own] ?? 0) - least;
  }
  return free;
}

/** Each free row takes its best column, and frees the row that had it. Returns the rows that are free in the end. */
function reduceRows(state: State, rows: readonly number[]): number[] {
  const { costs: { size }, prices, rowOf, columnOf } = state;
  const queue = [...rows];
  const free: number[] = [];
  for (let at = 0; at < queue.length; ) {
    const row = queue[at++] ?? 0;
    let best = 0;
    let bestCost = reduced(state, 0, row);
    let second = -1;
    let secondCost = Number.MAX_SAFE_INTEGER;
    for (let column = 1; column < size; column++) {
      const cost = reduced(state, column, row);
      if (cost >= secondCost) continue;
      if (bestCost < cost) {
        [second, secondCost] = [column, cost];
      } else {
        [second, secondCost] = [best, bestCost];
        [best, bestCost] = [column, cost];
      }
    }
    if (second < 0) [second, secondCost] = [best, bestCost];
    let owner = rowOf[best] ?? -1;
    if (bestCost < secondCost) prices[best] = (prices[best] ?? 0) - (secondCost - bestCost);
    else if (owner >= 0) {
      best = second;
      owner = rowOf[best] ?? -1;
    }
    if (owner >= 0) {
      if (bestCost < secondCost) queue[--at] = owner;
      else free.push(owner);
    }
    columnOf[row] = best;
    rowOf[best] = row;
  }
  return free;
}

/** Finds the cheapest chain of exchanges that ends at a free column, and carries it out. */
function augment(state: State, freeRow: number): void {
  const { costs: { size }, prices, rowOf, columnOf } = state;
  const distances = new Int32Array(size);
  const from = new Int32Array(size).fill(freeRow);
  /** Up to `scanned`: done; up to `ready`: at the least distance; behind: the rest. */
  const order = new Int32Array(size);
  for (let column = 0; column < size; column++) {
    distances[column] = reduced(state, column, freeRow);
    order[column] = column;
  }
  let scanned = 0;
  let ready = 0;
  let settled = 0;
  let least = 0;
  let end = -1;
  const makeReady = (place: number, column: number): void => {
    order[place] = order[ready] ?? 0;
    order[ready++] = column;
  };
  while (end < 0) {
    settled = scanned;
    least = distances[order[ready++] ?? 0] ?? 0;
    for (let place = ready; place < size; place++) {
      const column = order[place] ?? 0;
      const distance = distances[column] ?? 0;
      if (distance > least) continue;
      if (distance < least) {
        ready = scanned;
        least = distance;
      }
      makeReady(place, column);
    }
    end = order.subarray(scanned, ready).find((column) => rowOf[column] === -1) ?? -1;
    while (end < 0 && scanned < ready) {
      const through = order[scanned++] ?? 0;
      const row = rowOf[through] ?? 0;
      const paid = reduced(state, through, row) - least;
      for (let place = ready; place < size; place++) {
        const column = order[place] ?? 0;
        const distance = reduced(state, column, row) - paid;
        if (distance >= (distances[column] ?? 0)) continue;
        distances[column] = distance;
        from[column] = row;
        if (distance !== least) continue;
        if (rowOf[column] === -1) {
          end = column;
          break;
        }
        makeReady(place, column);
      }
    }
  }
  for (const column of order.subarray(0, settled)) prices[column] = (prices[column] ?? 0) + (distances[column] ?? 0) - least;
  for (let row = -1; row !== freeRow; ) {
    row = from[end] ?? freeRow;
    rowOf[end] = row;
    const given = columnOf[row] ?? -1;
    columnOf[row] = end;
    end = given;
  }
}
