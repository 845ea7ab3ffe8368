/**
 * Shares an address with the device's share dialog or, without a share dialog, copies the address. Returns "shared",
 * "copied", or the address if it could not be copied.
 */
export async function shareOrCopy(title: string, url: string, place: HTMLElement | null) {
  if (navigator.share !== undefined) {
    // Closing the share dialog is not an error.
    await navigator.share({ title, url }).catch(() => undefined);
    return "shared";
  }
  return (await copied(url, place)) ? "copied" : url;
}

/** Copies a text; `false` if this fails. Pages over plain http have no clipboard: there an older command copies the selection. */
async function copied(value: string, place: HTMLElement | null) {
  try {
    await navigator.clipboard.writeText(value);
    return true;
  } catch {
    const before = document.activeElement;
    const field = document.createElement("textarea");
    field.value = value;
    field.className = "visuallyHidden";
    place?.append(field);
    field.focus({ preventScroll: true });
    field.select();
    const isCopied = document.execCommand("copy");
    field.remove();
    if (before instanceof HTMLElement) before.focus();
    return isCopied;
  }
}
