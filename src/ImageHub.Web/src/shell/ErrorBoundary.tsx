import { Component, type ReactNode } from "react";
import { Failure } from "./Failure";

interface Broken {
  at?: string;
  by?: { error: unknown };
}

/** Shows a page's rendering error in place of the page, until the address changes. */
export class ErrorBoundary extends Component<{ at: string; children: ReactNode }, Broken> {
  override state: Broken = {};

  static getDerivedStateFromError(error: unknown) {
    return { by: { error } };
  }

  static getDerivedStateFromProps({ at }: { at: string }, state: Broken) {
    return at === state.at ? null : { at, by: undefined };
  }

  override render() {
    const { by } = this.state;
    return by ? <Failure error={by.error} level={1} /> : this.props.children;
  }
}
