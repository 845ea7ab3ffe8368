import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { Failure } from "../shell/Failure";
import { text } from "../text";
import { bytes, cameraTime } from "../text/format";
import { viewerText } from "../text/viewer";
import styles from "./Details.module.css";
import { exposureOf } from "./exposure";
import { formatName } from "./formats";
import { imageById } from "./queries";

const words = viewerText.details;

/** What is known about an image, besides what it is called. */
export function Details({ id }: { id: string }) {
  const { data: image, error, refetch } = useQuery(imageById(id));
  const exposure = image?.exposure && exposureOf(image.exposure);
  return (
    <aside className={styles.details} aria-label={words.title} aria-busy={image === undefined && error === null}>
      <h2>{words.title}</h2>
      {error !== null && image === undefined && <Failure error={error} again={refetch} />}
      {image && (
        <dl className={styles.list}>
          <Fact name={words.taken}>{image.takenAt ? cameraTime(image.takenAt) : words.unknown}</Fact>
          <Fact name={words.camera}>{image.camera ?? words.unknown}</Fact>
          {image.exposure?.lens && <Fact name={words.lens}>{image.exposure.lens}</Fact>}
          {exposure && <Fact name={words.exposure}>{exposure}</Fact>}
          <Fact name={words.dimensions}>{words.pixels(image.width, image.height)}</Fact>
          {/* Users' own images have links instead. */}
          {image.full && (
            <Fact name={words.size}>
              {bytes(image.full.bytes)}, {formatName(image.full.contentType)}
            </Fact>
          )}
          <Fact name={words.fileName}>{image.fileName}</Fact>
          {image.tags.length > 0 && <Fact name={text.common.tags}>{image.tags.join(", ")}</Fact>}
          {image.location && (
            <Fact name={words.location}>
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
