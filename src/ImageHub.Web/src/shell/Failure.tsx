import { CircleAlert, Compass } from "lucide-react";
import { Link } from "react-router";
import { isMissing, isTemporary, Problem, Unreachable } from "../api/problem";
import { Button, buttonClass } from "../design/Button";
import { Notice } from "../design/Notice";
import { text } from "../text";
import { PageTitle } from "./PageTitle";

/** The error of a page or a part that could not be loaded. */
export function Failure({ error, again, level }: { error: unknown; again?: () => void; level?: 1 | 2 }) {
  if (isMissing(error)) return <Missing />;
  const id = error instanceof Problem && error.requestId !== null ? ` ${text.failure.request(error.requestId)}` : "";
  return (
    <>
      {level === 1 && <PageTitle>{text.failure.title}</PageTitle>}
      <Notice
        icon={<CircleAlert size={32} strokeWidth={1.5} aria-hidden />}
        title={text.failure.title}
        level={level}
        actions={
          <Button onClick={again ?? (() => location.reload())}>
            {again ? text.common.tryAgain : text.failure.reload}
          </Button>
        }
      >
        <span role="alert">
          {reason(error)} {isTemporary(error) && text.failure.triesAgain}
          {id}
        </span>
      </Notice>
    </>
  );
}

/** An error as a sentence. */
export function reason(error: unknown): string {
  if (error instanceof Unreachable) return text.failure.unreachable;
  if (!(error instanceof Problem)) return text.failure.unknown;
  return error.isTemporary ? text.failure.temporary : error.message;
}

/** The not-found page, with a link to the gallery or to another page. */
export function Missing({ to = "/", name = text.missing.home }) {
  return (
    <>
      <PageTitle>{text.missing.title}</PageTitle>
      <Notice
        level={1}
        icon={<Compass size={32} strokeWidth={1.5} aria-hidden />}
        title={text.missing.title}
        actions={
          <Link to={to} className={buttonClass()}>
            {name}
          </Link>
        }
      >
        {text.missing.page}
      </Notice>
    </>
  );
}
