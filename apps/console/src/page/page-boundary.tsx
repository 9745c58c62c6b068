import { Component, type ReactNode } from 'react';
import { ErrorNotice } from './error-notice.js';

interface PageBoundaryState {
  readonly error: Error | null;
}

/** A page that fails takes neither the menu nor the other pages with it. */
export class PageBoundary extends Component<{ readonly children: ReactNode }, PageBoundaryState> {
  override state: PageBoundaryState = { error: null };

  static getDerivedStateFromError(error: unknown): PageBoundaryState {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render(): ReactNode {
    const { error } = this.state;
    return error === null ? (
      this.props.children
    ) : (
      <ErrorNotice error={error} onRetry={() => window.location.reload()} />
    );
  }
}
