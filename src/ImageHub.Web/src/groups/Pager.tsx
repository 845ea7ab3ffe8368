import { ChevronLeft, ChevronRight } from "lucide-react";
import { Link, useSearchParams } from "react-router";
import { text } from "../text";
import styles from "./Pager.module.css";
import { shownPages } from "./shownPages";

/** Links to the other pages, as real addresses (`?page=2`). */
export function Pager({ page, pages }: { page: number; pages: number }) {
  const [search] = useSearchParams();
  if (pages <= 1) return null;
  const to = (number: number) => {
    const next = new URLSearchParams(search);
    if (number === 1) next.delete("page");
    else next.set("page", String(number));
    return { search: String(next) };
  };
  return (
    <nav className={styles.pager} aria-label={text.gallery.pages}>
      <Step to={page > 1 ? to(page - 1) : null} rel="prev" name={text.gallery.previous}>
        <ChevronLeft size={18} aria-hidden />
      </Step>
      <ol className={styles.numbers}>
        {shownPages(page, pages).map((number, place) =>
          number === null ? (
            // biome-ignore lint/suspicious/noArrayIndexKey: gaps have nothing else to tell them apart.
            <li key={`gap ${place}`} aria-hidden>
              …
            </li>
          ) : (
            <li key={number}>
              <Link
                to={to(number)}
                aria-label={text.gallery.page(number)}
                aria-current={number === page ? "page" : undefined}
              >
                {number}
              </Link>
            </li>
          ),
        )}
      </ol>
      <span className={styles.short}>{text.gallery.pageOf(page, pages)}</span>
      <Step to={page < pages ? to(page + 1) : null} rel="next" name={text.gallery.next}>
        <ChevronRight size={18} aria-hidden />
      </Step>
    </nav>
  );
}

function Step({
  to,
  rel,
  name,
  children,
}: {
  to: { search: string } | null;
  rel: string;
  name: string;
  children: React.ReactNode;
}) {
  // At an end it stays where it is, without a destination, and keeps the focus.
  return to ? (
    <Link to={to} rel={rel} aria-label={name}>
      {children}
    </Link>
  ) : (
    // biome-ignore lint/a11y/useValidAnchor: a link without a destination is how HTML writes a disabled one.
    <a role="link" aria-disabled="true" aria-label={name} tabIndex={0}>
      {children}
    </a>
  );
}
