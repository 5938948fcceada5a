import { describe, expect, test } from "vitest";
import { zListTasksQuery } from "@/client/zod.gen";
import { toSearch, updateFilter, parseFilter, toListQuery, defaultFilter } from "./filter";

const now = new Date(2026, 10, 18, 15, 30);
const read = (address: string) => parseFilter(new URLSearchParams(address));

test("the default filter adds no parameters, others round-trip", () => {
  expect(toSearch(defaultFilter)).toBe("");
  const filter = { ...defaultFilter, status: "all", q: "milk & bread", tags: ["home", "ÄÖ"], due: "week", sort: "title" } as const;
  expect(read(toSearch({ ...filter, tags: [...filter.tags] }))).toEqual(filter);
});

test("invalid parameters are ignored", () => {
  expect(read("status=gone&priority=utmost&due=never&sort=none&tag=")).toEqual(defaultFilter);
  expect(read(`q=${"é".repeat(300)}`).q).toBe("é".repeat(200));
  expect(read(`tag=home&tag=home&tag=${"x".repeat(51)}&tag=%00`).tags).toEqual(["home"]);
  expect(read(Array.from({ length: 30 }, (_, index) => `tag=${index}`).join("&")).tags).toHaveLength(20);
});

test.each([
  "",
  "status=all&q=milk&priority=high&due=week&tag=home&tag=%C3%84%C3%96&sort=title",
  `q=${"x".repeat(300)}&tag=${"x".repeat(51)}&tag=%00&${Array.from({ length: 30 }, (_, index) => `tag=${index}`).join("&")}`,
])("the service accepts the query of %j", (address) => {
  expect(zListTasksQuery.safeParse(toListQuery(read(address), now)).error).toBeUndefined();
});

describe("due_before", () => {
  const before = (due: "overdue" | "today" | "week" | "any") => toListQuery({ ...defaultFilter, due }, now).due_before;
  test.each([
    ["overdue ends now", before("overdue"), now],
    ["today and overdue ends at midnight", before("today"), new Date(2026, 10, 19)],
    ["next 7 days includes today", before("week"), new Date(2026, 10, 25)],
  ])("%s", (_which, asked, expected) => {
    expect(asked).toBe(expected.toISOString());
  });

  test("is omitted for any time", () => {
    expect(before("any")).toBeUndefined();
  });
});

describe("overdue and done exclude each other", () => {
  test("choosing overdue selects open tasks", () => {
    expect(updateFilter({ ...defaultFilter, status: "done" }, { due: "overdue" })).toMatchObject({ status: "open", due: "overdue" });
    expect(read("due=overdue&status=all")).toMatchObject({ status: "open", due: "overdue" });
  });

  test("choosing done clears overdue", () => {
    expect(updateFilter({ ...defaultFilter, due: "overdue" }, { status: "done" })).toMatchObject({ status: "done", due: "any" });
  });
});
