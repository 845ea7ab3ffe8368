import { Download, LoaderCircle } from "lucide-react";
import { useState } from "react";
import { type Downloads as Offers, prepare } from "../../api/client";
import { buttonClass } from "../../design/Button";
import { reason } from "../../shell/Failure";
import { bytes } from "../../text/format";
import { viewerText as text } from "../../text/viewer";
import { browserShows, formatName, jpegOf, withParameter } from "../imageFormats";
import type { ViewerPhoto } from "../viewer/viewerPhoto";
import styles from "./Downloads.module.css";
import { Flyout } from "./Flyout";

/** The download of a photo: a link to its file, or a panel of links if several files are available. */
export function Downloads({ image, offers }: { image: ViewerPhoto; offers?: Offers }) {
  const { full, high } = image;
  if (!full) return offers === "high" ? <OneFile url={high.url} name={text.download.title} /> : null;
  const file = saved(full.url);
  const isShown = browserShows(full.contentType);
  const isSmaller = high.width < full.width;
  if (isShown && !isSmaller) return <OneFile url={full.url} name={text.download.full} />;
  return (
    <Flyout name={text.download.title} icon={<Download size={20} aria-hidden />}>
      {(close) => (
        <ul>
          <li>
            <a className={styles.size} href={file} download onClick={close}>
              {text.download.fullAs(formatName(full.contentType))}
              <Facts of={full} />
            </a>
          </li>
          {!isShown && (
            <li>
              <JpegDownload key={full.url} address={saved(jpegOf(full.url))} />
            </li>
          )}
          {isSmaller && (
            <li>
              <a className={styles.size} href={saved(high.url)} download onClick={close}>
                {text.download.smallerAs(formatName(high.contentType ?? "image/jpeg"))}
                <Facts of={high} />
              </a>
            </li>
          )}
        </ul>
      )}
    </Flyout>
  );
}

const OneFile = ({ url, name }: { url: string; name: string }) => (
  <a className={buttonClass("quiet")} href={saved(url)} aria-label={name} title={name} download>
    <Download size={20} aria-hidden />
  </a>
);

/** The dimensions and the size of the file, if known. */
const Facts = ({ of: { width, height, bytes: size } }: { of: ViewerPhoto["high"] }) => (
  <span className={styles.facts}>
    {text.download.pixels(width, height)}
    {size !== undefined && ` · ${bytes(size)}`}
  </span>
);

/**
 * A download of the photo as JPEG. The server may need time to create the JPEG, and a browser shows a download only once
 * its bytes arrive. The JPEG is therefore requested first.
 */
function JpegDownload({ address }: { address: string }) {
  const [state, setState] = useState<"idle" | "busy" | { failed: string }>("idle");
  const make = async () => {
    setState("busy");
    try {
      await prepare(address);
    } catch (error) {
      setState({ failed: reason(error) });
      return;
    }
    setState("idle");
    press(address);
  };
  const isBusy = state === "busy";
  return (
    <>
      <a
        className={styles.size}
        href={address}
        aria-busy={isBusy}
        download
        onClick={(event) => {
          event.preventDefault();
          if (!isBusy) void make();
        }}
      >
        {text.download.fullAs("JPEG")}
        {isBusy && <LoaderCircle size={16} className={styles.turning} aria-hidden />}
      </a>
      <p aria-live="polite" className={styles.message}>
        {isBusy ? text.download.makingJpeg : state !== "idle" && `${text.download.noJpeg} ${state.failed}`}
      </p>
    </>
  );
}

function press(address: string) {
  const link = document.createElement("a");
  link.href = address;
  link.download = "";
  link.click();
}

/** The address that makes browsers save the file. */
const saved = (url: string) => withParameter(url, "download=true");
