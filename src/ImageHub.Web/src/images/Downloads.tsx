import { Download, LoaderCircle } from "lucide-react";
import { useState } from "react";
import { prepare } from "../api/client";
import { buttonClass } from "../design/Button";
import { reason } from "../shell/Failure";
import { text } from "../text";
import styles from "./Downloads.module.css";
import { browserShows, formatName, jpegOf, withParameter } from "./formats";
import type { Viewed } from "./Slide";

/** The links that save a photo: its file, and beside one that browsers do not show a JPEG. */
export function Downloads({ full }: { full: NonNullable<Viewed["full"]> }) {
  const file = saved(full.url);
  if (browserShows(full.contentType))
    return (
      <a
        className={buttonClass("quiet")}
        href={file}
        aria-label={text.viewer.download}
        title={text.viewer.download}
        download
      >
        <Download size={20} aria-hidden />
      </a>
    );
  const format = formatName(full.contentType);
  const name = text.viewer.downloadAs(format);
  return (
    <>
      <a className={buttonClass("quiet")} href={file} aria-label={name} title={name} download>
        <Download size={20} aria-hidden /> {format}
      </a>
      <JpegDownload key={full.url} address={saved(jpegOf(full.url))} />
    </>
  );
}

/** The server may have to make the JPEG first. A browser shows a download only once its bytes come, so they are asked for beforehand. */
function JpegDownload({ address }: { address: string }) {
  const [state, setState] = useState<"idle" | "busy" | { failed: string }>("idle");
  const save = async () => {
    setState("busy");
    try {
      await prepare(address);
    } catch (error) {
      setState({ failed: reason(error) });
      return;
    }
    setState("idle");
    const link = document.createElement("a");
    link.href = address;
    link.download = "";
    link.click();
  };
  const isBusy = state === "busy";
  const name = text.viewer.downloadAs("JPEG");
  return (
    <>
      <a
        className={buttonClass("quiet")}
        href={address}
        aria-label={name}
        title={name}
        aria-busy={isBusy}
        download
        onClick={(event) => {
          event.preventDefault();
          if (!isBusy) void save();
        }}
      >
        {isBusy ? (
          <LoaderCircle size={20} className={styles.turning} aria-hidden />
        ) : (
          <Download size={20} aria-hidden />
        )}{" "}
        JPEG
      </a>
      <p aria-live="polite" className={styles.message}>
        {isBusy ? text.viewer.makingJpeg : state !== "idle" && `${text.viewer.noJpeg} ${state.failed}`}
      </p>
    </>
  );
}

/** The address that has the browser save what it leads to. */
const saved = (url: string) => withParameter(url, "download=true");
