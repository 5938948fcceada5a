import { expect, test } from "vitest";
import { createUuid } from "./uuid";

test("identifiers are of version 7 and in order, also if the clock goes back", () => {
  const start = Date.now() + 1_000;
  const ids = [...Array.from({ length: 9_000 }, () => createUuid(start)), createUuid(start - 500), createUuid(start + 500)];
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});
