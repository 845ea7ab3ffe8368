/** What is read is kept under these keys. Reading one again reads again all that begin with it. */
export const keys = {
  me: ["me"],
  /** What the owner says about the site. */
  site: ["site"],
  /** The visitors' pages of groups. */
  gallery: ["gallery"],
  galleryPage: (page: number, q: string) => ["gallery", page, q],
  /** What was found among groups and photos, and what can be looked for. */
  found: (...what: unknown[]) => ["gallery", "found", ...what],
  groups: ["groups"],
  /** A group with all that is shown of it. */
  group: (id: string) => ["groups", id],
  groupItself: (id: string) => ["groups", id, "itself"],
  groupImages: (id: string) => ["groups", id, "images"],
  image: (id: string) => ["images", id],
  shared: (token: string) => ["shared", token],
  sharedImages: (token: string) => ["shared", token, "images"],
  /** What this guest has chosen of it. */
  favourites: (token: string) => ["shared", token, "favourites"],
  /** Quantities of products. */
  stock: ["stock"],
  level: (productId: string) => ["stock", productId, "level"],
  history: (productId: string, range: string) => ["stock", productId, "history", range],
  links: ["links"],
  /** One link; not below the lists of links, which are changed as lists. */
  link: (id: string) => ["link", id],
  /** Which links' guests have chosen something; of one group's links, or all. */
  choices: ["desk", "choices"],
  choicesIn: (groupId: string | undefined) => ["desk", "choices", groupId],
  choicesOf: (linkId: string) => ["desk", "choices", "of", linkId],
  receipts: ["receipts"],
  receipt: (id: string, status: string | undefined) => ["receipts", id, status],
  ownImages: ["mine"],
  /** All that only admins see. */
  desk: ["desk"],
  deskGroups: ["desk", "groups"],
  deskGroupsWith: (q: string) => ["desk", "groups", q],
  duplicates: ["desk", "duplicates"],
  duplicatesWithin: (distance: number) => ["desk", "duplicates", distance],
  trash: ["desk", "trash"],
  users: ["desk", "users"],
  tiers: ["desk", "tiers"],
  apiKeys: ["desk", "apiKeys"],
  storage: ["desk", "storage"],
  damaged: ["desk", "storage", "damaged"],
  health: ["desk", "health"],
  /** The connected OneDrive with all that is in it: not below the desk, since groups change without it. */
  oneDrive: ["oneDrive"],
  driveFolders: ["oneDrive", "items"],
  driveItems: (folderId: string | null) => ["oneDrive", "items", folderId],
  import: (id: string) => ["imports", id],
};

/** All that shows these groups, or their number or order. */
export const showing = (...groupIds: string[]) => [keys.desk, keys.gallery, ...groupIds.map(keys.group)];
