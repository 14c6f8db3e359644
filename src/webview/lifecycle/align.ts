// Brings the states of two drawings of the same graph to the same heights, and moves labels apart that overlap.

interface Place {
  readonly x: number;
  readonly y: number;
}

/** Nodes that stand in one row, with the row's extent. */
interface Rank {
  readonly ids: string;
  readonly top: number;
  readonly bottom: number;
}

/** A map of heights: straight between its points, with slope one outside of them. */
type Warp = (y: number) => number;

/**
 * Both sides draw the union of both graphs, so their rows are the same; only their labels differ in size. The distance between
 * two rows becomes the larger of both. Drawings with other rows than each other are left as they are.
 */
export function alignRows(before: SVGSVGElement, after: SVGSVGElement): void {
  const ranksBefore = ranksOf(before);
  const ranksAfter = ranksOf(after);
  if (ranksBefore === null || ranksAfter === null) return;
  if (ranksBefore.map((rank) => rank.ids).join("\n") !== ranksAfter.map((rank) => rank.ids).join("\n")) return;
  const centers: number[] = [];
  ranksBefore.forEach((rank, index) => {
    const twin = ranksAfter[index] ?? rank;
    const previous = ranksBefore[index - 1];
    const previousTwin = ranksAfter[index - 1];
    const height = Math.max(heightOf(rank), heightOf(twin));
    if (previous === undefined || previousTwin === undefined) {
      centers.push(Math.max((rank.top + rank.bottom) / 2, (twin.top + twin.bottom) / 2));
      return;
    }
    const gap = Math.max(rank.top - previous.bottom, twin.top - previousTwin.bottom);
    const above = Math.max(heightOf(previous), heightOf(previousTwin));
    centers.push((centers[index - 1] ?? 0) + above / 2 + gap + height / 2);
  });
  warpDrawing(before, warpTo(ranksBefore, centers));
  warpDrawing(after, warpTo(ranksAfter, centers));
}

/** Moves overlapping labels apart, along the axis on which less movement is needed; three rounds are enough for a few neighbors. */
export function separateLabels(svg: SVGSVGElement): void {
  const labels = [...svg.querySelectorAll<SVGGElement>("g.edgeLabel")].flatMap((element) => {
    const box = element.querySelector("foreignObject");
    const place = placeOf(element);
    if (box === null || place === null) return [];
    return [{ element, x: place.x, y: place.y, width: numberOf(box, "width"), height: numberOf(box, "height") }];
  }).filter((label) => label.width > 0);
  for (let round = 0; round < 3; round += 1) {
    for (const [index, one] of labels.entries()) {
      for (const other of labels.slice(index + 1)) {
        const overX = (one.width + other.width) / 2 + 6 - Math.abs(one.x - other.x);
        const overY = (one.height + other.height) / 2 + 2 - Math.abs(one.y - other.y);
        if (overX <= 0 || overY <= 0) continue;
        if (overX < overY) {
          const push = (one.x <= other.x ? -1 : 1) * (overX / 2);
          one.x += push;
          other.x -= push;
        } else {
          const push = (one.y <= other.y ? -1 : 1) * (overY / 2);
          one.y += push;
          other.y -= push;
        }
      }
    }
  }
  for (const { element, x, y } of labels) element.setAttribute("transform", `translate(${x}, ${y})`);
}

/** The rows of a drawing from top to bottom; null when a node has a shape of unknown height. */
function ranksOf(svg: SVGSVGElement): readonly Rank[] | null {
  const rows = new Map<number, { ids: string[]; half: number }>();
  for (const node of svg.querySelectorAll<SVGGElement>("g.node")) {
    const place = placeOf(node);
    const half = halfHeight(node);
    if (place === null || half === null) return null;
    const center = Math.round(place.y);
    const row = rows.get(center) ?? { ids: [], half: 0 };
    row.ids.push(node.id.replace(/^drawing-\w+-\d+-/, "").replace(/-\d+$/, ""));
    row.half = Math.max(row.half, half);
    rows.set(center, row);
  }
  return [...rows]
    .sort(([one], [other]) => one - other)
    .map(([center, { ids, half }]) => ({ ids: ids.sort().join(" "), top: center - half, bottom: center + half }));
}

function halfHeight(node: SVGGElement): number | null {
  const box = node.querySelector("rect.outer, rect.basic, rect.label-container");
  if (box !== null) return numberOf(box, "height") / 2;
  // The marks of start and end are circles of seven units.
  return node.querySelector("circle, .outer-path") === null ? null : 7;
}

/** Every row keeps its height and goes to its center; what is between two rows is stretched. */
function warpTo(ranks: readonly Rank[], centers: readonly number[]): Warp {
  const points = ranks.flatMap((rank, index) => {
    const center = centers[index] ?? 0;
    return [
      { from: rank.top, to: center - heightOf(rank) / 2 },
      { from: rank.bottom, to: center + heightOf(rank) / 2 },
    ];
  });
  return (y) => {
    const next = points.findIndex((point) => point.from >= y);
    const above = points[next - 1];
    const below = points[next];
    if (below === undefined) return y + ((points.at(-1)?.to ?? 0) - (points.at(-1)?.from ?? 0));
    if (above === undefined) return y + below.to - below.from;
    const share = below.from === above.from ? 0 : (y - above.from) / (below.from - above.from);
    return above.to + share * (below.to - above.to);
  };
}

function warpDrawing(svg: SVGSVGElement, warp: Warp): void {
  for (const element of svg.querySelectorAll<SVGGElement>("g.node, g.edgeLabel")) {
    const place = placeOf(element);
    if (place !== null) element.setAttribute("transform", `translate(${place.x}, ${warp(place.y)})`);
  }
  for (const path of svg.querySelectorAll("path[data-id]")) path.setAttribute("d", warpPath(path.getAttribute("d") ?? "", warp));
  const [x = 0, y = 0, width = 0, height = 0] = (svg.getAttribute("viewBox") ?? "").split(/\s+/).map(Number);
  svg.setAttribute("viewBox", `${x} ${y} ${width} ${warp(y + height) - y}`);
}

/** Every second number is a height in paths that move, draw lines and draw curves; others are left alone. */
function warpPath(d: string, warp: Warp): string {
  if (!/^[MLCQ\d\s.,e+-]*$/.test(d)) return d;
  let isHeight = true;
  return d.replace(/-?\d+(?:\.\d+)?(?:e[+-]?\d+)?/g, (number) => {
    isHeight = !isHeight;
    return isHeight ? String(Math.round(warp(Number(number)) * 100) / 100) : number;
  });
}

function placeOf(element: SVGGElement): Place | null {
  const match = /translate\(\s*([-\d.e]+)[\s,]+([-\d.e]+)\s*\)/.exec(element.getAttribute("transform") ?? "");
  return match === null ? null : { x: Number(match[1]), y: Number(match[2]) };
}

function heightOf(rank: Rank): number {
  return rank.bottom - rank.top;
}

function numberOf(element: Element, attribute: string): number {
  return Number(element.getAttribute(attribute) ?? "0") || 0;
}
