import { createElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { expect, test } from "vitest";
import LinkedNotes from "./linked-notes";

const render = (notes: string) => renderToStaticMarkup(createElement(LinkedNotes, null, notes));
const links = (notes: string) => [...render(notes).matchAll(/<a href="([^"]*)"/g)].map(([, href]) => href);

test.each([
  ["See https://example.com/a?b=c#d.", ["https://example.com/a?b=c#d"]],
  ["(http://example.com/wiki/Rust_(language)), later", ["http://example.com/wiki/Rust_(language)"]],
  ["https://example.com/1\nhttps://example.com/2", ["https://example.com/1", "https://example.com/2"]],
  ["javascript:alert(1) data:text/html,x ftp://example.com ann@example.com example.com", []],
  ["no link", []],
])("links in %j", (text, expected) => {
  expect(links(text)).toEqual(expected);
});

test("HTML in notes is escaped", () => {
  const markup = render('<img src=x onerror=alert(1)> https://example.com/"onclick="alert(1)');
  expect(markup).not.toContain("<img");
  expect(markup).not.toContain(' onclick="');
});

test("links do not pass on the opener or the referrer", () => {
  expect(render("https://example.com")).toContain('rel="noopener noreferrer"');
});
