import styles from "./Footer.module.css";
import type { Site } from "./site";

/** The owner's links, such as an imprint. */
export const FooterLinks = ({ links }: { links: Site["footer"] }) => (
  <ul className={styles.links}>
    {links.map(({ label, url }) => (
      <li key={`${label} ${url}`}>
        <a href={url} rel="noopener noreferrer">
          {label}
        </a>
      </li>
    ))}
  </ul>
);
