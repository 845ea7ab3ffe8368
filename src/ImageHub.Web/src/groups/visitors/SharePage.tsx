import { Check, Share2 } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "../../design/Button";
import { text } from "../../text";

/** A button that shares the page's address. */
export function SharePage({ title }: { title: string }) {
  const [message, say] = useState("");
  const place = useRef<HTMLSpanElement>(null);
  const share = async () => {
    const { shareOrCopy } = await import("../../images/details/shareOrCopy");
    const result = await shareOrCopy(title, location.href.split(/[?#]/)[0] ?? location.href, place.current);
    say(result === "copied" ? text.group.copied : "");
  };
  return (
    <span ref={place}>
      <Button look="quiet" onClick={share}>
        {message ? <Check size={16} aria-hidden /> : <Share2 size={16} aria-hidden />}
        <span aria-live="polite" className={message ? undefined : "wideLabel"}>
          {message || text.group.share}
        </span>
      </Button>
    </span>
  );
}
