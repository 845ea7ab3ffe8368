/** The English texts about the OpenID Connect provider. */
export const en = {
  signIn: (name: string) => `Sign in with ${name}`,
  newTab: "Opens in a new tab. Come back here afterwards.",
  title: "Single sign-on",
  about: (name: string) => `Connect your account to ${name} to sign in there instead of with your password.`,
  joined: (name: string, since: string) => `Connected to ${name} since ${since}.`,
  followsClaims: (name: string) => `Your role and tier are managed by ${name}.`,
  connect: (name: string) => `Connect to ${name}`,
  leave: "Disconnect",
  leaveTitle: (name: string) => `Disconnect from ${name}?`,
  leaveText: (name: string) => `You can no longer sign in with ${name}. You stay signed in.`,
  left: (name: string) => `Disconnected from ${name}.`,
  lastMethod: "You would not be able to sign in any more. Add a passkey first.",
  tooOld: "Your sign-in is more than five minutes old. Sign out, sign in again and try again.",
  noPassword: "You cannot sign in with a password.",
  errors: {
    providerUnavailable: "The sign-in service does not respond. Try again later, or sign in another way.",
    providerRefused: "The sign-in was cancelled or refused.",
    signInExpired: "The sign-in took too long or was started in another browser. Try again.",
    answerInvalid:
      "The response of the sign-in service could not be verified. Try again; if it happens again, contact the admin.",
    noAccount: "You have no account here, or it is disabled. Ask the admin.",
    identityTaken: "This sign-in is already connected to another account here.",
    tooManyAttempts: "Too many sign-ins have failed. Try again in a minute.",
    publicUrlMissing: "Signing in this way works only at the public address, which the admin must set.",
  } as Record<string, string>,
  otherError: "Signing in failed. Try again.",
};
