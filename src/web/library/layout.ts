/** Justified rows: pictures in their own proportions, uncropped, each row as wide as the pane. */

/** One row of the grid, in pixels from the top of all rows. */
export interface GridRow {
  readonly top: number;
  /** Height of its pictures. */
  readonly height: number;
  /** Place of its first picture among all. */
  readonly first: number;
  /** Left edges, and widths. */
  readonly cells: readonly { readonly left: number; readonly width: number }[];
}

/** What rows are laid out for. */
export interface GridSize {
  readonly width: number;
  /** The height that rows come near to. */
  readonly target: number;
  /** Between pictures. */
  readonly gap: number;
  /** Below each row: its captions, and air. */
  readonly below: number;
  /** Pictures of a row at most; two on a phone. */
  readonly most?: number;
  /** How many pictures of each group follow one another: a group begins a row. */
  readonly groups?: readonly number[] | undefined;
}

/** The last row, and that of a group, is not stretched beyond this many times the target. */
const STRETCH = 1.25;

/**
 * Lays pictures out. A row takes pictures until it would become lower than the target, or has as many as it may.
 * @param ratios - width to height of each picture, in hundredths
 */
export function layOut(
  ratios: readonly number[],
  { width, target, gap, below, most = 40, groups = [] }: GridSize,
): GridRow[] {
  const ends = endsOf(groups);
  const rows: GridRow[] = [];
  let top = 0;
  let first = 0;
  let sum = 0;
  for (let at = 0; at < ratios.length; at++) {
    sum += ratios[at]! / 100;
    const count = at - first + 1;
    const height = (width - gap * (count - 1)) / sum;
    const isLast = at === ratios.length - 1 || ends.has(at);
    if (height > target && count < most && !isLast) continue;
    const own = isLast ? Math.min(height, target * STRETCH) : Math.min(height, target * 3);
    rows.push({ top, first, height: own, cells: cellsOf(ratios.slice(first, at + 1), own, gap) });
    top += own + below;
    first = at + 1;
    sum = 0;
  }
  return rows;
}

/** Places of the last picture of each group. */
function endsOf(groups: readonly number[]): ReadonlySet<number> {
  const ends = new Set<number>();
  let next = 0;
  for (const count of groups) {
    next += count;
    ends.add(next - 1);
  }
  return ends;
}

function cellsOf(ratios: readonly number[], height: number, gap: number): GridRow["cells"] {
  let left = 0;
  return ratios.map((ratio) => {
    const width = (ratio / 100) * height;
    const cell = { left, width };
    left += width + gap;
    return cell;
  });
}

/** Height of all rows. */
export function heightOf(rows: readonly GridRow[], below: number): number {
  const last = rows.at(-1);
  return last ? last.top + last.height + below : 0;
}

/** The rows that a window shows, from its top to its bottom: their places, both included. Rows are found by halving. */
export function rowsBetween(rows: readonly GridRow[], from: number, to: number, below: number): [number, number] {
  const firstEnding = (after: number): number => {
    let [low, high] = [0, rows.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const { top, height } = rows[middle]!;
      if (top + height + below <= after) low = middle + 1;
      else high = middle;
    }
    return low;
  };
  return [firstEnding(from), Math.min(rows.length - 1, firstEnding(to))];
}

/** The row that holds a picture. */
export function rowOf(rows: readonly GridRow[], place: number): number {
  let [low, high] = [0, rows.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rows[middle]!.first <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** The picture in the row above or below whose middle is nearest to that of this one; itself where there is no such row. */
export function beside(rows: readonly GridRow[], place: number, by: -1 | 1): number {
  const at = rowOf(rows, place);
  const row = rows[at];
  const other = rows[at + by];
  const cell = row?.cells[place - row.first];
  if (!cell || !other) return place;
  const middle = cell.left + cell.width / 2;
  const distances = other.cells.map(({ left, width }) => Math.abs(left + width / 2 - middle));
  return other.first + distances.indexOf(Math.min(...distances));
}
