import { store } from "../api/store";
import type { Site } from "./site";

/** The fields that the owner edits as a form. */
export const fields = [
  "title",
  "introduction",
  "photographer",
  "about",
  "email",
  "accent",
  "footer",
  "layout",
  "typeface",
  "watermark",
] as const;

export type FieldName = (typeof fields)[number];

/** Unsaved edits. */
export interface Draft {
  /** The edited values. */
  edited: Partial<Site>;
  /** The server's value of each edited field when it was first edited. */
  replaced: Partial<Site>;
}

const empty: Draft = { edited: {}, replaced: {} };

/** The unsaved edits, which survive a visit to another desk page. */
export const draft = store<Draft>(empty);

export const discardDraft = () => draft.set(empty);

/** The input in the form of the server's data. Empty links are removed. */
export const cleaned = (site: Site) => ({
  ...site,
  title: site.title.trim() || null,
  introduction: site.introduction || null,
  photographer: site.photographer || null,
  about: site.about || null,
  email: site.email?.trim() || null,
  footer: site.footer
    .filter(({ label, url }) => label.trim() || url.trim())
    .map(({ label, url }) => ({ label, url: url.trim() })),
});

const isEqual = (some: unknown, other: unknown) => JSON.stringify(some) === JSON.stringify(other);

/** The fields with different values. */
export const differing = (some: ReturnType<typeof cleaned>, others: ReturnType<typeof cleaned>) =>
  fields.filter((field) => !isEqual(some[field], others[field]));

/** Adds edits. A field with its former value again is no longer edited. */
export function withEdits({ edited, replaced }: Draft, saved: Site, changed: Partial<Site>): Draft {
  const before = {
    ...Object.fromEntries(Object.keys(changed).map((field) => [field, saved[field as FieldName]])),
    ...replaced,
  };
  const after = { ...edited, ...changed };
  return keep({ edited: after, replaced: before }, (field) => {
    // An empty link is an edit, although it is not sent.
    if (field === "footer") return !isEqual(after.footer, before.footer);
    return !isEqual(cleaned({ ...saved, ...after })[field], cleaned({ ...saved, ...before })[field]);
  });
}

/** Returns the edits that are still unsaved after `sent` was saved: the fields that have been edited since. */
export const withoutSaved = ({ edited, replaced }: Draft, sent: Partial<Site>, saved: Site): Draft =>
  keep(
    {
      edited,
      replaced: {
        ...replaced,
        ...Object.fromEntries(Object.keys(sent).map((field) => [field, saved[field as FieldName]])),
      },
    },
    (field) => !isEqual(edited[field], sent[field]),
  );

/** The edited fields that have been changed elsewhere since then, so that saving would replace these changes. */
export function changedElsewhere({ edited, replaced }: Draft, saved: Site) {
  const elsewhere = differing(cleaned({ ...saved, ...replaced }), cleaned(saved));
  return differing(cleaned({ ...saved, ...edited }), cleaned(saved)).filter((field) => elsewhere.includes(field));
}

function keep({ edited, replaced }: Draft, isKept: (field: FieldName) => boolean): Draft {
  const kept = fields.filter((field) => field in edited && isKept(field));
  const only = (site: Partial<Site>) => Object.fromEntries(kept.map((field) => [field, site[field]]));
  return { edited: only(edited), replaced: only(replaced) };
}
