// Mounts the toasts when the user first touches the page, so that the region exists before it has something to announce.
"use client";

import { Suspense, useEffect, useState } from "react";
import type { toast as Toast } from "sonner";
import { lazyComponent } from "@/lib/lazy";

const loadToaster = () => import("./ui/sonner");
const LazyToaster = lazyComponent(loadToaster);

let isMounted = false;
let mount = () => {};
let markReady = () => {};
const isReady = new Promise<void>((resolve) => (markReady = resolve));

/** Shows a toast; `show` receives sonner's `toast`. */
export async function showToast(show: (toast: typeof Toast) => void): Promise<void> {
  mount();
  const [{ toast }] = await Promise.all([import("sonner"), isReady]);
  show(toast);
}

/** Removes all toasts, for example before another user signs in. */
export async function dismissToasts(): Promise<void> {
  if (isMounted) await showToast((toast) => toast.dismiss());
}

const interactions = ["pointerdown", "keydown"] as const;

export function Toaster() {
  const [isWanted, setWanted] = useState(false);
  useEffect(() => {
    mount = () => {
      isMounted = true;
      setWanted(true);
    };
    const onInteraction = () => mount();
    interactions.forEach((type) => window.addEventListener(type, onInteraction, { once: true, passive: true }));
    return () => interactions.forEach((type) => window.removeEventListener(type, onInteraction));
  }, []);
  return isWanted ? (
    <Suspense>
      <LazyToaster onReady={markReady} />
    </Suspense>
  ) : null;
}
