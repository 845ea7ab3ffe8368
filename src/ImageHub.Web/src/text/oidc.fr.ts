import type { en } from "./oidc.en";
import type { Words } from "./words";

/** Les mots en français sur le fournisseur OpenID Connect. */
export const words: Words<typeof en> = {
  signIn: (name) => `Se connecter avec ${name}`,
  newTab: "S’ouvre dans un nouvel onglet. Revenez ici ensuite.",
  title: "Authentification unique",
  about: (name) => `Associez votre compte à ${name} pour vous y connecter au lieu d’utiliser votre mot de passe.`,
  joined: (name, since) => `Associé à ${name} depuis le ${since}.`,
  followsClaims: (name) => `${name} détermine votre rôle et votre niveau.`,
  connect: (name) => `Associer à ${name}`,
  leave: "Dissocier",
  leaveTitle: (name) => `Ne plus associer votre compte à ${name}\u00a0?`,
  leaveText: (name) => `${name} ne permettra plus de se connecter à ce compte. Vous restez connecté.`,
  left: (name) => `Votre compte n’est plus associé à ${name}.`,
  lastMethod: "Vous ne pourriez plus vous connecter. Ajoutez d’abord une clé d’accès.",
  tooOld: "Votre connexion date de plus de cinq minutes. Déconnectez-vous, reconnectez-vous et réessayez.",
  noPassword: "Vous ne pouvez pas vous connecter avec un mot de passe.",
  errors: {
    providerUnavailable:
      "Le service de connexion ne répond pas. Réessayez plus tard, ou connectez-vous d’une autre manière.",
    providerRefused: "La connexion a été annulée ou refusée.",
    signInExpired: "La connexion a pris trop de temps ou a commencé dans un autre navigateur. Réessayez.",
    answerInvalid:
      "La réponse du service de connexion n’a pas pu être vérifiée. Réessayez\u00a0; si cela se répète, prévenez l’administrateur.",
    noAccount: "Vous n’avez pas de compte ici, ou il est désactivé. Adressez-vous à l’administrateur.",
    identityTaken: "Un autre compte est déjà associé à cette connexion.",
    tooManyAttempts: "Trop de connexions ont échoué. Réessayez dans une minute.",
    publicUrlMissing: "Cette connexion ne fonctionne qu’à l’adresse publique, que l’administrateur doit configurer.",
  } as Record<string, string>,
  otherError: "La connexion a échoué. Réessayez.",
};
