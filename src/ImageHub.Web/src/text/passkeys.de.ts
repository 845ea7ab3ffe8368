import type { en } from "./passkeys.en";
import type { Words } from "./words";

/** Die deutschen Texte über Passkeys. */
export const words: Words<typeof en> = {
  title: "Passkeys",
  about: "Melden Sie sich mit Fingerabdruck, Gesicht oder Sicherheitsschlüssel statt mit dem Passwort an.",
  noBrowser: "Dieser Browser unterstützt keine Passkeys.",
  onlyAt: (address) => `Passkeys funktionieren nur unter ${address}.`,
  noAddress: "Passkeys brauchen eine Adresse mit Hostnamen und https, die der Administrator einstellen muss.",
  add: "Passkey hinzufügen",
  name: "Name",
  nameHint: "Zum Beispiel „Handy“ oder „Laptop im Büro“.",
  addAction: "Weiter",
  passwordHint: "Ihre Anmeldung ist mehr als fünf Minuten alt, bestätigen Sie daher Ihr Passwort.",
  added: (name) => `Passkey „${name}“ hinzugefügt.`,
  facts: (added, used) =>
    used === null
      ? `Hinzugefügt am ${added}, noch nicht verwendet`
      : `Hinzugefügt am ${added}, zuletzt verwendet am ${used}`,
  remove: "Löschen",
  removeOf: (name) => `Passkey „${name}“ löschen`,
  removeTitle: (name) => `Passkey „${name}“ löschen?`,
  removeText: "Sie können sich damit nicht mehr anmelden. Ihr Gerät zeigt ihn vielleicht noch an.",
  removed: (name) => `Passkey „${name}“ gelöscht.`,
  notRemoved: (name) => `Der Passkey „${name}“ wurde nicht gelöscht.`,
  already: "Dieses Gerät hat schon einen Passkey für Ihr Konto.",
  cancelled: "Es wurde kein Passkey hinzugefügt.",
  wrongPassword: "Das ist nicht Ihr Passwort.",
  signIn: "Mit Passkey anmelden",
  unknown: "Dieser Passkey wurde nicht angenommen. Versuchen Sie es noch einmal oder melden Sie sich anders an.",
};
