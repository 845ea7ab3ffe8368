import type { en } from "./passkeys.en";
import type { Words } from "./words";

/** Les mots en français sur les clés d’accès. */
export const words: Words<typeof en> = {
  title: "Clés d’accès",
  about: "Connectez-vous avec votre empreinte, votre visage ou une clé de sécurité au lieu de votre mot de passe.",
  noBrowser: "Ce navigateur ne prend pas en charge les clés d’accès.",
  onlyAt: (address) => `Les clés d’accès ne fonctionnent qu’à l’adresse ${address}.`,
  noAddress: "Les clés d’accès exigent une adresse avec un nom d’hôte et https, que l’administrateur doit configurer.",
  add: "Ajouter une clé d’accès",
  name: "Nom",
  nameHint: "Par exemple «\u00a0Téléphone\u00a0» ou «\u00a0Portable du bureau\u00a0».",
  addAction: "Continuer",
  passwordHint: "Votre connexion date de plus de cinq minutes, confirmez donc votre mot de passe.",
  added: (name) => `Clé d’accès «\u00a0${name}\u00a0» ajoutée.`,
  facts: (added, used) =>
    used === null
      ? `Ajoutée le ${added}, pas encore utilisée`
      : `Ajoutée le ${added}, utilisée pour la dernière fois le ${used}`,
  remove: "Supprimer",
  removeOf: (name) => `Supprimer la clé d’accès «\u00a0${name}\u00a0»`,
  removeTitle: (name) => `Supprimer la clé d’accès «\u00a0${name}\u00a0»\u00a0?`,
  removeText: "Vous ne pourrez plus vous connecter avec elle. Votre appareil peut encore l’afficher.",
  removed: (name) => `Clé d’accès «\u00a0${name}\u00a0» supprimée.`,
  notRemoved: (name) => `La clé d’accès «\u00a0${name}\u00a0» n’a pas été supprimée.`,
  already: "Cet appareil a déjà une clé d’accès pour votre compte.",
  cancelled: "Aucune clé d’accès n’a été ajoutée.",
  wrongPassword: "Ce n’est pas votre mot de passe.",
  signIn: "Se connecter avec une clé d’accès",
  unknown: "Cette clé d’accès n’a pas été acceptée. Réessayez ou connectez-vous autrement.",
};
