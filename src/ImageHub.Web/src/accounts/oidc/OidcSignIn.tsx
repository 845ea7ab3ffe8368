import { buttonClass } from "../../design/Button";
import { oidcText } from "../../text/oidc";
import { explain, signInAddress } from "./oidc";

/** The link that signs in at the provider. */
export function OidcSignIn({
  name,
  to,
  inNewTab = false,
}: {
  /** The provider's name. */
  name: string;
  /** The page to open afterwards. */
  to: string;
  /** Whether this page must stay open, because it has unsaved work. The page continues once the other tab has signed in. */
  inNewTab?: boolean;
}) {
  return (
    <>
      <a className={buttonClass("primary")} href={signInAddress(to)} target={inNewTab ? "_blank" : undefined}>
        {oidcText.signIn(name)}
      </a>
      {inNewTab && <p>{oidcText.newTab}</p>}
    </>
  );
}

/** The reason why a sign-in at the provider failed. */
export const OidcError = ({ code }: { code: string }) => <p role="alert">{explain(code)}</p>;
