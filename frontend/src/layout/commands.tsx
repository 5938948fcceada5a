// The command palette and the list of shortcuts, both loaded on intent; and the shortcuts that work on every page.
"use client";

import { Search } from "lucide-react";
import { useRouter } from "next/navigation";
import { Suspense, useCallback, useEffect, useState } from "react";
import { useTranslations } from "use-intl";
import { Button } from "@/components/ui/button";
import { Kbd } from "@/components/ui/kbd";
import { useHotkeys } from "@/components/use-hotkeys";
import { lazyComponent } from "@/lib/lazy";
import { useKnownUser } from "@/session/session-provider";
import { composerId } from "@/tasks/composer";
import { searchFieldId } from "@/tasks/toolbar";
import { warmUp } from "./warm-up";

const loadPalette = () => import("./command-palette");
const CommandPalette = lazyComponent(loadPalette);
const loadShortcuts = () => import("./shortcuts-dialog");
const ShortcutsDialog = lazyComponent(loadShortcuts);

type Overlay = "palette" | "shortcuts" | null;

export function Commands() {
  const t = useTranslations("commands");
  const [overlay, setOverlay] = useState<Overlay>(null);
  const isSignedIn = useKnownUser() !== null;
  const focusField = useFocusField();
  useEffect(() => (isSignedIn ? warmUp() : undefined), [isSignedIn]);
  const close = useCallback(() => setOverlay(null), []);

  useHotkeys({
    "mod+k": () => setOverlay((open) => (open === "palette" ? null : "palette")),
    "?": () => setOverlay("shortcuts"),
    q: () => focusField(composerId),
    "/": () => focusField(searchFieldId),
  });

  return (
    <>
      <Button
        variant="ghost"
        size="sm"
        aria-label={t("open")}
        aria-keyshortcuts="Control+K Meta+K"
        className="max-sm:size-10 max-sm:px-0"
        onPointerEnter={() => void loadPalette().catch(() => {})}
        onFocus={() => void loadPalette().catch(() => {})}
        onClick={() => setOverlay("palette")}
      >
        <Search aria-hidden className="size-4" />
        <span aria-hidden className="flex items-center gap-2 max-sm:hidden">
          {t("button")}
          <Kbd>Ctrl K</Kbd>
        </span>
      </Button>
      <Suspense>
        {overlay === "palette" && isSignedIn ? <CommandPalette onClose={close} onShortcuts={() => setOverlay("shortcuts")} onFocusField={focusField} /> : null}
        {overlay === "shortcuts" ? <ShortcutsDialog onClose={close} /> : null}
      </Suspense>
    </>
  );
}

/** Focuses a field of the tasks page, after going there if necessary. */
function useFocusField() {
  const router = useRouter();
  return useCallback(
    (id: string) => {
      const field = document.getElementById(id);
      if (field instanceof HTMLInputElement) {
        field.focus();
        return field.select();
      }
      router.push("/");
    },
    [router],
  );
}
