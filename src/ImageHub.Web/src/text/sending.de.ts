import { count, photos } from "./counts.de";
import type { en } from "./sending.en";
import type { Words } from "./words";

/** Die Wörter, mit denen Gäste Fotos senden, auf Deutsch. */
export const words: Words<typeof en> = {
  title: "Eigene Fotos hinzufügen",
  intro: "Der Gastgeber sieht sich Ihre Fotos an, bevor andere sie sehen. Der Aufnahmeort wird nicht gespeichert.",
  yourName: "Ihr Name",
  nameHint: "Damit der Gastgeber weiß, von wem die Fotos sind.",
  nameMissing: "Geben Sie zuerst Ihren Namen ein.",
  choose: "Fotos auswählen",
  chooseMore: "Weitere Fotos auswählen",
  left: (value) => `Sie können ${photos(value)} senden.`,
  full: "Mit diesem Link können Sie keine weiteren Fotos senden.",
  progress: (sent, total) => `${count(sent)} von ${count(total)} gesendet`,
  allSent: "Alle Fotos sind gesendet.",
  someFailed: (value) => `${photos(value)} nicht gesendet`,
  keepOpen: "Lassen Sie diese Seite offen, bis alle Fotos gesendet sind.",
  offline: "Keine Verbindung. Das Senden geht weiter, sobald Sie wieder online sind.",
  busy: "Der Server ist ausgelastet. Das Senden geht gleich weiter.",
  locked: "Das Senden geht weiter, sobald Sie das Passwort erneut eingegeben haben.",
  list: "Ihre Fotos",
  states: {
    waiting: "Wartet",
    sending: "Wird gesendet",
    storing: "Fast fertig",
    sent: "Gesendet",
    already: "Schon gesendet",
    failed: "Nicht gesendet",
  },
  receipt: (value) =>
    `Sie haben ${photos(value)} gesendet. ${value === 1 ? "Es erscheint, sobald der Gastgeber es freigegeben hat." : "Die Fotos erscheinen, sobald der Gastgeber sie freigegeben hat."}`,
  receiptList: "Was Sie gesendet haben",
  gone: "Dieser Link nimmt keine Fotos mehr an.",
  reasons: {
    guestFull: "Sie haben so viele Fotos gesendet, wie ein Gast senden kann.",
    linkFull: "Diese Galerie nimmt keine weiteren Fotos an.",
    tooManyGuests: "Dieser Link hat schon so viele Gäste wie möglich. Bitten Sie den Gastgeber um einen eigenen Link.",
    fileTooLarge: "Die Datei ist zu groß.",
    unsupportedFormat: "Das ist kein Foto, oder sein Format wird nicht angenommen.",
    corruptImage: "Die Datei ist beschädigt.",
    unreadable: "Die Datei lässt sich nicht lesen. Wählen Sie sie noch einmal aus.",
    refused: "Der Server hat das Foto nicht angenommen.",
  },
};
