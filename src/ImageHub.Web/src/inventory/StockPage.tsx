import { useQuery } from "@tanstack/react-query";
import { PackageOpen } from "lucide-react";
import { Link, useParams, useSearchParams } from "react-router";
import { BackLink } from "../design/BackLink";
import { Notice } from "../design/Notice";
import { PageHead } from "../design/PageHead";
import { groupById } from "../groups/queries";
import { Failure, Missing } from "../shell/Failure";
import { PageTitle } from "../shell/PageTitle";
import { Waiting } from "../shell/Waiting";
import { useSite } from "../site/site";
import { deskText } from "../text/desk";
import { HistoryChart } from "./HistoryChart";
import { LevelText } from "./LevelText";
import { historyOf, type Range, ranges } from "./queries";
import styles from "./StockPage.module.css";
import { StockUpload } from "./StockUpload";

/** `/admin/groups/:groupId/stock`: the history of a product's stock, and the upload of records. */
export function StockPage() {
  const { groupId = "" } = useParams();
  const { data: group, error, refetch } = useQuery(groupById(groupId));
  const site = useSite();
  if (site?.hasProducts === false) return <Missing />;
  if (group === undefined) return error ? <Failure error={error} again={refetch} level={1} /> : <Waiting />;
  const { title, productId } = group;
  return (
    <>
      <PageTitle>{deskText.stock.of(title)}</PageTitle>
      <BackLink to={`/admin/groups/${groupId}`}>{title}</BackLink>
      <PageHead title={deskText.stock.of(title)} />
      {productId ? (
        <History productId={productId} />
      ) : (
        <Notice icon={<PackageOpen size={32} strokeWidth={1.5} aria-hidden />} title={deskText.stock.noProduct}>
          {deskText.stock.noProductText}
        </Notice>
      )}
      <StockUpload productId={productId ?? null} />
    </>
  );
}

function History({ productId }: { productId: string }) {
  const [search] = useSearchParams();
  const names = Object.keys(ranges) as Range[];
  const range = names.find((name) => name === search.get("range")) ?? "month";
  const { data, error, refetch } = useQuery(historyOf(productId, range));
  return (
    <section aria-label={deskText.stock.history}>
      <p className={styles.level}>
        <span>{deskText.stock.product(productId)}</span>
        <LevelText productId={productId} />
      </p>
      <nav aria-label={deskText.stock.range} className={styles.ranges}>
        {names.map((name) => (
          <Link key={name} to={`?range=${name}`} aria-current={name === range ? "page" : undefined} replace>
            {deskText.stock.ranges[name]}
          </Link>
        ))}
      </nav>
      {data === undefined && (error ? <Failure error={error} again={refetch} /> : <Waiting />)}
      {data &&
        (data.points.length > 0 ? (
          <HistoryChart {...data} />
        ) : (
          <Notice icon={<PackageOpen size={32} strokeWidth={1.5} aria-hidden />} title={deskText.stock.noneInRange}>
            {deskText.stock.noneText}
          </Notice>
        ))}
    </section>
  );
}
