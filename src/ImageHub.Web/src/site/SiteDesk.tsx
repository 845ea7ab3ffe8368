import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { type CSSProperties, type FormEvent, useRef, useState } from "react";
import { limits } from "../api/limits";
import { Problem } from "../api/problem";
import { Button, buttonClass } from "../design/Button";
import { CheckField, Field, TextField } from "../design/Field";
import { PageHead } from "../design/PageHead";
import { tell } from "../design/toasts";
import { Failure, reason } from "../shell/Failure";
import { PageTitle } from "../shell/PageTitle";
import { text } from "../text";
import { deskText } from "../text/desk";
import { Brand } from "./Brand";
import { updateSite } from "./changes";
import { FooterLinks } from "./Footer";
import { Masthead } from "./Masthead";
import styles from "./SiteDesk.module.css";
import { type Site, siteQuery } from "./site";

const words = deskText.site;

/** The app's own accent, which a colour of one's own begins with (see `design/tokens.css`). */
const usualAccent = "#1f5fd0";

/** `/admin/site`: what the owner says about the site, and how visitors will see it. */
export function SiteDesk() {
  const { data, error, refetch, isFetchedAfterMount } = useQuery({ ...siteQuery, staleTime: 0 });
  if (data === undefined || !isFetchedAfterMount)
    return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <PageTitle>{words.title}</PageTitle>
      <PageHead title={words.title} />
      <SiteForm saved={data} />
    </>
  );
}

function SiteForm({ saved }: { saved: Site }) {
  const [site, setSite] = useState(saved);
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const addLink = useRef<HTMLButtonElement>(null);
  const edit = (changed: Partial<Site>) => setSite((before) => ({ ...before, ...changed }));
  const editLink = (place: number, changed: Partial<Site["footer"][number]>) =>
    edit({ footer: site.footer.map((link, at) => (at === place ? { ...link, ...changed } : link)) });

  async function save(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    // A line that nothing was typed into is none.
    const footer = site.footer.filter(({ label, url }) => label.trim() || url.trim());
    edit({ footer });
    try {
      await updateSite({
        title: site.title.trim() || null,
        introduction: site.introduction,
        photographer: site.photographer,
        accent: site.accent,
        footer: footer.map(({ label, url }) => ({ label, url: url.trim() })),
        logoImageId: site.logoImageId,
      });
      setFailure(undefined);
      tell(words.saved);
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  const errors = failure instanceof Problem ? failure.errors : {};
  const wrong = (field: string) => errors[field]?.join(" ");
  return (
    <div className={styles.sides}>
      <form onSubmit={save} className={styles.form}>
        <Field
          label={words.name}
          value={site.title}
          maxLength={limits.siteTitle}
          error={wrong("title")}
          onChange={(event) => edit({ title: event.target.value })}
        />
        <TextField
          label={words.introduction}
          rows={5}
          value={site.introduction ?? ""}
          maxLength={limits.introduction}
          error={wrong("introduction")}
          onChange={(event) => edit({ introduction: event.target.value })}
        />
        <Field
          label={words.photographer}
          value={site.photographer ?? ""}
          maxLength={limits.photographer}
          error={wrong("photographer")}
          onChange={(event) => edit({ photographer: event.target.value })}
        />
        <CheckField
          label={words.ownColour}
          checked={site.accent !== null}
          onChange={(event) => edit({ accent: event.target.checked ? usualAccent : null })}
        />
        {site.accent !== null && (
          <Field
            label={words.colour}
            type="color"
            value={site.accent}
            hint={words.colourHint}
            error={wrong("accent")}
            onChange={(event) => edit({ accent: event.target.value })}
          />
        )}
        <fieldset className={styles.part}>
          <legend>{words.logo}</legend>
          {site.logo ? (
            <Button onClick={() => edit({ logo: null, logoImageId: null })}>
              <Trash2 size={16} aria-hidden />
              {words.noLogo}
            </Button>
          ) : (
            <p className={styles.hint}>{words.logoHint}</p>
          )}
          {wrong("logoImageId") && <p role="alert">{wrong("logoImageId")}</p>}
        </fieldset>
        <fieldset className={styles.part}>
          <legend>{words.footer}</legend>
          {wrong("footer") && (
            <p role="alert" className={styles.error}>
              {wrong("footer")}
            </p>
          )}
          {site.footer.map(({ label, url }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a link has nothing of its own but its place.
            <div key={place} className={styles.link}>
              <Field
                label={words.label}
                value={label}
                maxLength={limits.footerLabel}
                error={wrong(`footer[${place}].label`)}
                onChange={(event) => editLink(place, { label: event.target.value })}
              />
              <Field
                label={words.url}
                value={url}
                maxLength={limits.footerUrl}
                inputMode="url"
                placeholder={words.urlHint}
                error={wrong(`footer[${place}].url`)}
                onChange={(event) => editLink(place, { url: event.target.value })}
              />
              <Button
                look="quiet"
                aria-label={words.removeLink(label)}
                onClick={() => {
                  edit({ footer: site.footer.filter((_, at) => at !== place) });
                  setFailure(undefined);
                  addLink.current?.focus();
                }}
              >
                <Trash2 size={16} aria-hidden />
              </Button>
            </div>
          ))}
          <button
            ref={addLink}
            type="button"
            className={buttonClass()}
            onClick={() => edit({ footer: [...site.footer, { label: "", url: "" }] })}
          >
            <Plus size={16} aria-hidden />
            {words.addLink}
          </button>
        </fieldset>
        {failure !== undefined && Object.keys(errors).length === 0 && <p role="alert">{reason(failure)}</p>}
        <Button type="submit" look="primary" inactive={busy} className={styles.save}>
          {text.common.save}
        </Button>
      </form>
      <Preview site={site} />
    </div>
  );
}

/** The head of the gallery, a button and the footer as visitors will see them. Nothing in it can be pressed. */
const Preview = ({ site }: { site: Site }) => (
  <section
    className={styles.preview}
    aria-label={words.preview}
    data-accent
    style={{ "--own-accent": site.accent ?? usualAccent } as CSSProperties}
  >
    <div inert>
      <div className={styles.brand}>
        <Brand site={site} />
      </div>
      <div className={styles.middle}>
        <Masthead {...site} level="p" />
        <div className={styles.samples}>
          <span className={buttonClass("primary")}>{words.button}</span>
          <a href="/">{words.link}</a>
        </div>
      </div>
      <FooterLinks links={site.footer} />
    </div>
  </section>
);
