/** The English texts about passkeys. */
export const en = {
  title: "Passkeys",
  about: "Sign in with your fingerprint, your face or a security key instead of your password.",
  add: "Add a passkey",
  name: "Name",
  nameHint: "For example “Phone” or “Work laptop”.",
  addAction: "Continue",
  passwordHint: "You signed in more than five minutes ago, so confirm your password.",
  added: (name: string) => `Passkey “${name}” added.`,
  facts: (added: string, used: string | null) =>
    used === null ? `Added ${added}, not used yet` : `Added ${added}, last used ${used}`,
  remove: "Delete",
  removeOf: (name: string) => `Delete the passkey “${name}”`,
  removeTitle: (name: string) => `Delete the passkey “${name}”?`,
  removeText: "You can no longer sign in with it. Your device may still list it.",
  removed: (name: string) => `Passkey “${name}” deleted.`,
  notRemoved: (name: string) => `The passkey “${name}” was not deleted.`,
  already: "This device already has a passkey for your account.",
  cancelled: "No passkey was added.",
  wrongPassword: "This is not your password.",
  signIn: "Sign in with a passkey",
  unknown: "This passkey was not accepted. Try again, or sign in another way.",
};
