import type { en } from "./oidc.en";
import type { Words } from "./words";

/** Los textos en español sobre el proveedor de OpenID Connect. */
export const words: Words<typeof en> = {
  signIn: (name) => `Iniciar sesión con ${name}`,
  newTab: "Se abre en una pestaña nueva. Vuelva aquí después.",
  title: "Inicio de sesión único",
  about: (name) => `Conecte su cuenta con ${name} para iniciar sesión allí en lugar de con su contraseña.`,
  joined: (name, since) => `Conectada con ${name} desde el ${since}.`,
  followsClaims: (name) => `${name} decide su rol y su nivel.`,
  connect: (name) => `Conectar con ${name}`,
  leave: "Desconectar",
  leaveTitle: (name) => `¿Desconectar de ${name}?`,
  leaveText: (name) => `Ya no podrá iniciar sesión con ${name}. Su sesión sigue abierta.`,
  left: (name) => `Desconectada de ${name}.`,
  lastMethod: "Ya no podría iniciar sesión. Añada primero una llave de acceso.",
  tooOld: "Inició sesión hace más de cinco minutos. Cierre la sesión, vuelva a iniciarla e inténtelo de nuevo.",
  noPassword: "No puede iniciar sesión con una contraseña.",
  errors: {
    providerUnavailable:
      "El servicio de inicio de sesión no responde. Inténtelo más tarde o inicie sesión de otra forma.",
    providerRefused: "El inicio de sesión se canceló o se rechazó.",
    signInExpired: "El inicio de sesión tardó demasiado o empezó en otro navegador. Inténtelo de nuevo.",
    answerInvalid:
      "No se ha podido verificar la respuesta del servicio de inicio de sesión. Inténtelo de nuevo; si se repite, avise al administrador.",
    noAccount: "No tiene una cuenta aquí o está desactivada. Pregunte al administrador.",
    identityTaken: "Otra cuenta ya está conectada con este inicio de sesión.",
    tooManyAttempts: "Han fallado demasiados inicios de sesión. Inténtelo dentro de un minuto.",
    publicUrlMissing: "Así solo se inicia sesión en la dirección pública, que el administrador debe configurar.",
  } as Record<string, string>,
  otherError: "El inicio de sesión falló. Inténtelo de nuevo.",
};
