import { Mail } from "lucide-react";
import { buttonClass } from "../design/Button";
import { Missing } from "../shell/Failure";
import { PageTitle } from "../shell/PageTitle";
import { Waiting } from "../shell/Waiting";
import { text } from "../text";
import styles from "./AboutPage.module.css";
import { useSite } from "./site";

/** `/about`: the owner's text about the photographer, and the e-mail address. */
export function AboutPage() {
  const site = useSite();
  if (site === undefined) return <Waiting />;
  if (site.about === null) return <Missing />;
  const name = site.photographer ?? site.title;
  return (
    <article className={styles.about}>
      <PageTitle>{name}</PageTitle>
      <h1 className={styles.name}>{name}</h1>
      <p className={styles.text}>{site.about}</p>
      {site.email && (
        <p className={styles.contact}>
          <a href={`mailto:${site.email}`} className={buttonClass("primary")}>
            <Mail size={16} aria-hidden />
            {text.gallery.write}
          </a>
          <span className={styles.address}>{site.email}</span>
        </p>
      )}
    </article>
  );
}
