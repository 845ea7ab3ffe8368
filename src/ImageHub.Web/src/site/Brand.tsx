import styles from "./Brand.module.css";
import type { Logo, Site } from "./site";

/** The maximum size of a logo in the header, in CSS pixels. PageHead.cs has the same numbers. */
const header = { width: 220, height: 36 };

/**
 * The site's logo, or the site's title if there is no logo. Until the app has loaded, the page shows the same elements,
 * which the server has written.
 */
export function Brand({
  site: { title, logo, logoDark },
  box = header,
}: {
  site: Pick<Site, "title" | "logo" | "logoDark">;
  /** The maximum size of the logo, in CSS pixels. */
  box?: typeof header;
}) {
  const shown = logo ?? logoDark;
  if (shown === null)
    return (
      <span className={styles.title} dir="auto">
        {title}
      </span>
    );
  const both = logo !== null && logoDark !== null;
  return (
    <picture>
      {both && <source media="(prefers-color-scheme: dark)" srcSet={logoDark.url} {...fitLogo(logoDark, box)} />}
      <img
        className="logo"
        src={shown.url}
        {...fitLogo(shown, box)}
        alt={title}
        data-only={both ? undefined : logo ? "light" : "dark"}
      />
    </picture>
  );
}

/** The size of a logo that fits into a box. A small logo is not enlarged. */
export function fitLogo({ width, height }: Logo, box: typeof header) {
  const scale = Math.min(1, box.width / width, box.height / height);
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}
