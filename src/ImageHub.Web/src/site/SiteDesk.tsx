import { useQuery } from "@tanstack/react-query";
import { Plus, Trash2 } from "lucide-react";
import { type CSSProperties, type FormEvent, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Schemas } from "../api/client";
import { limits } from "../api/limits";
import { Problem } from "../api/problem";
import { queryClient } from "../api/queries";
import { session } from "../api/session";
import { useStore } from "../api/useStore";
import { Button, buttonClass } from "../design/Button";
import { CheckField, Field, TextField } from "../design/fields/Field";
import { tell } from "../design/overlays/toasts";
import { PageHead } from "../design/PageHead";
import { Failure, reason } from "../shell/Failure";
import { keepFocus } from "../shell/keepFocus";
import { PageTitle } from "../shell/PageTitle";
import { showFirstError } from "../shell/showFirstError";
import { text } from "../text";
import { deskText } from "../text/desk";
import { LayoutField, TypefaceField } from "./AppearanceFields";
import { Brand } from "./Brand";
import { ColourField, isColour, usualAccent } from "./ColourField";
import { updateSite } from "./changes";
import {
  changedElsewhere,
  cleaned,
  differing,
  discardDraft,
  draft,
  type FieldName,
  withEdits,
  withoutSaved,
} from "./draft";
import { FooterLinks } from "./Footer";
import { LogoWell } from "./LogoWell";
import { Masthead } from "./Masthead";
import styles from "./SiteDesk.module.css";
import { type Site, siteQuery } from "./site";
import { WatermarkFields } from "./WatermarkFields";

/** `/admin/site`: the owner's settings of the site, with a preview. */
export function SiteDesk() {
  const { data, error, refetch, isFetchedAfterMount } = useQuery({ ...siteQuery, staleTime: 0 });
  if (data === undefined || !isFetchedAfterMount)
    return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <PageTitle>{deskText.site.title}</PageTitle>
      <PageHead title={deskText.site.title} />
      {data.publicUrl === null && <p className={styles.missing}>{deskText.site.noPublicUrl}</p>}
      <SiteForm read={data} />
    </>
  );
}

let isUnsaved = false;

session.subscribe(() => {
  if (session.get().state !== "none") return;
  discardDraft();
  isUnsaved = false;
});

addEventListener("beforeunload", (event) => {
  if (isUnsaved) event.preventDefault();
});

/** The site's settings as last read or saved, before the page renders them. */
const lastSaved = () => queryClient.getQueryData<Site>(siteQuery.queryKey);

const nameOf = (field: FieldName) =>
  ({
    title: deskText.site.name,
    introduction: deskText.site.introduction,
    photographer: deskText.site.photographer,
    about: deskText.site.about,
    email: deskText.site.email,
    accent: deskText.site.colour,
    footer: deskText.site.footer,
    layout: deskText.site.layout,
    typeface: deskText.site.typeface,
    watermark: deskText.watermark.title,
  })[field];

