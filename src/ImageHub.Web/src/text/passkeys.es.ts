import type { en } from "./passkeys.en";
import type { Words } from "./words";

/** Los textos en español sobre las llaves de acceso. */
export const words: Words<typeof en> = {
  title: "Llaves de acceso",
  about: "Inicia sesión con tu huella, tu cara o una llave de seguridad en lugar de la contraseña.",
  add: "Añadir una llave de acceso",
  name: "Nombre",
  nameHint: "Por ejemplo, «Móvil» o «Portátil del trabajo».",
  addAction: "Continuar",
  passwordHint: "Iniciaste sesión hace más de cinco minutos, así que confirma tu contraseña.",
  added: (name) => `Llave de acceso «${name}» añadida.`,
  facts: (added, used) =>
    used === null ? `Añadida el ${added}, aún sin usar` : `Añadida el ${added}, usada por última vez el ${used}`,
  remove: "Eliminar",
  removeOf: (name) => `Eliminar la llave de acceso «${name}»`,
  removeTitle: (name) => `¿Eliminar la llave de acceso «${name}»?`,
  removeText: "Ya no podrás iniciar sesión con ella. Es posible que tu dispositivo aún la muestre.",
  removed: (name) => `Llave de acceso «${name}» eliminada.`,
  notRemoved: (name) => `La llave de acceso «${name}» no se ha eliminado.`,
  already: "Este dispositivo ya tiene una llave de acceso para tu cuenta.",
  cancelled: "No se ha añadido ninguna llave de acceso.",
  wrongPassword: "Esta no es tu contraseña.",
  signIn: "Iniciar sesión con una llave de acceso",
  unknown: "Esta llave de acceso no se aceptó. Inténtalo de nuevo o inicia sesión de otra forma.",
};
