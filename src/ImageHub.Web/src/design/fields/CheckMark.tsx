import styles from "./CheckMark.module.css";

/** The class of a checkbox on a photo. */
export const checkClass = styles.check ?? "";

/** The tick of the checkbox. */
export const CheckMark = () => (
  <svg viewBox="0 0 16 16" aria-hidden="true">
    <path d="M3.5 8.5l3 3 6-7" fill="none" stroke="currentColor" strokeWidth="2" />
  </svg>
);