function SiteForm({ read }: { read: Site }) {
  const unsaved = useStore(draft);
  const [failure, setFailure] = useState<unknown>();
  const [busy, setBusy] = useState(false);
  const [discards, setDiscards] = useState(0);
  const form = useRef<HTMLFormElement>(null);
  const submitter = useRef<Element>(null);
  const addLink = useRef<HTMLButtonElement>(null);
  const saveButton = useRef<HTMLButtonElement>(null);
  const saved = lastSaved() ?? read;
  const site = { ...saved, ...unsaved.edited };
  const change = (changeOf: (latest: Site) => Partial<Site>) => {
    const [now, latest] = [draft.get(), lastSaved() ?? read];
    draft.set(withEdits(now, latest, changeOf({ ...latest, ...now.edited })));
  };
  const edit = (changed: Partial<Site>) => change(() => changed);
  const editLink = (place: number, changed: Partial<Site["footer"][number]>) =>
    edit({ footer: site.footer.map((link, at) => (at === place ? { ...link, ...changed } : link)) });

  const isChanged = differing(cleaned(saved), cleaned(site)).length > 0;
  const elsewhere = changedElsewhere(unsaved, saved);
  useLayoutEffect(() => {
    isUnsaved = isChanged;
  });
  useEffect(() => {
    if (failure !== undefined) showFirstError(form.current, submitter.current);
  }, [failure]);

  function discard() {
    discardDraft();
    setDiscards(discards + 1);
    setFailure(undefined);
    keepFocus(() => saveButton.current);
  }

  async function save(event: FormEvent) {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    submitter.current = document.activeElement;
    try {
      // Somebody else may have changed the same settings since the page read them. The form first shows which ones would be replaced.
      const latest = await queryClient.fetchQuery({ ...siteQuery, staleTime: 0 });
      if (changedElsewhere(draft.get(), latest).every((field) => elsewhere.includes(field))) await send(latest);
      setFailure(undefined);
    } catch (error) {
      setFailure(error);
    }
    setBusy(false);
  }

  async function send(latest: Site) {
    // The server's messages name the links by their places without the empty ones.
    if (draft.get().edited.footer) change((now) => ({ footer: cleaned(now).footer }));
    const { edited } = draft.get();
    const wanted = cleaned({ ...latest, ...edited });
    const body = Object.fromEntries(differing(cleaned(latest), wanted).map((field) => [field, wanted[field]]));
    const answer = await updateSite(body as Schemas["UpdateSite"]);
    draft.set(withoutSaved(draft.get(), edited, answer));
    isUnsaved = Object.keys(draft.get().edited).length > 0;
    tell(deskText.site.saved);
  }

  const errors = failure instanceof Problem ? failure.errors : {};
  let isShown = failure === undefined;
  const wrong = (field: string) => {
    isShown ||= field in errors;
    return errors[field]?.join(" ");
  };
  return (
    <div className={styles.sides}>
      <form ref={form} onSubmit={save} className={styles.form}>
        <Field
          label={deskText.site.name}
          value={site.title}
          maxLength={limits.siteTitle}
          error={wrong("title")}
          onChange={(event) => edit({ title: event.target.value })}
        />
        <TextField
          label={deskText.site.introduction}
          rows={5}
          value={site.introduction ?? ""}
          maxLength={limits.introduction}
          error={wrong("introduction")}
          onChange={(event) => edit({ introduction: event.target.value })}
        />
        <Field
          label={deskText.site.photographer}
          value={site.photographer ?? ""}
          maxLength={limits.photographer}
          error={wrong("photographer")}
          onChange={(event) => edit({ photographer: event.target.value })}
        />
        <TextField
          label={deskText.site.about}
          hint={deskText.site.aboutHint}
          rows={6}
          value={site.about ?? ""}
          maxLength={limits.about}
          error={wrong("about")}
          onChange={(event) => edit({ about: event.target.value })}
        />
        <Field
          label={deskText.site.email}
          hint={deskText.site.emailHint}
          value={site.email ?? ""}
          maxLength={limits.email}
          inputMode="email"
          error={wrong("email")}
          onChange={(event) => edit({ email: event.target.value })}
        />
        <CheckField
          label={deskText.site.ownColour}
          checked={site.accent !== null}
          onChange={(event) => edit({ accent: event.target.checked ? usualAccent : null })}
        />
        {site.accent !== null && (
          <ColourField value={site.accent} error={wrong("accent")} onChange={(accent) => edit({ accent })} />
        )}
        <fieldset className={styles.part}>
          <legend>{deskText.site.logo}</legend>
          <p className={styles.hint}>{deskText.site.logoHint}</p>
          <div className={styles.logos}>
            <LogoWell kind="logo" site={saved} />
            <LogoWell kind="logoDark" site={saved} />
          </div>
        </fieldset>
        <TypefaceField value={site.typeface} onChange={(typeface) => edit({ typeface })} />
        <LayoutField value={site.layout} onChange={(layout) => edit({ layout })} />
        {/* An upload that is still running when the changes are discarded ends with the fields. */}
        <WatermarkFields
          key={discards}
          value={site.watermark}
          refusal={wrong("watermark.imageId")}
          onChange={(changeOf) => {
            change((latest) => ({ watermark: changeOf(latest.watermark) }));
            setFailure(undefined);
          }}
        />
        <fieldset className={styles.part}>
          <legend>{deskText.site.footer}</legend>
          {wrong("footer") && (
            <p role="alert" data-failure className={styles.error}>
              {wrong("footer")}
            </p>
          )}
          {site.footer.map(({ label, url }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: links have no identity but their position.
            <div key={place} className={styles.link}>
              <Field
                label={deskText.site.label}
                value={label}
                maxLength={limits.footerLabel}
                error={wrong(`footer[${place}].label`)}
                onChange={(event) => editLink(place, { label: event.target.value })}
              />
              <Field
                label={deskText.site.url}
                value={url}
                maxLength={limits.footerUrl}
                inputMode="url"
                placeholder={deskText.site.urlHint}
                error={wrong(`footer[${place}].url`)}
                onChange={(event) => editLink(place, { url: event.target.value })}
              />
              <Button
                look="quiet"
                aria-label={deskText.site.removeLink(label)}
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
            {deskText.site.addLink}
          </button>
        </fieldset>
        {!isShown && (
          <p role="alert" data-failure>
            {reason(failure)}
          </p>
        )}
        <div className={styles.actions}>
          <button type="submit" ref={saveButton} className={buttonClass("primary")} aria-disabled={busy || undefined}>
            {text.common.save}
          </button>
          {isChanged && <Button onClick={discard}>{deskText.site.discard}</Button>}
          <span role="status" className={styles.hint}>
            {elsewhere.length > 0
              ? deskText.site.changedElsewhere(elsewhere.map(nameOf))
              : isChanged && deskText.site.unsaved}
          </span>
        </div>
      </form>
      <Preview site={{ ...site, logo: saved.logo, logoDark: saved.logoDark }} />
    </div>
  );
}

/** The gallery's head, a button and the footer as visitors will see them, without interaction. */
const Preview = ({ site }: { site: Site }) => (
  <section
    className={styles.preview}
    aria-label={deskText.site.preview}
    data-accent
    data-typeface={site.typeface}
    style={{ "--own-accent": site.accent && isColour(site.accent) ? site.accent : usualAccent } as CSSProperties}
  >
    <div inert>
      <div className={styles.brand}>{(site.logo || site.logoDark) && <Brand site={site} />}</div>
      <div className={styles.middle}>
        <Masthead {...site} level="p" />
        <div className={styles.samples}>
          <span className={buttonClass("primary")}>{deskText.site.button}</span>
          <a href="/">{deskText.site.link}</a>
        </div>
      </div>
      <FooterLinks links={site.footer} />
    </div>
  </section>
);
