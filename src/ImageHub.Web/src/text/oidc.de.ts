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
  leaveText: (name) => `${name} kann dann nicht mehr bei diesem Konto anmelden. Sie bleiben angemeldet.`,
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
      "Der Anmeldedienst hat eine Antwort gesandt, der nicht zu trauen ist. Versuchen Sie es noch einmal; geschieht es wieder, sagen Sie es dem Admin.",
    noAccount: "Sie haben hier kein Konto, oder es ist gesperrt. Fragen Sie den Admin.",
    identityTaken: "Ein anderes Konto ist schon mit dieser Anmeldung verbunden.",
    tooManyAttempts: "Zu viele Anmeldungen sind gescheitert. Versuchen Sie es in einer Minute noch einmal.",
    publicUrlMissing: "So melden Sie sich nur unter der öffentlichen Adresse an, die der Admin einstellen muss.",
  } as Record<string, string>,
  otherError: "Die Anmeldung ist gescheitert. Versuchen Sie es noch einmal.",
};
