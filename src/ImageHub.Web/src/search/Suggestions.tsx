import { useQuery } from "@tanstack/react-query";
import { Images, Search } from "lucide-react";
import { type ReactNode, type RefObject, useEffect, useId, useState } from "react";
import { Link, useNavigate } from "react-router";
import type { Photograph } from "../api/client";
import { pathOfGroup } from "../groups/queries";
import { altOf } from "../images/Photo";
import { isComposing } from "../shell/keyboard";
import { searchText } from "../text/search";
import { matchIn } from "./matchIn";
import { pickSuggestions } from "./pickSuggestions";
import { knownTitle, suggestions } from "./queries";
import styles from "./Suggestions.module.css";

/** The pause in typing before suggestions are requested, in milliseconds. */
const pause = 200;

interface Suggestion {
  to: string;
  name: ReactNode;
  /** The title of a photo's group, or the titles of the groups above a group; absent if unknown or none. */
  group?: string;
  picture: ReactNode;
}

/**
 * Groups and photos that match a field's text, in a list below the field (the combobox pattern of the ARIA Authoring
 * Practices). The focus stays in the field. Arrow keys choose a suggestion, Enter opens it, Escape closes the list.
 */
export function Suggestions({ field, typed }: { field: RefObject<HTMLInputElement | null>; typed: string }) {
  const id = useId();
  const navigate = useNavigate();
  const [term, setTerm] = useState("");
  const [closedAt, setClosedAt] = useState<string>();
  /** The address of the chosen suggestion, whose index may change with the list. */
  const [chosen, setChosen] = useState<string>();
  const [chosenFor, setChosenFor] = useState(typed);
  // Typing clears the choice.
  if (chosenFor !== typed) {
    setChosenFor(typed);
    setChosen(undefined);
  }
  useEffect(() => {
    const timer = setTimeout(() => setTerm(typed), pause);
    return () => clearTimeout(timer);
  }, [typed]);
  const { data, isPlaceholderData } = useQuery(suggestions(term));
  // Typing opens a closed list again.
  const isOpen = typed !== "" && closedAt !== typed && data !== undefined && term !== "";

  const groups: Suggestion[] = (data?.groups ?? []).map(({ slug, title, cover, path }) => ({
    to: `/groups/${slug}`,
    ...(path.length > 0 && { group: path.map((above) => above.title).join(" / ") }),
    name: <Name name={title} term={typed} />,
    picture: cover ? <Thumbnail image={cover} /> : <Images size={18} aria-hidden />,
  }));
  const images: Suggestion[] = pickSuggestions(data?.images ?? [], nameOf).map((image) => ({
    to: `${pathOfGroup(image.groupId ?? "")}/images/${image.id}`,
    name: <Name name={nameOf(image)} term={typed} />,
    group: data?.groups.find(({ id }) => id === image.groupId)?.title ?? knownTitle(image.groupId ?? ""),
    picture: <Thumbnail image={image} />,
  }));
  const all: Suggestion = {
    to: `/search?${new URLSearchParams({ q: typed })}`,
    name: searchText.allResults(typed),
    picture: <Search size={18} aria-hidden />,
  };
  const listed = [...groups, ...images, all];
  const active = isOpen ? listed.findIndex(({ to }) => to === chosen) : -1;
  const close = () => {
    setClosedAt(typed);
    setChosen(undefined);
  };

  useEffect(() => {
    const { current } = field;
    if (current === null) return;
    current.setAttribute("aria-expanded", String(isOpen));
    if (isOpen) current.setAttribute("aria-controls", id);
    else current.removeAttribute("aria-controls");
    if (active >= 0) current.setAttribute("aria-activedescendant", `${id}-${active}`);
    else current.removeAttribute("aria-activedescendant");
    const onKey = (event: KeyboardEvent) => {
      if (isComposing(event)) return;
      if (event.key === "Escape" && isOpen) close();
      else if (event.key === "ArrowDown" && !isOpen) setClosedAt(undefined);
      else if (event.key === "ArrowDown") setChosen(listed[active + 1]?.to);
      else if (event.key === "ArrowUp" && isOpen) setChosen(listed[active < 0 ? listed.length - 1 : active - 1]?.to);
      else if (event.key === "Enter" && active >= 0) {
        close();
        navigate((listed[active] as Suggestion).to);
      } else {
        // Enter without a choice submits the form, which shows all results.
        if (event.key === "Enter") close();
        return;
      }
      event.preventDefault();
    };
    current.addEventListener("keydown", onKey);
    current.addEventListener("blur", close);
    return () => {
      current.removeEventListener("keydown", onKey);
      current.removeEventListener("blur", close);
    };
  });

  if (!isOpen) return null;
  const option = (suggestion: Suggestion, index: number) => (
    <Link
      key={suggestion.to}
      id={`${id}-${index}`}
      role="option"
      aria-selected={index === active}
      tabIndex={-1}
      to={suggestion.to}
      className={styles.option}
      onClick={close}
    >
      <span className={styles.picture}>{suggestion.picture}</span>
      <span>
        <span className={styles.name}>{suggestion.name}</span>
        {suggestion.group && <span className={styles.group}>{suggestion.group}</span>}
      </span>
    </Link>
  );
  return (
    <div
      id={id}
      role="listbox"
      aria-label={searchText.suggestions}
      aria-busy={isPlaceholderData}
      className={styles.list}
      onMouseDown={(event) => event.preventDefault()}
    >
      {groups.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: options are grouped by role, not by a fieldset.
        <div role="group" aria-label={searchText.groups}>
          <p className={styles.heading} aria-hidden>
            {searchText.groups}
          </p>
          {groups.map(option)}
        </div>
      )}
      {images.length > 0 && (
        // biome-ignore lint/a11y/useSemanticElements: options are grouped by role, not by a fieldset.
        <div role="group" aria-label={searchText.photos}>
          <p className={styles.heading} aria-hidden>
            {searchText.photos}
          </p>
          {images.map((image, index) => option(image, groups.length + index))}
        </div>
      )}
      {option(all, listed.length - 1)}
    </div>
  );
}

const nameOf = (image: Photograph) => altOf(image, image.fileName);

/** A name with the matching part marked. */
function Name({ name, term }: { name: string; term: string }) {
  const [from, to] = matchIn(name, term) ?? [0, 0];
  return (
    <>
      {name.slice(0, from)}
      {from < to && <mark>{name.slice(from, to)}</mark>}
      {name.slice(to)}
    </>
  );
}

function Thumbnail({ image }: { image: Photograph }) {
  return <img src={image.low.url} alt="" width={image.low.width} height={image.low.height} decoding="async" />;
}
