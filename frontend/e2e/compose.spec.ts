// The containers of compose.yaml, as its reader uses them first.
import { randomBytes } from "node:crypto";
import { expect, test } from "@playwright/test";

test("a new user adds a task and asks for a password reset", async ({ page, request }, testInfo) => {
  const email = `ann.${randomBytes(4).toString("hex")}@example.com`;
  await page.goto("/sign-up");
  await page.getByLabel("Name").fill("Ann");
  await page.getByLabel("Email").fill(email);
  await page.getByLabel("Password").fill(randomBytes(12).toString("base64"));
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Tasks" })).toBeVisible();

  const newTask = page.getByLabel("New task", { exact: true }).and(page.locator("input"));
  await newTask.fill("Buy milk");
  await newTask.press("Enter");
  const tasks = page.getByRole("region", { name: "Tasks" });
  await expect(tasks.getByText("Buy milk")).toBeVisible();
  await page.reload();
  await expect(tasks.getByText("Buy milk")).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath("tasks.png") });

  const reset = await request.post("http://localhost:8000/api/auth/request-password-reset", {
    data: { email, redirectTo: "http://localhost:3000/reset" },
  });
  expect(reset.status()).toBe(200);
  await expect.poll(async () => (await request.get("http://localhost:1080/email")).text()).toContain(email);
  await page.goto("http://localhost:1080");
  await page.getByText(email).first().click();
  await expect(page.getByText("Tasks <no-reply@localhost>").first()).toBeVisible();
  await page.screenshot({ path: testInfo.outputPath("mail.png") });
});
