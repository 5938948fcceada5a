// A task's notes, with http and https URLs as links.
import Linkify from "linkify-react";

const options = {
  // no email addresses, no other schemes, no bare host names
  validate: (url: string, type: string) => type === "url" && /^https?:\/\//i.test(url),
  rel: "noopener noreferrer",
  target: "_blank",
  className: "text-primary underline underline-offset-2",
};

export function Notes({ children }: { children: string }) {
  return (
    <p dir="auto" className="line-clamp-2 text-sm wrap-anywhere whitespace-pre-line text-muted-foreground">
      <Linkify options={options}>{children}</Linkify>
    </p>
  );
}
