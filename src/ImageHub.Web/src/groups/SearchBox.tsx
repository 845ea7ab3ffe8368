import { Search, X } from "lucide-react";
import { useEffect, useLayoutEffect, useRef, useState } from "react";
import { useSearchParams } from "react-router";
import { limits } from "../api/limits";
import { Button } from "../design/Button";
import { text } from "../text";
import { mineText } from "../text/mine";
import styles from "./SearchBox.module.css";

/** A search field that searches while the user types. The term is part of the address. */
export function SearchBox({ term }: { term: string }) {
  const [, setSearch] = useSearchParams();
  const [typed, setTyped] = useState(term);
  const searched = useRef(term);
  const input = useRef<HTMLInputElement>(null);

  // The address has changed without typing: the user went back or followed the link to all groups.
  useLayoutEffect(() => {
    if (term === searched.current) return;
    searched.current = term;
    setTyped(term);
  }, [term]);

  useEffect(() => {
    const wanted = typed.trim();
    if (wanted === term) return;
    const timer = setTimeout(() => {
      searched.current = wanted;
      setSearch(wanted ? { q: wanted } : {}, { replace: term !== "" });
    }, 250);
    return () => clearTimeout(timer);
  }, [typed, term, setSearch]);

  return (
    <search className={styles.box}>
      <Search size={16} aria-hidden />
      <input
        ref={input}
        type="search"
        value={typed}
        maxLength={limits.search}
        placeholder={mineText.desk.searchGroups}
        aria-label={mineText.desk.searchGroups}
        onChange={(event) => setTyped(event.target.value)}
      />
      {typed && (
        <Button
          look="quiet"
          aria-label={text.gallery.clearSearch}
          onClick={() => {
            setTyped("");
            input.current?.focus();
          }}
        >
          <X size={16} aria-hidden />
        </Button>
      )}
    </search>
  );
}
