/** An uploaded image of a batch, which stand in the order that they were dropped in. */
export interface Placed {
  imageId: string;
  /** When its answer came, in milliseconds. */
  finishedAt: number;
  /** Finished since the batch was last put in order. */
  isNew: boolean;
}

/** One `PUT groups/{id}/order`: the images become one block behind `after`. */
export interface Move {
  after: string;
  ids: string[];
}

/** The server takes this many at once. */
const most = 1000;
/** Answers closer together than this (milliseconds) may have passed each other on their way. */
const together = 50;

/**
 * The moves that put a batch in the order it was dropped in. The server adds an image behind the last one when it is
 * finished, and a few are under way at once. Hence the new ones are moved behind the one in front of them: the first of a
 * batch stays where it came to lie, which is behind all that the group had.
 */
export function movesOf(batch: Placed[]): Move[] {
  const areInOrder = batch.every((placed, index) => {
    const before = batch[index - 1];
    return before === undefined || placed.finishedAt - before.finishedAt >= together;
  });
  if (areInOrder || !batch.some((placed) => placed.isNew)) return [];

  const moves: Move[] = [];
  // Where the first of all is new, nothing stands in front of it: all others follow it.
  const movesAll = batch[0]?.isNew === true;
  for (let index = 1; index < batch.length; index++) {
    const placed = batch[index];
    const before = batch[index - 1];
    if (placed === undefined || before === undefined || !(placed.isNew || movesAll)) continue;
    const last = moves.at(-1);
    if (last !== undefined && last.ids.at(-1) === before.imageId && last.ids.length < most)
      last.ids.push(placed.imageId);
    else moves.push({ after: before.imageId, ids: [placed.imageId] });
  }
  return moves;
}
