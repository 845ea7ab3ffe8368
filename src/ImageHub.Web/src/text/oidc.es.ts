import type { en } from "./oidc.en";
import type { Words } from "./words";

/** Los textos en español sobre el proveedor de OpenID Connect. */
export const words: Words<typeof en> = {
  signIn: (name) => `Iniciar sesión con ${name}`,
  newTab: "Se abre en una pestaña nueva. Vuelve aquí después.",
  title: "Inicio de sesión único",
  about: (name) => `Conecta tu cuenta con ${name} para iniciar sesión allí en lugar de con tu contraseña.`,
  joined: (name, since) => `Conectada con ${name} desde el ${since}.`,
  followsClaims: (name) => `${name} decide tu rol y tu plan.`,
  connect: (name) => `Conectar con ${name}`,
  leave: "Desconectar",
  leaveTitle: (name) => `¿Desconectar de ${name}?`,
  leaveText: (name) => `${name} ya no podrá iniciar sesión en esta cuenta. Tu sesión sigue abierta.`,
  left: (name) => `Desconectada de ${name}.`,
  lastMethod: "Ya no podrías iniciar sesión. Añade primero una llave de acceso.",
  tooOld: "Iniciaste sesión hace más de cinco minutos. Cierra la sesión, vuelve a iniciarla e inténtalo de nuevo.",
  noPassword: "No puedes iniciar sesión con una contraseña.",
  errors: {
    providerUnavailable:
      "El servicio de inicio de sesión no responde. Inténtalo más tarde o inicia sesión de otra forma.",
    providerRefused: "El inicio de sesión se canceló o se rechazó.",
    signInExpired: "El inicio de sesión tardó demasiado o empezó en otro navegador. Inténtalo de nuevo.",
    answerInvalid:
      "El servicio de inicio de sesión envió una respuesta que no es de fiar. Inténtalo de nuevo; si se repite, avisa al administrador.",
    noAccount: "No tienes una cuenta aquí o está desactivada. Pregunta al administrador.",
    identityTaken: "Otra cuenta ya está conectada con este inicio de sesión.",
    tooManyAttempts: "Han fallado demasiados inicios de sesión. Inténtalo dentro de un minuto.",
    publicUrlMissing: "Así solo se inicia sesión en la dirección pública, que el administrador debe configurar.",
  } as Record<string, string>,
  otherError: "El inicio de sesión falló. Inténtalo de nuevo.",
};
