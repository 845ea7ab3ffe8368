import { ChevronLeft, ChevronRight } from "lucide-react";
import { Link, useHref, useLinkClickHandler, useSearchParams } from "react-router";
import { text } from "../../text";
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
            // biome-ignore lint/suspicious/noArrayIndexKey: gaps have no other identity.
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

/** A link to the previous or the next page. On the first or last page the link has no address, but keeps its place and the focus. */
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
  const href = useHref(to ?? "");
  const go = useLinkClickHandler(to ?? "");
  return (
    <a
      // biome-ignore lint/a11y/noRedundantRoles: an anchor without an address has no implicit role.
      role="link"
      href={to ? href : undefined}
      rel={rel}
      aria-label={name}
      aria-disabled={to === null || undefined}
      tabIndex={0}
      onClick={(event) => to && go(event)}
    >
      {children}
    </a>
  );
}
