// The rows of a list. Long lists are virtualized, by code that is loaded then.
"use client";

import { lazy, Suspense, type CSSProperties, type ReactNode, type Ref, type RefObject } from "react";

const VirtualRows = lazy(() => import("./virtual-rows"));

export type RowProps = { ref?: Ref<HTMLDivElement>; className?: string; style?: CSSProperties };

export type RowsProps = {
  grid: RefObject<HTMLElement | null>;
  keys: readonly string[];
  activeKey: string | null;
  renderRow: (index: number, props: RowProps) => ReactNode;
};

/** Shorter lists are rendered whole: the browser's search finds all of them. */
const maxPlainRows = 100;

/** While the code for long lists is loading. */
const firstRows = 30;

export function GridRows(props: RowsProps) {
  const { keys, renderRow } = props;
  if (keys.length <= maxPlainRows) return keys.map((_, index) => renderRow(index, {}));
  return <Suspense fallback={keys.slice(0, firstRows).map((_, index) => renderRow(index, {}))}>{<VirtualRows {...props} />}</Suspense>;
}
