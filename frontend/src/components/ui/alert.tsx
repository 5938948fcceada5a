// A word on the state of things, with what can be done about it.
import { CircleAlert, CloudOff, Info } from "lucide-react";
import type { ReactNode } from "react";

const kinds = {
  danger: { look: "bg-danger-soft text-danger", Icon: CircleAlert },
  warn: { look: "bg-warn-soft text-warn", Icon: CloudOff },
  info: { look: "bg-accent-soft text-accent", Icon: Info },
};

type Props = { kind: keyof typeof kinds; children: ReactNode; action?: ReactNode };

export function Notice({ kind, children, action }: Props) {
  const { look, Icon } = kinds[kind];
  return (
    <div role={kind === "danger" ? "alert" : "status"} className={`flex items-center gap-3 rounded-lg px-3 py-2 text-sm ${look}`}>
      <Icon aria-hidden className="size-4 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-wrap items-center justify-end gap-x-3 gap-y-2">
        <div className="min-w-48 flex-1">{children}</div>
        {action ? <div className="flex gap-1">{action}</div> : null}
      </div>
    </div>
  );
}
