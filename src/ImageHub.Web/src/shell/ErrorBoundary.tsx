import { Component, type ReactNode } from "react";
import { Failure } from "./Failure";

/** Shows what broke a page in place of the page. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { error: unknown; failed: boolean }> {
  override state = { error: null, failed: false };

  static getDerivedStateFromError(error: unknown) {
    return { error, failed: true };
  }

  override render() {
    return this.state.failed ? <Failure error={this.state.error} level={1} /> : this.props.children;
  }
}
