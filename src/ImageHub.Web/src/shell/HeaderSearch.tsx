import { Search } from "lucide-react";
import { Suspense, useEffect, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { text } from "../text";
import { hasModal, isComposing, keyOf } from "./keyboard";
import styles from "./Shell.module.css";
import { whenShown } from "./whenShown";

const SearchField = whenShown(async () => (await import("../search/SearchField")).SearchField, true);

/** The header's search button. The button and the key `/` open the search field; Escape closes the field. */
export function HeaderSearch() {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const open = (event: KeyboardEvent) => {
      if (keyOf(event) !== "/" || event.ctrlKey || event.metaKey || event.altKey || hasModal()) return;
      if (document.querySelector("[data-viewer-open], :is(input, select, textarea):focus")) return;
      event.preventDefault();
      setOpen(true);
    };
    addEventListener("keydown", open);
    return () => removeEventListener("keydown", open);
  }, []);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the events come from the field and the button inside.
    <span
      className={styles.search}
      onKeyDown={(event) => {
        // The first Escape closes the suggestions.
        if (event.key !== "Escape" || event.defaultPrevented || isComposing(event.nativeEvent) || !isOpen) return;
        flushSync(() => setOpen(false));
        button.current?.focus();
      }}
      onBlur={({ currentTarget, relatedTarget, target }) => {
        if (!currentTarget.contains(relatedTarget) && !(target as HTMLInputElement).value) setOpen(false);
      }}
    >
      <button
        ref={button}
        type="button"
        className={styles.link}
        aria-expanded={isOpen}
        aria-label={text.gallery.searchAll}
        onClick={() => setOpen(true)}
      >
        <Search size={18} aria-hidden />
      </button>
      {isOpen && (
        <Suspense>
          <SearchField focused />
        </Suspense>
      )}
    </span>
  );
}
