import { useStore } from "../api/useStore";
import { useSite } from "../site/site";
import { text } from "../text";
import { progress } from "../uploads/sending/uploadProgress";

/** The document's title: the page, the site and the progress of uploads. */
export function PageTitle({ children }: { children?: string }) {
  const share = useStore(progress);
  const site = useSite()?.title;
  const title = children && site ? text.app.pageTitle(children, site) : (children ?? site);
  if (title === undefined) return null;
  return <title>{share === null ? title : text.app.busyTitle(text.common.percent(share), title)}</title>;
}
