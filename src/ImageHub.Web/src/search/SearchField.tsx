import { Search, X } from "lucide-react";
import { Suspense, useRef, useState } from "react";
import { useNavigate } from "react-router";
import { limits } from "../api/limits";
import { Button } from "../design/Button";
import { whenShown } from "../shell/whenShown";
import { text } from "../text";
import styles from "./SearchField.module.css";

const Suggestions = whenShown(async () => (await import("./Suggestions")).Suggestions, true);

/** Searches groups and photos. Offers suggestions while the user types; Enter shows all results. */
export function SearchField({ term = "", focused = false }: { term?: string; focused?: boolean }) {
  const [typed, setTyped] = useState(term);
  const [shown, setShown] = useState(term);
  const [isUsed, setUsed] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const navigate = useNavigate();

  // The address has changed without typing, for example by going back.
  if (shown !== term) {
    setShown(term);
    setTyped(term);
  }

  const clear = () => {
    setTyped("");
    field.current?.focus();
  };
  const wanted = typed.trim();
  return (
    <search className={styles.box}>
      <form
        action="/search"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted) navigate(`/search?${new URLSearchParams({ q: wanted })}`);
        }}
      >
        <Search size={16} aria-hidden />
        <input
          ref={field}
          // biome-ignore lint/a11y/noAutofocus: the visitor has opened the field.
          autoFocus={focused}
          name="q"
          type="text"
          role="combobox"
          aria-expanded={false}
          aria-autocomplete="list"
          autoComplete="off"
          enterKeyHint="search"
          value={typed}
          maxLength={limits.search}
          placeholder={text.gallery.searchAll}
          aria-label={text.gallery.searchAll}
          onFocus={() => setUsed(true)}
          onChange={(event) => setTyped(event.target.value)}
        />
        {typed && (
          <Button look="quiet" aria-label={text.gallery.clearSearch} onClick={clear}>
            <X size={16} aria-hidden />
          </Button>
        )}
      </form>
      {isUsed && (
        <Suspense>
          <Suggestions field={field} typed={wanted} />
        </Suspense>
      )}
    </search>
  );
}
