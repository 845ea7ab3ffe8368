import { Download, SquareCheck } from "lucide-react";
import { type PointerEvent, type SyntheticEvent, useRef, useState } from "react";
import type { Photograph, Schemas } from "../api/client";
import { sawNoAnswer } from "../api/connection";
import { Button } from "../design/Button";
import type { PagesOf } from "../images/viewer/viewerContext";
import { text } from "../text";
import type { ArchiveOf } from "./archives";
import { type Offers, offersFull } from "./offers";

/** A group, or a shared group. */
type Shown = Offers & Pick<Schemas["SharedGroup"], "imageCount">;

/** The duration of a long press that selects a photo, in milliseconds. */
const longPress = 500;

/**
 * Selects and downloads a page's photos with two buttons and a long press on a photo. A page with one photo has only
 * the download button; a page without downloads has neither button. The code is loaded on first use.
 */
export function usePicking(of: ArchiveOf, group: Shown | undefined, images: PagesOf<Photograph>) {
  const count = group && group.downloads !== "none" ? group.imageCount : 0;
  const [parts, setParts] = useState<typeof import("./Picking")>();
  const [mode, setMode] = useState<"select" | "all">();
  const timer = useRef(0);
  const isHeld = useRef(false);

  async function open(wanted: "select" | "all", first?: string) {
    const loaded = await import("./Picking").catch(sawNoAnswer);
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
    /** The component that shows each photo in selection mode. */
    tile: mode === "select" ? parts?.Tile : undefined,
    buttons: count > 0 && (
      <>
        {count > 1 && (
          <Button
            look="quiet"
            aria-pressed={mode === "select"}
            onClick={() => (mode === "select" ? setMode(undefined) : void open("select"))}
          >
            <SquareCheck size={16} aria-hidden />
            <span className="wideLabel">{text.group.select}</span>
          </Button>
        )}
        <Button look="quiet" aria-label={text.group.downloadSize(count)} onClick={() => void open("all")}>
          <Download size={16} aria-hidden />
          <span className="wideLabel">{text.group.download(count)}</span>
        </Button>
      </>
    ),
    bar: parts && mode && (
      <parts.Picking
        of={of}
        count={count}
        hasFull={group !== undefined && offersFull(group)}
        images={images}
        isWhole={mode === "all"}
        onEnd={() => setMode(undefined)}
      />
    ),
    /** Event handlers for the element around the photos. */
    hold: {
      onPointerDown: (event: PointerEvent) => {
        if (event.pointerType !== "touch" || count < 2) return;
        // A second finger ends the press, because it pinches.
        clearTimeout(timer.current);
        if (!event.isPrimary) return;
        isHeld.current = true;
        timer.current = window.setTimeout(pick, longPress, event);
        const end = () => {
          isHeld.current = false;
          clearTimeout(timer.current);
        };
        for (const kind of ["pointerup", "pointercancel"]) addEventListener(kind, end, { once: true });
      },
      // A long press must not open Android's menu or drag the link.
      onContextMenu: ofFinger,
      onDragStart: ofFinger,
    },
  };
}
