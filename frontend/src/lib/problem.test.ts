import { expect, test } from "vitest";
import { toFailure, isTransient } from "./problem";

const problem = { type: "/problems/invalid-content", title: "Invalid content", status: 422, detail: "See errors.", instance: "1" };

test("errors are mapped to fields, list items by position", () => {
  const errors = [
    { pointer: "/title", detail: "must not be empty" },
    { pointer: "/tags/1", detail: "must not be repeated" },
  ];
  expect(toFailure({ ...problem, errors }).fields).toEqual({
    title: "must not be empty",
    tags: "2nd: must not be repeated",
  });
});

test("network errors and 503 are transient", () => {
  expect(isTransient(new TypeError("Failed to fetch"))).toBe(true);
  expect(isTransient({ ...problem, status: 503 })).toBe(true);
  expect(isTransient(problem)).toBe(false);
});
