// Records the tasks of one user on a laptop and on a phone.
import type { Browser, BrowserContextOptions } from "@playwright/test";
import { AnimatedPicture } from "./support/animated-picture";
import { expect, test } from "./support/fixtures";
import { Recording } from "./support/recording";
import type { Stack } from "./support/stack";
import { TestUser } from "./support/test-user";

const [laptopSize, phoneSize] = [{ width: 768, height: 620 }, { width: 340, height: 632 }];
const [onLaptop, onPhone] = [0, 1];

test("animation", async ({ browser, stack }, { project }) => {
  const open = (options: BrowserContextOptions) => openDevice(browser, stack, { ...project.use, ...options });
  const laptop = await open({ viewport: laptopSize });
  const phone = await open({ viewport: phoneSize, isMobile: true, hasTouch: true });
  await laptop.signUp();
  await laptop.api.createTasks({ title: "Call the dentist", tags: ["health"] }, { title: "Water the plants", priority: "low" }, { title: "Send the invoice", priority: "high" });
  await phone.submitSignIn(laptop);
  for (const device of [laptop, phone]) await openAllTasks(device);

  const recording = await Recording.start([laptop.page, phone.page], "One list on two devices");
  await recording.pause(1_000);

  recording.caption("Add a task on the laptop: the phone has it at once");
  await recording.click(onLaptop, laptop.newTaskInput);
  await recording.type(onLaptop, "Buy milk");
  await recording.click(onLaptop, laptop.page.getByRole("button", { name: "Add", exact: true }));
  await phone.expectTask("Buy milk");
  await recording.pause(900);

  recording.caption("Complete it on the phone …");
  await recording.click(onPhone, phone.checkbox("Buy milk"));
  await expect(laptop.checkbox("Buy milk")).toHaveCount(0);
  await recording.pause(700);

  recording.caption("… and undo that");
  await recording.click(onPhone, phone.undoButton("Completed: Buy milk"));
  await laptop.expectTask("Buy milk");
  await recording.pause(800);

  recording.caption("Edit it on the laptop");
  await recording.click(onLaptop, laptop.page.getByRole("button", { name: "Buy milk, edit" }));
  const form = laptop.page.getByRole("form", { name: "Edit Buy milk" });
  await form.getByLabel("Title").press("End");
  await recording.type(onLaptop, " and bread");
  await form.getByLabel("Title").press("Enter");
  await phone.expectTask("Buy milk and bread");
  await clearFocus(laptop);
  await recording.pause(800);

  recording.caption("Offline, the phone keeps what you add …");
  await phone.context.setOffline(true);
  await phone.page.getByText("You're offline").waitFor();
  await recording.click(onPhone, phone.newTaskInput);
  await recording.type(onPhone, "Visit Grandma");
  await recording.click(onPhone, phone.page.getByRole("button", { name: "Add", exact: true }));
  await phone.page.getByLabel("Not saved at the server yet").waitFor();
  await recording.pause(1_000);

  recording.caption("… and sends it when it is online again");
  await phone.context.setOffline(false);
  await laptop.expectTask("Visit Grandma");
  await recording.pause(2_000);

  const frames = recording.frames();
  console.log(`${frames.length} frames, ${frames.reduce((sum, { durationMs }) => sum + durationMs, 0)} ms`);
  await new AnimatedPicture(laptopSize, phoneSize).encode(frames, "../docs/images/two-devices.webp");
  await Promise.all([laptop.context.close(), phone.context.close()]);
});

async function openDevice(browser: Browser, stack: Stack, options: BrowserContextOptions): Promise<TestUser> {
  return TestUser.create(await browser.newContext({ serviceWorkers: "block", ...options, baseURL: stack.url }), stack, "Ann");
}

/** Uses what the recording uses once, so that it is loaded. */
async function openAllTasks(device: TestUser): Promise<void> {
  await device.page.goto("/?view=all");
  await device.expectTask("Call the dentist");
  const form = await device.openEditor("Call the dentist");
  await form.getByRole("button", { name: "Cancel" }).click();
  await device.toggleTask("Call the dentist");
  const undoButton = device.undoButton("Completed: Call the dentist");
  await undoButton.click();
  await expect(undoButton).toHaveCount(0);
  await device.page.mouse.move(0, 0);
  await clearFocus(device);
}

async function clearFocus({ page }: TestUser): Promise<void> {
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
}
