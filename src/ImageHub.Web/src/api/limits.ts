/** How long texts may be, in characters. */
export const limits = {
  groupTitle: 200,
  groupDescription: 10_000,
  imageTitle: 200,
  imageDescription: 4_000,
  search: 200,
};
