import { limits } from "../api/limits";
import { CheckField, Field, SelectField } from "../design/fields/Field";
import { RightsFields, rightsOf } from "../site/RightsFields";
import { deskText } from "../text/desk";
import { dateTime } from "../text/format";
import { guestText } from "../text/guest";
import styles from "./LinkFields.module.css";
import type { GuestLink } from "./queries";

const day = 86_400;
const gigabyte = 1_000_000_000;

/** The maximum number of photos that a link can accept from its guests. */
const mostFiles = 5_000;

/** The offered lifetimes in days; 0 for a link that does not expire. */
const lifetimes = [1, 7, 30, 90, 365, 0];

/** The fields of a new link, or the editable fields of an existing link. */
export function LinkFields({
  link,
  wrong,
}: {
  /** Absent for a new link. */
  link?: GuestLink;
  wrong: (field: string) => string | undefined;
}) {
  const words = guestText.links;
  return (
    <>
      <Field
        label={words.name}
        name="name"
        autoComplete="off"
        maxLength={limits.linkName}
        defaultValue={link?.name ?? ""}
        hint={words.nameHint}
        error={wrong("name")}
      />
      {/* A browser cannot focus an invalid field in closed details, so the details open. */}
      <details
        className={styles.limits}
        onInvalidCapture={({ currentTarget }) => currentTarget.toggleAttribute("open", true)}
      >
        <summary>{words.limits}</summary>
        <SelectField label={words.lasts} name="days" defaultValue={link ? "" : "30"}>
          {link && <option value="">{link.expiresAt ? words.until(dateTime(link.expiresAt)) : words.forever}</option>}
          {lifetimes
            .filter((days) => !link || days > 0 || link.expiresAt)
            .map((days) => (
              <option key={days} value={days}>
                {days === 0 ? words.untilEnded : link ? words.fromNow(days) : words.days(days)}
              </option>
            ))}
        </SelectField>
        <Field
          label={link?.hasPassword ? words.newPassword : words.password}
          name="password"
          autoComplete="off"
          minLength={limits.leastLinkPassword}
          hint={link?.hasPassword ? words.newPasswordHint : words.passwordHint(limits.leastLinkPassword)}
          error={wrong("password")}
        />
        {link?.hasPassword && <CheckField label={words.noPassword} name="noPassword" />}
        <CheckField
          label={words.previewTitle}
          name="previewTitle"
          hint={words.previewTitleHint}
          defaultChecked={link?.previewTitle}
        />
        <Field
          label={words.maxViews}
          name="maxViews"
          type="number"
          inputMode="numeric"
          min={1}
          max={1_000_000}
          defaultValue={link?.maxViews ?? ""}
          hint={words.maxViewsHint}
          error={wrong("maxViews")}
        />
      </details>
      <RightsFields rights={link ?? { downloads: null, watermark: null }} isOfLink wrong={wrong} />
      <CheckField
        label={deskText.choices.allow}
        name="favourites"
        hint={deskText.choices.allowHint}
        defaultChecked={link?.favourites}
      />
      <Field
        label={words.maxFavourites}
        name="maxFavourites"
        type="number"
        inputMode="numeric"
        min={1}
        defaultValue={link?.maxFavourites ?? ""}
        hint={words.maxFavouritesHint}
        error={wrong("maxFavourites")}
      />
      <CheckField label={words.uploads} name="uploads" hint={words.uploadsHint} defaultChecked={link?.uploads} />
      <details
        className={styles.limits}
        onInvalidCapture={({ currentTarget }) => currentTarget.toggleAttribute("open", true)}
      >
        <summary>{words.uploadLimits}</summary>
        <Field
          label={words.maxFiles}
          name="maxFiles"
          type="number"
          inputMode="numeric"
          min={1}
          max={mostFiles}
          defaultValue={link?.maxFiles ?? 500}
          error={wrong("maxFiles")}
        />
        <Field
          label={words.maxFilesPerGuest}
          name="maxFilesPerGuest"
          type="number"
          inputMode="numeric"
          min={1}
          max={mostFiles}
          defaultValue={link?.maxFilesPerGuest ?? 100}
          error={wrong("maxFilesPerGuest")}
        />
        <Field
          label={words.maxGigabytes}
          name="maxGigabytes"
          type="number"
          inputMode="decimal"
          min={0.001}
          max={1_000}
          step="any"
          defaultValue={(link?.maxBytes ?? 10 * gigabyte) / gigabyte}
          error={wrong("maxBytes")}
        />
      </details>
    </>
  );
}

/** Reads the dialog's fields as a request. Empty fields and a lifetime of 0 (no expiry) become null. */
export function linkOf(fields: FormData) {
  const number = (name: string) => Number(fields.get(name)) || null;
  const days = number("days");
  const gigabytes = number("maxGigabytes");
  return {
    name: String(fields.get("name")).trim() || null,
    expiresInSeconds: days && days * day,
    password: String(fields.get("password")) || null,
    maxViews: number("maxViews"),
    favourites: fields.get("favourites") === "on",
    maxFavourites: number("maxFavourites"),
    uploads: fields.get("uploads") === "on",
    maxFiles: number("maxFiles"),
    maxFilesPerGuest: number("maxFilesPerGuest"),
    maxBytes: gigabytes && Math.round(gigabytes * gigabyte),
    previewTitle: fields.get("previewTitle") === "on",
    ...rightsOf(fields),
  };
}
