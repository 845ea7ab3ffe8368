/** A guest's choice of photos, as the viewer shows and changes it. */
export interface ViewerChoice {
  has: (id: string) => boolean;
  /** The guest's note on a photo; "" without one. */
  noteOn: (id: string) => string;
  toggle: (id: string) => void;
  /** Returns whether the note was saved. */
  annotate: (id: string, note: string) => Promise<boolean>;
  /** The reason why the last change was not saved. */
  failure: string | undefined;
}
