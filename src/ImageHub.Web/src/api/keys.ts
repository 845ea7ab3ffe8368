/** The keys of cached queries. Invalidating a key also invalidates all keys that start with it. */
export const keys = {
  me: ["me"],
  /** The owner's settings of the site. */
  site: ["site"],
  /** The lists of groups and photos on the visitors' pages. */
  gallery: ["gallery"],
  galleryPage: (page: number) => ["gallery", page],
  /** Results of a search among the titles and descriptions of all groups. */
  titled: (q: string) => ["gallery", "titled", q],
  groupsBelow: (id: string, isMember: boolean) => ["gallery", "below", id, isMember],
  /** The id of the group at an address. */
  groupAt: (name: string) => ["gallery", "at", name],
  /** Results of searches among groups and photos, and the available filters. */
  found: (...what: unknown[]) => ["gallery", "found", ...what],
  groups: ["groups"],
  /** A group and everything shown about it. */
  group: (id: string) => ["groups", id],
  groupItself: (id: string) => ["groups", id, "itself"],
  groupImages: (id: string) => ["groups", id, "images"],
  /** The photos of a group that have at least `least` stars (0: all photos), by rating or in the group's order. */
  ratedImages: (id: string, least: number, isBestFirst: boolean) => ["groups", id, "images", least, isBestFirst],
  /** The photos from guests that await approval. */
  pendingImages: (id: string) => ["groups", id, "images", "pending"],
  image: (id: string) => ["images", id],
  shared: (token: string) => ["shared", token],
  sharedImages: (token: string) => ["shared", token, "images"],
  /** The photos this guest has chosen. */
  favourites: (token: string) => ["shared", token, "favourites"],
  /** The photos this guest has sent. */
  sentPhotos: (token: string) => ["shared", token, "sent"],
  /** Quantities of products. */
  stock: ["stock"],
  level: (productId: string) => ["stock", productId, "level"],
  history: (productId: string, range: string) => ["stock", productId, "history", range],
  links: ["links"],
  /** One link. Its key is not below `links`, because changes expect only lists below `links`. */
  link: (id: string) => ["link", id],
  /** The links whose guests have chosen photos, of one group or of all groups. */
  choices: ["desk", "choices"],
  choicesIn: (groupId: string | undefined) => ["desk", "choices", groupId],
  /** The choices of one link's guests. The key is not below `choices`, because their page may still be shown after their deletion. */
  choicesOf: (linkId: string) => ["desk", "choicesOf", linkId],
  receipts: ["receipts"],
  receipt: (id: string, status: string | undefined) => ["receipts", id, status],
  ownImages: ["mine"],
  /** The groups of which the user is a member. The key is below `gallery`, because changes of groups affect this list. */
  groupsSharedWithMe: ["gallery", "sharedWithMe"],
  /** Data of the desk, which only admins and editors see. */
  desk: ["desk"],
  deskGroups: ["desk", "groups"],
  deskGroupsWith: (q: string, parent: string) => ["desk", "groups", q, parent],
  duplicates: ["desk", "duplicates"],
  trash: ["desk", "trash"],
  users: ["desk", "users"],
  /** One account. Its key is not below `users`, because changes expect only lists below `users`. */
  user: (id: string) => ["desk", "user", id],
  members: (groupId: string) => ["desk", "members", groupId],
  tiers: ["desk", "tiers"],
  /** One tier. Its key is not below `tiers`, because changes expect only the list below `tiers`. */
  tier: (id: string) => ["desk", "tier", id],
  apiKeys: ["desk", "apiKeys"],
  transformKeys: ["desk", "transformKeys"],
  /** The connected OneDrive and its content. The key is not below `desk`, because changes of groups do not affect OneDrive. */
  oneDrive: ["oneDrive"],
  driveFolders: ["oneDrive", "items"],
  driveItems: (folderId: string | null) => ["oneDrive", "items", folderId],
  import: (id: string) => ["imports", id],
};

/** The keys of all queries that show these groups, their number or their order. */
export const showing = (...groupIds: string[]) => [keys.desk, keys.gallery, ...groupIds.map(keys.group)];
