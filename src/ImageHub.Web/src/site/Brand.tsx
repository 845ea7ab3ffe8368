import styles from "./Brand.module.css";
import type { Site } from "./site";

/** The site's logo and title. Until the app has loaded, the page shows the same elements as written by the server. */
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
