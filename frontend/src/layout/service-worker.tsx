// Registers the service worker, once the page has loaded.
"use client";

import { useEffect } from "react";

/** Pages that open without a network, also if they were not visited before. */
const pages = ["/"];

/** The page loads first. */
const startDelayMs = 2_000;

export function ServiceWorker() {
  useEffect(() => {
    if (process.env.NODE_ENV !== "production" || !("serviceWorker" in navigator)) return;
    const timer = setTimeout(() => void register().catch(() => {}), startDelayMs);
    return () => clearTimeout(timer);
  }, []);
  return null;
}

async function register(): Promise<void> {
  await navigator.serviceWorker.register(`/sw.js?v=${process.env.NEXT_PUBLIC_BUILD_ID}`);
  const { active } = await navigator.serviceWorker.ready;
  const resources = performance.getEntriesByType("resource").map(({ name }) => new URL(name));
  const assets = resources.filter(({ origin, pathname }) => origin === location.origin && pathname.startsWith("/_next/static/"));
  active?.postMessage({ kind: "cache", pages, assets: assets.map(({ pathname }) => pathname) });
}
