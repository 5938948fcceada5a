import { cva, type VariantProps } from "class-variance-authority";
import { CircleAlert, CloudOff, Info } from "lucide-react";
import type { ReactNode } from "react";

const alertVariants = cva("flex items-center gap-3 rounded-lg border border-transparent px-3 py-2 text-sm", {
  variants: {
    variant: {
      default: "bg-primary-soft text-primary",
      warning: "bg-warning-soft text-warning",
      destructive: "bg-destructive-soft text-destructive",
    },
  },
});

const icons = { default: Info, warning: CloudOff, destructive: CircleAlert };

type Variant = NonNullable<VariantProps<typeof alertVariants>["variant"]>;

export function Alert({ variant, children, action }: { variant: Variant; children: ReactNode; action?: ReactNode }) {
  const Icon = icons[variant];
  return (
    <div role={variant === "destructive" ? "alert" : "status"} data-slot="alert" className={alertVariants({ variant })}>
      <Icon aria-hidden className="size-4 shrink-0" />
      <div className="flex min-w-0 flex-1 flex-wrap items-center justify-end gap-x-3 gap-y-2">
        <div className="min-w-48 flex-1">{children}</div>
        {action ? <div className="flex gap-1">{action}</div> : null}
      </div>
    </div>
  );
}
