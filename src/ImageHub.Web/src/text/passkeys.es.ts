import type { en } from "./passkeys.en";
import type { Words } from "./words";

/** Los textos en español sobre las llaves de acceso. */
export const words: Words<typeof en> = {
  title: "Llaves de acceso",
  about: "Inicie sesión con su huella, su cara o una llave de seguridad en lugar de la contraseña.",
  noBrowser: "Este navegador no admite llaves de acceso.",
  onlyAt: (address) => `Las llaves de acceso solo funcionan en ${address}.`,
  noAddress:
    "Las llaves de acceso requieren una dirección con nombre de host y https, que el administrador debe configurar.",
  add: "Añadir una llave de acceso",
  name: "Nombre",
  nameHint: "Por ejemplo, «Móvil» o «Portátil del trabajo».",
  addAction: "Continuar",
  passwordHint: "Inició sesión hace más de cinco minutos; confirme su contraseña.",
  added: (name) => `Llave de acceso «${name}» añadida.`,
  facts: (added, used) =>
    used === null ? `Añadida el ${added}, aún sin usar` : `Añadida el ${added}, usada por última vez el ${used}`,
  remove: "Eliminar",
  removeOf: (name) => `Eliminar la llave de acceso «${name}»`,
  removeTitle: (name) => `¿Eliminar la llave de acceso «${name}»?`,
  removeText: "Ya no podrá iniciar sesión con ella. Es posible que su dispositivo aún la muestre.",
  removed: (name) => `Llave de acceso «${name}» eliminada.`,
  notRemoved: (name) => `La llave de acceso «${name}» no se ha eliminado.`,
  already: "Este dispositivo ya tiene una llave de acceso para su cuenta.",
  cancelled: "No se ha añadido ninguna llave de acceso.",
  wrongPassword: "Esta no es su contraseña.",
  signIn: "Iniciar sesión con una llave de acceso",
  unknown: "Esta llave de acceso no se aceptó. Inténtelo de nuevo o inicie sesión de otra forma.",
};
