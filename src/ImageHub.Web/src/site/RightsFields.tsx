import { useState } from "react";
import { Link } from "react-router";
import { useMe } from "../accounts/me";
import type { Downloads } from "../api/client";
import { buttonClass } from "../design/Button";
import { SelectField } from "../design/fields/Field";
import { deskText } from "../text/desk";
import { useSite } from "./site";

/** The downloads and the watermark for a group's visitors or a link's guests; null: the setting of the link's group applies. */
interface Rights {
  downloads: Downloads | null;
  watermark: boolean | null;
}

/** The fields for the downloads and the watermark of a group or link. */
export function RightsFields({
  rights,
  isOfLink = false,
  wrong,
}: {
  rights: Rights;
  isOfLink?: boolean;
  wrong: (field: string) => string | undefined;
}) {
  const words = deskText.visitors;
  const isAdmin = useMe().data?.role === "admin";
  const hasMark = useSite()?.watermark != null;
  const [downloads, setDownloads] = useState<string | null>(rights.downloads);
  const [watermark, setWatermark] = useState(String(rights.watermark ?? ""));
  const isMarked = watermark === "true";
  const error = wrong("watermark") ?? wrong("downloads");
  return (
    <>
      <SelectField
        label={words.downloads}
        name="downloads"
        value={downloads ?? ""}
        onChange={({ target }) => setDownloads(target.value)}
      >
        {isOfLink && <option value="">{words.asGroup}</option>}
        {(["full", "high", "none"] as const).map((value) => (
          <option key={value} value={value} disabled={isMarked && value === "full"}>
            {words.offers[value]}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={words.watermark}
        name="watermark"
        value={watermark}
        onChange={({ target }) => {
          setWatermark(target.value);
          if (target.value === "true" && downloads === "full") setDownloads("high");
        }}
      >
        {isOfLink && <option value="">{words.asGroup}</option>}
        <option value="false">{words.unmarked}</option>
        <option value="true" disabled={!hasMark}>
          {words.marked}
        </option>
      </SelectField>
      {error && <p role="alert">{error}</p>}
      {!hasMark && (
        <div>
          <p>{words.noMark}</p>
          {isAdmin && (
            <Link to="/admin/site" className={buttonClass("quiet")}>
              {words.toSite}
            </Link>
          )}
        </div>
      )}
    </>
  );
}

/** Reads the fields as a request. */
export function rightsOf(fields: FormData): Rights {
  const watermark = String(fields.get("watermark"));
  return {
    downloads: (String(fields.get("downloads")) || null) as Rights["downloads"],
    watermark: watermark === "" ? null : watermark === "true",
  };
}
