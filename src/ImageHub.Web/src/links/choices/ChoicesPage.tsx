import { useInfiniteQuery } from "@tanstack/react-query";
import { Heart } from "lucide-react";
import { Link } from "react-router";
import type { Schemas } from "../../api/client";
import { itemsOf } from "../../api/pages";
import { List, ListRow } from "../../design/List";
import { Notice } from "../../design/Notice";
import { PageHead } from "../../design/PageHead";
import { LoadMore } from "../../paging/LoadMore";
import { Failure } from "../../shell/Failure";
import { PageTitle } from "../../shell/PageTitle";
import { deskText } from "../../text/desk";
import { dateTime } from "../../text/format";
import { choices } from "../queries";

/** `/admin/links/favourites`: the links whose guests have chosen photos, including ended and deleted links. */
export function ChoicesPage() {
  const words = deskText.choices;
  const list = useInfiniteQuery(choices());
  const { data, error, refetch } = list;
  const links = itemsOf<Schemas["LinkChoices"]>(data);
  if (data === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : null;
  return (
    <>
      <PageTitle>{words.title}</PageTitle>
      <PageHead title={words.title} />
      {links.length === 0 ? (
        <Notice icon={<Heart size={32} strokeWidth={1.5} aria-hidden />} title={words.none}>
          {words.noneText}
        </Notice>
      ) : (
        <>
          <List>
            {links.map(({ linkId, title, guests, submitted, lastSubmittedAt }) => (
              <ListRow
                key={linkId}
                icon={<Heart size={18} aria-hidden />}
                name={<Link to={`/admin/links/${linkId}/favourites`}>{words.ofGroup(title ?? null)}</Link>}
                facts={[
                  words.facts(guests, submitted),
                  lastSubmittedAt != null && words.lastSent(dateTime(lastSubmittedAt)),
                ]
                  .filter(Boolean)
                  .join(" · ")}
              />
            ))}
          </List>
          <LoadMore list={list} />
        </>
      )}
    </>
  );
}
