import { Download, Printer } from "lucide-react";
import { useMemo, useRef } from "react";
import { createPortal } from "react-dom";
import { Button } from "../design/Button";
import { guestText } from "../text/guest";
import styles from "./LinkCode.module.css";
import { qrCodeOf, svgOf } from "./qrCode";

/** A link's QR code, with buttons that print and save the code. The printed page shows the title, the code, an instruction and the address. */
export function LinkCode({ address, title, isForSending }: { address: string; title: string; isForSending: boolean }) {
  const words = guestText.links;
  const code = useMemo(() => qrCodeOf(address), [address]);
  const file = useRef<HTMLAnchorElement>(null);

  function save() {
    if (file.current === null) return;
    const url = URL.createObjectURL(new Blob([svgOf(code)], { type: "image/svg+xml" }));
    file.current.href = url;
    file.current.click();
    setTimeout(() => URL.revokeObjectURL(url), 60_000);
  }

  const picture = (
    <svg
      className={styles.code}
      viewBox={`0 0 ${code.size} ${code.size}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={words.codeOf(title)}
    >
      <path fill="#fff" d={`M0 0h${code.size}v${code.size}h-${code.size}z`} />
      <path fill="#000" d={code.path} />
    </svg>
  );
  return (
    <div className={styles.field}>
      {picture}
      <div className={styles.actions}>
        <Button onClick={() => print()}>
          <Printer size={16} aria-hidden />
          {words.print}
        </Button>
        <Button onClick={save}>
          <Download size={16} aria-hidden />
          {words.saveCode}
        </Button>
        {/* biome-ignore lint/a11y/useAnchorContent: the button above clicks it. */}
        <a ref={file} href="#code" download={`${title}.svg`} hidden aria-hidden tabIndex={-1} />
      </div>
      {createPortal(
        <div className={styles.page} data-print aria-hidden>
          <h1>{title}</h1>
          {picture}
          <p>{isForSending ? words.scanAndAdd : words.scan}</p>
          <p className={styles.address}>{address}</p>
        </div>,
        document.body,
      )}
    </div>
  );
}
