/**
 * Focuses the first field of a refused form that has an error message, or scrolls to the first message that belongs to no single field (`data-failure`).
 * Does nothing if the user has moved the focus from `submitter` to another field since the form was sent.
 */
export function showFirstError(form: HTMLElement | null, submitter: Element | null) {
  const { activeElement } = document;
  if (activeElement !== submitter && activeElement !== document.body) return;
  const first = form?.querySelector<HTMLElement>("[aria-invalid], [data-failure]");
  if (first?.hasAttribute("aria-invalid")) first.focus();
  else first?.scrollIntoView({ block: "center" });
}
