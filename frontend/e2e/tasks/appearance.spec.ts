// Hit targets, forced colors, scrolling, text direction and links.
import type { Locator } from "@playwright/test";
import { expect, test } from "../support/fixtures";

test("the whole target of a checkbox toggles it", async ({ ann }) => {
  await ann.addTask("Buy milk");
  const target = (await ann.checkbox("Buy milk").boundingBox())!;
  expect(target.width).toBeGreaterThanOrEqual(36);
  expect(target.height).toBeGreaterThanOrEqual(36);
  await ann.page.mouse.click(target.x + 4, target.y + target.height / 2);
  await expect(ann.checkbox("Buy milk")).toBeChecked();
  await ann.page.mouse.click(target.x + target.width / 2, target.y + target.height - 4);
  await expect(ann.checkbox("Buy milk")).not.toBeChecked();
});

test("forced colors show what is selected, done and overdue", async ({ ann }) => {
  const background = (locator: Locator) => locator.evaluate((element) => getComputedStyle(element).backgroundColor);
  await ann.api.createTasks({ title: "Late", due_at: "2020-01-01T12:00:00Z" });
  await ann.page.emulateMedia({ forcedColors: "active", reducedMotion: "reduce" });
  await ann.page.reload();
  await ann.expectTask("Late");
  await expect(ann.taskList.getByText("Overdue:")).toBeInViewport();

  const color = (locator: Locator) => locator.evaluate((element) => getComputedStyle(element).color);
  const [selected, unselected] = [/^All/, /^Done/].map((name) => ann.page.getByRole("link", { name }));
  expect(await color(selected!)).not.toBe(await color(unselected!));

  const circle = ann.checkbox("Late").locator("+ span");
  const open = await background(circle);
  await ann.toggleTask("Late");
  await expect.poll(() => background(circle)).not.toBe(open);

  await ann.page.getByRole("button", { name: "Sort" }).click();
  const [first, second] = [ann.page.getByRole("menuitemradio").nth(0), ann.page.getByRole("menuitemradio").nth(1)];
  await second.hover();
  await expect.poll(async () => (await background(second)) === (await background(first))).toBe(false);
});

test("scrolling to an element does not hide it under the header", async ({ ann }) => {
  await ann.api.createNumberedTasks(20);
  await ann.page.reload();
  await expect(ann.taskList.getByRole("checkbox")).toHaveCount(20);
  const title = ann.page.getByRole("button", { name: "Task 17, edit" });
  await title.evaluate((element) => element.scrollIntoView({ block: "start" }));
  const header = (await ann.page.getByRole("banner").boundingBox())!;
  expect((await title.boundingBox())!.y).toBeGreaterThanOrEqual(header.y + header.height);
  await expect.poll(() => ann.page.evaluate(() => window.scrollY)).toBeGreaterThan(0);
});

test("the date picker is not cut off on a phone", async ({ ann }) => {
  await ann.page.setViewportSize({ width: 390, height: 664 });
  await ann.api.createNumberedTasks(20);
  await ann.page.reload();
  const form = await ann.openEditor("Task 17");
  await form.getByRole("button", { name: /^Due date/ }).click();
  const popover = ann.page.getByRole("dialog", { name: "Due date" });
  for (const control of [popover.getByRole("button", { name: "Today", exact: true }), popover.getByLabel("Time")]) await expect(control).toBeInViewport({ ratio: 1 });
});

test("text is shown in its own direction", async ({ ann }) => {
  const direction = (locator: Locator) => locator.evaluate((element) => getComputedStyle(element).direction);
  await ann.api.createTasks({ title: "לקנות חלב", description: "שני בקבוקים", tags: ["בית"] }, { title: "Buy bread" });
  await ann.page.reload();
  await ann.expectTask("Buy bread");
  expect(await direction(ann.taskList.getByText("לקנות חלב"))).toBe("rtl");
  expect(await direction(ann.taskList.getByText("שני בקבוקים"))).toBe("rtl");
  expect(await direction(ann.taskList.getByText("בית", { exact: true }))).toBe("rtl");
  expect(await direction(ann.taskList.getByText("Buy bread"))).toBe("ltr");
  await ann.newTaskInput.fill("לקנות");
  expect(await direction(ann.newTaskInput)).toBe("rtl");
  const editor = await ann.openEditor("לקנות חלב");
  expect(await direction(editor.getByLabel("Title"))).toBe("rtl");
  expect(await direction(editor.getByLabel("Notes"))).toBe("rtl");
});

test("links in notes open in a new tab", async ({ ann }) => {
  await ann.api.createTasks({ title: "Read", description: "See https://example.com/page. javascript:alert(1) <b>bold</b>" });
  await ann.page.reload();
  const links = ann.taskList.getByRole("link");
  await expect(links).toHaveCount(1);
  await expect(links).toHaveAttribute("href", "https://example.com/page");
  await expect(links).toHaveAttribute("rel", "noopener noreferrer");
  await expect(links).toHaveAttribute("target", "_blank");
  await expect(ann.taskList).toContainText("<b>bold</b>");
  await ann.context.route("https://example.com/**", (route) => route.fulfill({ contentType: "text/html", body: "<title>Example</title>" }));
  const opened = ann.context.waitForEvent("page");
  await links.click();
  await expect(await opened).toHaveTitle("Example");
});
