import { createPortal } from "react-dom";
import { Button } from "../../design/Button";
import { LightDialog } from "../../design/overlays/LightDialog";
import { isRightToLeft } from "../../text/locale";
import { viewerText as text } from "../../text/viewer";
import styles from "./KeyboardHelp.module.css";

/** The name of an action and its keys. */
export type KeyLine = [name: string, ...keys: string[]];

const listed = ({ keys }: typeof text): KeyLine[] => [
  [keys.walk, ...(isRightToLeft() ? ["→", "←"] : ["←", "→"])],
  [keys.ends, keys.names.home, keys.names.end],
  [keys.play, keys.names.space],
  [keys.fullScreen, "F"],
  [keys.details, "I"],
  [keys.zoom, "+", "−"],
  [keys.pixels, "1", "0"],
  [keys.help, "?"],
  [keys.close, keys.names.escape],
];

/**
 * A dialog with the viewer's keyboard shortcuts. It stands outside the element of the viewer that zooms with the wheel and
 * with keys.
 */
export function KeyboardHelp({ more = [], onClose }: { more?: KeyLine[]; onClose: () => void }) {
  const { keys } = text;
  return createPortal(
    <LightDialog title={keys.title} onClose={onClose}>
      {(close) => (
        <>
          <KeyList lines={[...listed(text), ...more]} />
          <Button onClick={close}>{keys.close}</Button>
        </>
      )}
    </LightDialog>,
    document.querySelector("[data-viewer-open]") ?? document.body,
  );
}

/** Actions with their keys. */
export const KeyList = ({ lines }: { lines: KeyLine[] }) => (
  <dl className={styles.list}>
    {lines.map(([name, ...pressed]) => (
      <div key={name}>
        <dt>
          {pressed.map((key) => (
            <kbd key={key}>{key}</kbd>
          ))}
        </dt>
        <dd>{name}</dd>
      </div>
    ))}
  </dl>
);
