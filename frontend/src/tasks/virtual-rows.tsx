// The rows of a long list: only those near the viewport are rendered. The page itself scrolls.
"use client";

import { defaultRangeExtractor, useWindowVirtualizer, type Range } from "@tanstack/react-virtual";
import { useEffect, useState, type RefObject } from "react";
import type { RowsProps } from "./grid-rows";

const estimatedHeight = 58;
const overscan = 12;

/** The active row is rendered wherever the page is scrolled to: it has the focus. */
export default function VirtualRows({ grid, keys, activeKey, renderRow }: RowsProps) {
  const scrollMargin = useTop(grid);
  const activeIndex = activeKey === null ? -1 : keys.indexOf(activeKey);
  const virtualizer = useWindowVirtualizer({
    count: keys.length,
    getItemKey: (index) => keys[index] ?? index,
    estimateSize: () => estimatedHeight,
    overscan,
    scrollMargin,
    rangeExtractor: (range: Range) => includeIndex(defaultRangeExtractor(range), activeIndex, keys.length),
  });
  return (
    <div role="presentation" className="relative" style={{ height: virtualizer.getTotalSize() }}>
      {virtualizer.getVirtualItems().map(({ index, start }) =>
        renderRow(index, {
          ref: virtualizer.measureElement,
          className: "absolute inset-x-0 top-0",
          style: { transform: `translateY(${start - scrollMargin}px)` },
        }),
      )}
    </div>
  );
}

function includeIndex(indexes: number[], index: number, count: number): number[] {
  return index < 0 || index >= count || indexes.includes(index) ? indexes : [...indexes, index].sort((left, right) => left - right);
}

/** The distance of an element to the top of the page, also after the content above it has changed. */
function useTop(element: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useEffect(() => {
    const measure = () => {
      if (element.current) setTop(Math.round(element.current.getBoundingClientRect().top + window.scrollY));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(document.body);
    return () => observer.disconnect();
  }, [element]);
  return top;
}
