// Tags input: Enter or comma adds a tag, Backspace in the empty input removes the last one.
"use client";

import { X } from "lucide-react";
import { useRef, type KeyboardEvent } from "react";
import { useTranslations } from "use-intl";
import type { ControlProps } from "@/components/ui/field";

type Props = {
  control: ControlProps;
  tags: string[];
  tag: string;
  onChange: (change: { tags?: string[]; tag?: string }) => void;
};

export function TagsInput({ control, tags, tag, onChange }: Props) {
  const t = useTranslations("fields");
  const input = useRef<HTMLInputElement>(null);

  const add = () => tag.trim() && onChange({ tags: distinct([...tags, tag.trim()]), tag: "" });
  const remove = (position: number) => {
    onChange({ tags: tags.filter((_, index) => index !== position) });
    input.current?.focus();
  };

  const onType = (typed: string) => {
    const [rest = "", ...ended] = typed.split(",").reverse();
    const added = ended.reverse().map((name) => name.trim());
    onChange({ tags: distinct([...tags, ...added.filter(Boolean)]), tag: rest.trimStart() });
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter" && tag.trim() !== "" && !event.nativeEvent.isComposing) {
      event.preventDefault();
      add();
    }
    if (event.key === "Backspace" && tag === "" && tags.length > 0) remove(tags.length - 1);
  };

  return (
    <div className="form-control flex flex-wrap items-center gap-1.5 py-1.5! has-[input:focus-visible]:border-primary">
      {tags.map((name, index) => (
        <span key={`${index} ${name}`} className="inline-flex max-w-full items-center gap-1 rounded-md bg-muted py-0.5 pr-1 pl-2 text-sm">
          <bdi className="truncate">{name}</bdi>
          <button type="button" className="rounded p-0.5 hover:bg-border" aria-label={t("removeTag", { tag: name })} onClick={() => remove(index)}>
            <X aria-hidden className="size-3.5" />
          </button>
        </span>
      ))}
      <input
        ref={input}
        dir="auto"
        className="min-w-24 flex-1 bg-transparent outline-hidden"
        value={tag}
        placeholder={tags.length === 0 ? t("tagsPlaceholder") : ""}
        autoCapitalize="none"
        onChange={(event) => onType(event.target.value)}
        onKeyDown={onKeyDown}
        onBlur={add}
        {...control}
      />
    </div>
  );
}

function distinct(tags: string[]): string[] {
  return [...new Set(tags)];
}
