// The rows of a list. Long lists are virtualized, by code that is loaded then.
"use client";

import { Suspense, useDeferredValue, type CSSProperties, type ReactNode, type Ref, type RefObject } from "react";
import { lazyComponent } from "@/lib/lazy";

const VirtualRows = lazyComponent(() => import("./virtual-rows"));

export type RowProps = { ref?: Ref<HTMLDivElement>; className?: string; style?: CSSProperties };

export type RowsProps = {
  grid: RefObject<HTMLElement | null>;
  keys: readonly string[];
  activeKey: string | null;
  renderRow: (index: number, props: RowProps) => ReactNode;
};

/** Shorter lists are rendered whole: the browser's search finds all of them. */
const maxPlainRows = 100;

/** What fits into a window. The others follow without blocking input, or when the code for long lists is loaded. */
const firstRows = 20;

export function GridRows(props: RowsProps) {
  const { keys, renderRow } = props;
  const shownRows = useDeferredValue(maxPlainRows, firstRows);
  if (keys.length <= maxPlainRows) return keys.slice(0, shownRows).map((_, index) => renderRow(index, {}));
  return <Suspense fallback={keys.slice(0, firstRows).map((_, index) => renderRow(index, {}))}>{<VirtualRows {...props} />}</Suspense>;
}
