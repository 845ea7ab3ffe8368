import type { en } from "./oidc.en";
import type { Words } from "./words";

/** Die deutschen Texte über den OpenID-Connect-Anbieter. */
export const words: Words<typeof en> = {
  signIn: (name) => `Mit ${name} anmelden`,
  newTab: "Öffnet einen neuen Tab. Kommen Sie danach hierher zurück.",
  title: "Single Sign-on",
  about: (name) => `Verbinden Sie Ihr Konto mit ${name}, um sich dort statt mit dem Passwort anzumelden.`,
  joined: (name, since) => `Mit ${name} verbunden seit ${since}.`,
  followsClaims: (name) => `${name} bestimmt Ihre Rolle und Ihre Stufe.`,
  connect: (name) => `Mit ${name} verbinden`,
  leave: "Trennen",
  leaveTitle: (name) => `Von ${name} trennen?`,
  leaveText: (name) => `Sie können sich dann nicht mehr mit ${name} anmelden. Sie bleiben angemeldet.`,
  left: (name) => `Von ${name} getrennt.`,
  lastMethod: "Sie könnten sich nicht mehr anmelden. Fügen Sie zuerst einen Passkey hinzu.",
  tooOld:
    "Ihre Anmeldung ist mehr als fünf Minuten alt. Melden Sie sich ab und neu an, und versuchen Sie es noch einmal.",
  noPassword: "Sie können sich nicht mit einem Passwort anmelden.",
  errors: {
    providerUnavailable:
      "Der Anmeldedienst antwortet nicht. Versuchen Sie es später noch einmal, oder melden Sie sich anders an.",
    providerRefused: "Die Anmeldung wurde abgebrochen oder abgelehnt.",
    signInExpired: "Die Anmeldung dauerte zu lange oder begann in einem anderen Browser. Versuchen Sie es noch einmal.",
    answerInvalid:
      "Die Antwort des Anmeldedienstes ließ sich nicht prüfen. Versuchen Sie es noch einmal; geschieht es wieder, wenden Sie sich an den Administrator.",
    noAccount: "Sie haben hier kein Konto, oder es ist gesperrt. Fragen Sie den Administrator.",
    identityTaken: "Ein anderes Konto ist schon mit dieser Anmeldung verbunden.",
    tooManyAttempts: "Zu viele Anmeldungen sind gescheitert. Versuchen Sie es in einer Minute noch einmal.",
    publicUrlMissing:
      "Diese Anmeldung funktioniert nur unter der öffentlichen Adresse, die der Administrator einstellen muss.",
  } as Record<string, string>,
  otherError: "Die Anmeldung ist gescheitert. Versuchen Sie es noch einmal.",
};
