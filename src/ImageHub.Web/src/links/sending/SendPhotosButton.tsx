import { ImagePlus } from "lucide-react";
import { useState } from "react";
import { sawNoAnswer } from "../../api/connection";
import { useStore } from "../../api/useStore";
import { Button } from "../../design/Button";
import { guestText } from "../../text/guest";
import { haveWords } from "../../text/words";
import styles from "./SendPhotosButton.module.css";
import { sendingCount } from "./sendingState";

/** The button of a shared group whose guests may send photos. The sheet behind it is loaded on first use. */
export function SendPhotosButton({ token }: { token: string }) {
  const [Sheet, setSheet] = useState<typeof import("./SendingSheet").SendingSheet>();
  const [isOpen, setOpen] = useState(false);
  const sending = useStore(sendingCount);

  async function open() {
    const loaded = await import("./SendingSheet").catch(sawNoAnswer);
    if (!loaded) return;
    await haveWords();
    setSheet(() => loaded.SendingSheet);
    setOpen(true);
  }

  return (
    <>
      <Button look="primary" className={styles.send} onClick={() => void open()}>
        <ImagePlus size={16} aria-hidden />
        {sending && !isOpen ? guestText.sendPhotos.sent(sending.sent, sending.total) : guestText.sendPhotos.add}
      </Button>
      {isOpen && Sheet && <Sheet token={token} onClose={() => setOpen(false)} />}
    </>
  );
}
