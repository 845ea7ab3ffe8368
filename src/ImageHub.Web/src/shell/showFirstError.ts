/** Focuses the first field of a form that has an error message, or scrolls to the first message that belongs to no single field. */
export function showFirstError(form: HTMLElement | null) {
  const first = form?.querySelector<HTMLElement>("[aria-invalid], [role=alert]:not(:empty)");
  if (first?.hasAttribute("aria-invalid")) first.focus();
  else first?.scrollIntoView({ block: "center" });
}
