/** The page number of an address; 1 if it has no valid number. */
export const pageNumberOf = (search: URLSearchParams) => {
  const page = Number(search.get("page") ?? "1");
  return Number.isSafeInteger(page) && page > 0 && page <= 1_000_000 ? page : 1;
};
