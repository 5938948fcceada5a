// Text with its http and https URLs as links.
import Linkify from "linkify-react";

const options = {
  // no email addresses, no other schemes, no bare host names
  validate: (url: string, type: string) => type === "url" && /^https?:\/\//i.test(url),
  rel: "noopener noreferrer",
  target: "_blank",
  className: "text-primary underline underline-offset-2",
  attributes: { "data-control": "", tabIndex: -1 },
};

export default function LinkedNotes({ children }: { children: string }) {
  return <Linkify options={options}>{children}</Linkify>;
}
