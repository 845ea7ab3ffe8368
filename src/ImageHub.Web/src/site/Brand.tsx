import styles from "./Brand.module.css";
import type { Site } from "./site";

/** The site's logo and title, as the server writes them in place of the app until it has come. */
export const Brand = ({ site }: { site: Pick<Site, "title" | "logo"> }) => (
  <>
    {site.logo && (
      <img
        className={styles.logo}
        src={site.logo.low.url}
        width={site.logo.low.width}
        height={site.logo.low.height}
        alt=""
      />
    )}
    <span className={styles.title} dir="auto">
      {site.title}
    </span>
  </>
);
