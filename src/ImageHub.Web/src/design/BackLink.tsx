import { ArrowLeft } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "react-router";
import styles from "./BackLink.module.css";

/** A link to the parent page, at the top of a page of the desk or the account. */
export const BackLink = ({ to, children }: { to: string; children: ReactNode }) => (
  <Link to={to} className={styles.back}>
    <ArrowLeft size={16} aria-hidden />
    {children}
  </Link>
);
