import { Download } from "lucide-react";
import { type PointerEvent, type SyntheticEvent, useRef, useState } from "react";
import type { Photograph } from "../api/client";
import { connection } from "../api/connection";
import { Button } from "../design/Button";
import type { PagesOf } from "../images/viewer/viewerContext";
import { text } from "../text";
import type { ArchiveOf } from "./archives";

/** How long a finger rests on a photo before that is selected, in milliseconds. */
const rest = 500;

/**
 * The ways to select photos of a page and to download them: two buttons, and a finger that rests on a photo. A photo that is alone is only
 * downloaded. Their code comes when it is first wanted.
 */
export function usePicking(of: ArchiveOf, count: number, images: PagesOf<Photograph>) {
  const [parts, setParts] = useState<typeof import("./Picking")>();
  const [mode, setMode] = useState<"select" | "all">();
  const timer = useRef(0);
  const isHeld = useRef(false);

  async function open(wanted: "select" | "all", first?: string) {
    const loaded = await import("./Picking").catch(() => connection.set("offline"));
    if (!loaded) return;
    loaded.begin(first, isHeld.current);
    setParts(loaded);
    setMode(wanted);
  }

  function pick(event: SyntheticEvent) {
    const photo = (event.target as Element).closest("a[id]");
    if (photo) void open("select", photo.id.slice("photo-".length));
  }

  const ofFinger = (event: SyntheticEvent) => isHeld.current && event.preventDefault();

  return {
    /** What each photo is shown in while photos are selected. */
    tile: mode === "select" ? parts?.Tile : undefined,
    buttons: count > 0 && (
      <>
        {count > 1 && (
          <Button
            look="quiet"
            aria-pressed={mode === "select"}
            onClick={() => (mode === "select" ? setMode(undefined) : void open("select"))}
          >
            {text.group.select}
          </Button>
        )}
        <Button aria-label={text.group.downloadSize(count)} onClick={() => void open("all")}>
          <Download size={16} aria-hidden />
          {text.group.download(count)}
        </Button>
      </>
    ),
    bar: parts && mode && (
      <parts.Picking of={of} count={count} images={images} isWhole={mode === "all"} onEnd={() => setMode(undefined)} />
    ),
    /** For what is around the photos. */
    hold: {
      onPointerDown: (event: PointerEvent) => {
        if (event.pointerType !== "touch" || count < 2) return;
        isHeld.current = true;
        timer.current = window.setTimeout(pick, rest, event);
        const end = () => {
          isHeld.current = false;
          clearTimeout(timer.current);
        };
        for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, end, { once: true });
      },
      // Android's own menu would come at the same time, and a link can be dragged.
      onContextMenu: ofFinger,
      onDragStart: ofFinger,
    },
  };
}
