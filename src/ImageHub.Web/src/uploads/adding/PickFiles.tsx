import { FolderPlus, ImagePlus } from "lucide-react";
import { useRef } from "react";
import { Button, type Look } from "../../design/Button";
import { mineText } from "../../text/mine";
import { type FileDestination, useFileDestination } from "./DropZone";
import { pickedFiles } from "./files";
import styles from "./PickFiles.module.css";

/** Buttons that open the system's file dialogs. */
export function PickFiles({
  look = "primary",
  ...taker
}: FileDestination & { /** The first button's look. */ look?: Look }) {
  const take = useFileDestination(taker as FileDestination);
  const photos = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);

  const input = {
    type: "file",
    multiple: true,
    hidden: true,
    onChange: ({ currentTarget }: { currentTarget: HTMLInputElement }) => {
      if (currentTarget.files !== null) take(pickedFiles(currentTarget.files));
      // Otherwise picking the same files again would cause no event.
      currentTarget.value = "";
    },
  } as const;

  return (
    <div className={styles.buttons}>
      <Button look={look} onClick={() => photos.current?.click()}>
        <ImagePlus size={16} aria-hidden />
        {mineText.uploads.addPhotos}
      </Button>
      <input ref={photos} {...input} accept="image/*,.heic,.heif,.tif,.tiff,.avif" />
      {picksFolders && (
        <>
          <Button onClick={() => folder.current?.click()}>
            <FolderPlus size={16} aria-hidden />
            <span className="wideLabel">{mineText.uploads.addFolder}</span>
          </Button>
          <input ref={folder} {...input} {...folders} />
        </>
      )}
    </div>
  );
}

/** React has no typed prop for this attribute. */
const folders = { webkitdirectory: "" };
const picksFolders = "webkitdirectory" in HTMLInputElement.prototype;
