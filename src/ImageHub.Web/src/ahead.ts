import "./design/tokens.css";
import "./design/base.css";
import { queryClient } from "./api/queries";
import { pageOf } from "./groups/pageOf";
import { fetchGroupAhead, groupsPage } from "./groups/queries";

// The first script, and a small one: what the first page shows, data and code, is under way while the app itself comes.
const { pathname, search } = location;
const group = /^\/groups\/([^/]+)(\/images\/[^/]+)?\/?$/.exec(pathname);
if (pathname === "/") {
  const query = new URLSearchParams(search);
  void queryClient.prefetchQuery(groupsPage(pageOf(query), query.get("q") ?? ""));
} else if (group?.[1]) {
  fetchGroupAhead(group[1]);
  if (group[2]) void import("./images/Viewer");
}
void import("./main");
