// Registers the service worker, once the page has loaded.
"use client";

import { useEffect } from "react";

/** Pages that open without a network, also if they were not visited before. */
const pages = ["/"];

export function ServiceWorker() {
  useEffect(() => {
    if (process.env.NODE_ENV === "production") void register().catch(() => {});
  }, []);
  return null;
}

async function register(): Promise<void> {
  if (!("serviceWorker" in navigator)) return;
  await navigator.serviceWorker.register(`/sw.js?v=${process.env.NEXT_PUBLIC_BUILD_ID}`);
  const { active } = await navigator.serviceWorker.ready;
  const resources = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
  const assets = resources.filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/_next/static/"));
  active?.postMessage({ kind: "cache", pages, assets: assets.map(({ pathname }) => pathname) });
}
