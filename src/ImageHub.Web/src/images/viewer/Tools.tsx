import {
  Heart,
  Info,
  Keyboard,
  type LucideIcon,
  Maximize,
  MessageSquarePlus,
  MessageSquareText,
  Minimize,
  Pause,
  Play,
  X,
  ZoomIn,
  ZoomOut,
} from "lucide-react";
import { useController, type ZoomRef } from "yet-another-react-lightbox";
import { Button } from "../../design/Button";
import { viewerText as text } from "../../text/viewer";
import styles from "./Tools.module.css";
import { intervals, type Slideshow } from "./useSlideshow";

/** A named icon button of the viewer's toolbar. */
function Tool({
  id,
  name,
  icon: Icon,
  hint = "",
  className,
  isPressed,
  inactive,
  onClick,
}: {
  id?: string;
  name: string;
  icon: LucideIcon;
  /** The shortcut of the button. */
  hint?: string;
  className?: string;
  isPressed?: boolean;
  inactive?: boolean;
  onClick: () => void;
}) {
  return (
    <Button
      id={id}
      look="quiet"
      className={className}
      aria-label={name}
      title={hint ? `${name} (${hint})` : name}
      aria-pressed={isPressed}
      inactive={inactive}
      onClick={onClick}
    >
      <Icon size={20} aria-hidden />
    </Button>
  );
}

export const PlayTool = ({ slideshow: { isPlaying, toggle } }: { slideshow: Slideshow }) => (
  <Tool
    name={isPlaying ? text.pause : text.play}
    hint={text.keys.names.space}
    icon={isPlaying ? Pause : Play}
    onClick={toggle}
  />
);

/** The select for the slideshow's interval, shown while the slideshow plays. */
export const Interval = ({ slideshow: { seconds, setSeconds } }: { slideshow: Slideshow }) => (
  <select
    className={styles.interval}
    aria-label={text.interval}
    title={text.interval}
    value={seconds}
    onChange={({ target }) => setSeconds(Number(target.value))}
  >
    {intervals.map((each) => (
      <option key={each} value={each}>
        {text.seconds(each)}
      </option>
    ))}
  </select>
);

export const ChoiceTool = ({ isOn, onClick }: { isOn: boolean; onClick: () => void }) => (
  <Tool
    name={text.choice.choose}
    hint="L"
    icon={Heart}
    className={isOn ? styles.chosen : undefined}
    isPressed={isOn}
    onClick={onClick}
  />
);

/** The id of the button that gets the focus when the note closes. */
export const noteToolId = "note-tool";

export const NoteTool = ({
  isOpen,
  hasNote,
  onClick,
}: {
  isOpen: boolean;
  /** Whether the photo has a note. */
  hasNote: boolean;
  onClick: () => void;
}) => (
  <Tool
    id={noteToolId}
    name={text.choice.note}
    hint="N"
    icon={hasNote ? MessageSquareText : MessageSquarePlus}
    isPressed={isOpen}
    onClick={onClick}
  />
);

/** The id of the button that gets the focus when the details close. */
export const detailsToolId = "details-tool";

export const DetailsTool = ({ isOpen, onClick }: { isOpen: boolean; onClick: () => void }) => (
  <Tool id={detailsToolId} name={text.details.title} hint="I" icon={Info} isPressed={isOpen} onClick={onClick} />
);

export const ZoomTools = ({ zoom, maxZoom, zoomIn, zoomOut }: ZoomRef) => (
  <>
    <Tool
      className={styles.zoom}
      name={text.zoomIn}
      hint="+"
      icon={ZoomIn}
      inactive={zoom >= maxZoom}
      onClick={zoomIn}
    />
    <Tool className={styles.zoom} name={text.zoomOut} hint="−" icon={ZoomOut} inactive={zoom <= 1} onClick={zoomOut} />
  </>
);

export const FullScreenTool = ({ isOn, onClick }: { isOn: boolean; onClick: () => void }) => (
  <Tool
    className={styles.fullScreen}
    name={isOn ? text.leaveFullScreen : text.fullScreen}
    hint="F"
    icon={isOn ? Minimize : Maximize}
    onClick={onClick}
  />
);

export const KeysTool = ({ onClick }: { onClick: () => void }) => (
  <Tool className={styles.keys} name={text.keys.title} hint="?" icon={Keyboard} onClick={onClick} />
);

export function CloseTool() {
  const { close } = useController();
  return <Tool name={text.close} hint={text.keys.names.escape} icon={X} onClick={close} />;
}
