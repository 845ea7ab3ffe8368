/** What a guest of a link has chosen, as the viewer shows and changes it. */
export interface ViewerChoice {
  has: (id: string) => boolean;
  /** What the guest says about a photo; "": nothing. */
  noteOn: (id: string) => string;
  toggle: (id: string) => void;
  /** Answers whether it was saved. */
  annotate: (id: string, note: string) => Promise<boolean>;
  /** Why the last change was not saved. */
  failure: string | undefined;
}
