/** Strings under keys. If the browser refuses to store them, they last until the page is closed. */
function kept(find: () => Storage) {
  const refused = new Map<string, string>();
  return {
    get(key: string) {
      try {
        return refused.get(key) ?? find().getItem(key);
      } catch {
        return null;
      }
    },
    /** Without a value, removes the key. */
    set(key: string, value?: string) {
      refused.delete(key);
      try {
        if (value === undefined) find().removeItem(key);
        else find().setItem(key, value);
      } catch {
        if (value !== undefined) refused.set(key, value);
      }
    },
  };
}

/** The strings that all tabs share. Browsers that block site data throw when `localStorage` is read, so no other module reads it. */
export const forAllTabs = kept(() => localStorage);

/** The strings of this tab. */
export const forThisTab = kept(() => sessionStorage);
