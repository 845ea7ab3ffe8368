import { useQuery } from "@tanstack/react-query";
import { Aperture, Calendar, Camera, Copyright, type LucideIcon, MapPin, Tag, Wallpaper } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import { Failure } from "../../shell/Failure";
import { text } from "../../text";
import { cameraTime } from "../../text/format";
import { viewerText } from "../../text/viewer";
import { imageById } from "../queries";
import type { ViewerPhoto } from "../viewer/viewerPhoto";
import { creditOf } from "./credit";
import styles from "./Details.module.css";
import { exposureOf } from "./exposure";

/** The metadata of an image, without its title and description. */
export function Details({ id }: { id: string }) {
  const words = viewerText.details;
  const { data: image, error, refetch } = useQuery(imageById(id));
  const exposure = image?.exposure && exposureOf(image.exposure);
  const credit = image && creditOf(image);
  return (
    <aside className={styles.details} aria-label={words.title} aria-busy={image === undefined && error === null}>
      <h2>{words.title}</h2>
      {error !== null && image === undefined && <Failure error={error} again={refetch} />}
      {image && (
        <div className={styles.rows}>
          {image.takenAt && (
            <Row icon={Calendar}>
              <Fact name={words.taken}>{cameraTime(image.takenAt)}</Fact>
            </Row>
          )}
          {(image.camera || image.exposure?.lens) && (
            <Row icon={Camera}>
              {image.camera && <Fact name={words.camera}>{image.camera}</Fact>}
              {image.exposure?.lens && <Fact name={words.lens}>{image.exposure.lens}</Fact>}
            </Row>
          )}
          {exposure && (
            <Row icon={Aperture}>
              <Fact name={words.exposure}>{exposure}</Fact>
            </Row>
          )}
          <Row icon={Wallpaper}>
            <Fact name={words.dimensions}>{words.pixels(image.width, image.height)}</Fact>
            {!image.title && <Fact name={words.fileName}>{image.fileName}</Fact>}
          </Row>
          {credit && (
            <Row icon={Copyright}>
              <Fact name={words.credit}>{credit}</Fact>
            </Row>
          )}
          {image.tags.length > 0 && (
            <Row icon={Tag}>
              <Fact name={text.common.tags}>
                <span className={styles.tags}>
                  {image.tags.map((tag) => (
                    <Link key={tag} to={`/search?${new URLSearchParams({ tag })}`}>
                      {tag}
                    </Link>
                  ))}
                </span>
              </Fact>
            </Row>
          )}
          {image.location && (
            <Row icon={MapPin}>
              <Fact name={words.location}>
                {image.location.latitude.toFixed(5)}, {image.location.longitude.toFixed(5)}
              </Fact>
            </Row>
          )}
        </div>
      )}
    </aside>
  );
}

/** The metadata in the list of a link's photos. Guests cannot read any other metadata. */
export function ListedDetails({ image }: { image: ViewerPhoto }) {
  const words = viewerText.details;
  const { title, width, height, tags = [] } = image;
  return (
    <aside className={styles.details} aria-label={words.title}>
      <h2>{words.title}</h2>
      <div className={styles.rows}>
        <Row icon={Wallpaper}>
          {width && height && <Fact name={words.dimensions}>{words.pixels(width, height)}</Fact>}
          {!title && <Fact name={words.fileName}>{image.fileName}</Fact>}
        </Row>
        {tags.length > 0 && (
          <Row icon={Tag}>
            <Fact name={text.common.tags}>{tags.join(", ")}</Fact>
          </Row>
        )}
      </div>
    </aside>
  );
}

/** A group of facts. On a phone it is one line with an icon instead of names. */
function Row({ icon: Icon, children }: { icon: LucideIcon; children: ReactNode }) {
  return (
    <div className={styles.row}>
      <Icon size={18} aria-hidden />
      <dl className={styles.facts}>{children}</dl>
    </div>
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
