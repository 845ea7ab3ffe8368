import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect } from "react";
import { Failure } from "../shell/Failure";
import { text } from "../text";
import { bytes, cameraTime } from "../text/format";
import styles from "./Details.module.css";
import { formatName } from "./formats";
import { imageById } from "./queries";

/** What is known about an image; Escape closes it. */
export function Details({ id, onClose }: { id: string; onClose: () => void }) {
  const { data: image, error, refetch } = useQuery(imageById(id));
  useEffect(() => {
    const close = (event: KeyboardEvent) => event.key === "Escape" && onClose();
    addEventListener("keydown", close);
    return () => removeEventListener("keydown", close);
  }, [onClose]);
  return (
    <aside
      className={styles.panel}
      data-details
      aria-label={text.details.title}
      aria-busy={image === undefined && error === null}
    >
      <h2>{text.details.title}</h2>
      {error !== null && image === undefined && <Failure error={error} again={refetch} />}
      {image && (
        <dl className={styles.list}>
          {image.title && <Fact name={text.details.name}>{image.title}</Fact>}
          {image.description && <Fact name={text.details.description}>{image.description}</Fact>}
          <Fact name={text.details.taken}>{image.takenAt ? cameraTime(image.takenAt) : text.details.unknown}</Fact>
          <Fact name={text.details.camera}>{image.camera ?? text.details.unknown}</Fact>
          <Fact name={text.details.dimensions}>{text.details.pixels(image.width, image.height)}</Fact>
          {/* Users' own images have links instead. */}
          {image.full && (
            <Fact name={text.details.size}>
              {bytes(image.full.bytes)}, {formatName(image.full.contentType)}
            </Fact>
          )}
          <Fact name={text.details.fileName}>{image.fileName}</Fact>
          {image.tags.length > 0 && <Fact name={text.details.tags}>{image.tags.join(", ")}</Fact>}
          {image.location && (
            <Fact name={text.details.location}>
              {image.location.latitude.toFixed(5)}, {image.location.longitude.toFixed(5)}
            </Fact>
          )}
        </dl>
      )}
    </aside>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
