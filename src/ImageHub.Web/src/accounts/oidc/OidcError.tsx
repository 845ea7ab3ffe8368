import styles from "./Oidc.module.css";
import { explain } from "./oidc";

/** The reason why a sign-in at the provider failed. */
export function OidcError({ code }: { code: string }) {
  return (
    <p role="alert" className={styles.remark}>
      {explain(code)}
    </p>
  );
}
