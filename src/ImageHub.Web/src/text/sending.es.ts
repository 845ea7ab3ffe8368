import { count, photos, plural } from "./counts.es";
import type { en } from "./sending.en";
import type { Words } from "./words";

/** Las palabras con las que los invitados envían fotos, en español. */
export const words: Words<typeof en> = {
  title: "Añadir sus fotos",
  intro: "El anfitrión mira sus fotos antes de que otros las vean. El lugar donde se tomaron no se guarda.",
  yourName: "Su nombre",
  nameHint: "Para que el anfitrión sepa de quién son las fotos.",
  nameMissing: "Escriba primero su nombre.",
  choose: "Elegir fotos",
  chooseMore: "Elegir más fotos",
  left: (value) => `Puede enviar ${photos(value)}.`,
  full: "Con este enlace no puede enviar más fotos.",
  progress: (sent, total) => `${count(sent)} de ${plural(total, "enviada", "enviadas")}`,
  allSent: "Se han enviado todas las fotos.",
  someFailed: (value) => `${photos(value)} sin enviar`,
  keepOpen: "Deje esta página abierta hasta que se envíen todas las fotos.",
  offline: "Sin conexión. El envío continuará cuando vuelva a tener conexión.",
  busy: "El servidor está ocupado. El envío continuará pronto.",
  locked: "El envío continuará cuando vuelva a escribir la contraseña.",
  list: "Sus fotos",
  states: {
    waiting: "En espera",
    sending: "Enviando",
    storing: "Casi lista",
    sent: "Enviada",
    already: "Ya enviada",
    failed: "No enviada",
  },
  receipt: (value) =>
    `Ha enviado ${photos(value)}. ${value === 1 ? "Aparecerá cuando el anfitrión la haya aprobado." : "Aparecerán cuando el anfitrión las haya aprobado."}`,
  receiptList: "Lo que ha enviado",
  gone: "Este enlace ya no acepta fotos.",
  reasons: {
    guestFull: "Ha enviado tantas fotos como puede enviar un invitado.",
    linkFull: "Esta galería no acepta más fotos.",
    tooManyGuests: "Este enlace ha alcanzado su límite de invitados. Pida al anfitrión un enlace propio.",
    fileTooLarge: "El archivo es demasiado grande.",
    unsupportedFormat: "No es una foto, o su formato no se acepta.",
    corruptImage: "El archivo está dañado.",
    unreadable: "No se puede leer el archivo. Elíjalo de nuevo.",
    refused: "El servidor no ha aceptado la foto.",
  },
};
