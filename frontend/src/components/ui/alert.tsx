import { CircleAlert, CloudOff, Info } from "lucide-react";
import type { ReactNode } from "react";

const variants = {
  error: { className: "bg-danger-soft text-danger", Icon: CircleAlert },
  warning: { className: "bg-warning-soft text-warning", Icon: CloudOff },
  info: { className: "bg-accent-soft text-accent", Icon: Info },
};

type Props = { variant: keyof typeof variants; children: ReactNode; action?: ReactNode };

export function Alert({ variant, children, action }: Props) {
  const { className, Icon } = variants[variant];
  return (
    <div role={variant === "error" ? "alert" : "status"} className={`flex items-center gap-3 rounded-lg border border-transparent px-3 py-2 text-sm ${className}`}>
      <Icon aria-hidden className="size-4 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-wrap items-center justify-end gap-x-3 gap-y-2">
        <div className="min-w-48 flex-1">{children}</div>
        {action ? <div className="flex gap-1">{action}</div> : null}
      </div>
    </div>
  );
}
