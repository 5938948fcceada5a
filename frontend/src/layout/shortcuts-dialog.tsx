// The keyboard shortcuts, and the setting that switches them off.
"use client";

import { useTranslations } from "use-intl";
import { Dialog } from "@/components/ui/dialog";
import { Kbd } from "@/components/ui/kbd";
import { useHotkeySetting } from "@/components/use-hotkeys";

const shortcuts = [
  ["palette", ["Ctrl", "K"]],
  ["add", ["q"]],
  ["search", ["/"]],
  ["next", ["j"]],
  ["previous", ["k"]],
  ["complete", ["x"]],
  ["edit", ["e"]],
  ["delete", ["#"]],
  ["undo", ["Ctrl", "Z"]],
  ["select", ["v"]],
  ["extend", ["Shift", "J"]],
  ["help", ["?"]],
] as const;

export default function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations("shortcuts");
  const [isEnabled, setEnabled] = useHotkeySetting();
  return (
    <Dialog isOpen onOpenChange={onClose} title={t("title")}>
      <dl className="grid gap-x-8 gap-y-1 overflow-y-auto px-5 sm:grid-cols-2">
        {shortcuts.map(([name, keys]) => (
          <div key={name} className="flex items-center justify-between gap-4 py-1">
            <dt>{t(name)}</dt>
            <dd className="flex gap-1">
              {keys.map((key) => (
                <Kbd key={key}>{key}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
      <label className="mt-3 flex cursor-pointer items-center gap-3 border-t border-border p-5">
        <input type="checkbox" checked={isEnabled} onChange={(event) => setEnabled(event.target.checked)} className="size-4 accent-primary" />
        {t("enabled")}
      </label>
    </Dialog>
  );
}
