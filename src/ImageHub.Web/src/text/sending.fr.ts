import { count, photos, plural } from "./counts.fr";
import type { en } from "./sending.en";
import type { Words } from "./words";

/** Les mots avec lesquels les invités envoient des photos, en français. */
export const words: Words<typeof en> = {
  title: "Ajouter vos photos",
  intro: "L’hôte regarde vos photos avant que d’autres les voient. Le lieu de prise de vue n’est pas conservé.",
  yourName: "Votre nom",
  nameHint: "Pour que l’hôte sache de qui viennent les photos.",
  nameMissing: "Saisissez d’abord votre nom.",
  choose: "Choisir des photos",
  chooseMore: "Choisir d’autres photos",
  left: (value) => `Vous pouvez envoyer ${photos(value)}.`,
  full: "Ce lien ne vous permet plus d’envoyer de photos.",
  progress: (sent, total) => `${count(sent)} sur ${plural(total, "envoyée", "envoyées")}`,
  allSent: "Toutes les photos sont envoyées.",
  someFailed: (value) => `Échec pour ${photos(value)}`,
  keepOpen: "Gardez cette page ouverte jusqu’à la fin de l’envoi.",
  offline: "Pas de connexion. L’envoi reprendra dès que vous serez de nouveau en ligne.",
  busy: "Le serveur est occupé. L’envoi reprendra bientôt.",
  locked: "L’envoi reprendra dès que vous aurez saisi de nouveau le mot de passe.",
  list: "Vos photos",
  states: {
    waiting: "En attente",
    sending: "Envoi en cours",
    storing: "Presque terminé",
    sent: "Envoyée",
    already: "Déjà envoyée",
    failed: "Non envoyée",
  },
  receipt: (value) =>
    `Vous avez envoyé ${photos(value)}. ${value < 2 ? "Elle apparaîtra quand l’hôte l’aura approuvée." : "Elles apparaîtront quand l’hôte les aura approuvées."}`,
  receiptList: "Ce que vous avez envoyé",
  gone: "Ce lien n’accepte plus de photos.",
  reasons: {
    guestFull: "Vous avez envoyé autant de photos qu’un invité peut en envoyer.",
    linkFull: "Cette galerie n’accepte plus de photos.",
    tooManyGuests: "Ce lien a atteint son nombre maximal d’invités. Demandez à l’hôte un lien personnel.",
    fileTooLarge: "Le fichier est trop volumineux.",
    unsupportedFormat: "Ce n’est pas une photo, ou son format n’est pas accepté.",
    corruptImage: "Le fichier est endommagé.",
    unreadable: "Le fichier est illisible. Choisissez-le de nouveau.",
    refused: "Le serveur n’a pas accepté la photo.",
  },
};
