import { useStore } from "../api/store";
import { text } from "../text";
import { progress } from "../uploads/progress";

/** The document's title: the page's, or the app's own, and how far the uploads are while there are any. */
export function PageTitle({ children }: { children?: string }) {
  const share = useStore(progress);
  const title = children ? text.app.pageTitle(children) : text.app.name;
  return <title>{share === null ? title : text.app.busyTitle(text.uploads.percent(share), title)}</title>;
}
