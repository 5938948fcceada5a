// The language: from the browser, or set by the user.
import { expect, test } from "./support/fixtures";

test.describe("a browser in German", { tag: "@once" }, () => {
  test.use({ contextOptions: { locale: "de-AT" } });

  test("shows German pages, dates and errors", async ({ createUser }) => {
    const { page, name, email, password } = await createUser("Ann");
    await page.goto("/sign-up");
    await expect(page.locator("html")).toHaveAttribute("lang", "de-AT");
    await expect(page).toHaveTitle("Konto anlegen · Taskbridge");
    await page.getByLabel("Name").fill(name);
    await page.getByLabel("E-Mail").fill(email);
    await page.getByLabel("Passwort").fill("kurz");
    await page.getByRole("button", { name: "Konto anlegen" }).click();
    await expect(page.getByLabel("Passwort")).toHaveAccessibleDescription("muss mindestens 8 Zeichen haben");
    await page.getByLabel("Passwort").fill(password);
    await page.getByRole("button", { name: "Konto anlegen" }).click();
    await expect(page.getByRole("heading", { name: "Aufgaben" })).toBeVisible();
    await page.goto("/sessions");
    const today = new Intl.DateTimeFormat("de-AT", { dateStyle: "medium", timeZone: "Europe/Berlin" }).format(new Date());
    await expect(page.getByText(`Angemeldet am ${today}`)).toBeVisible();
  });
});

test("the language can be changed", { tag: "@once" }, async ({ ann }) => {
  await ann.page.getByRole("button", { name: /^Account/ }).click();
  await ann.page.getByRole("menuitemradio", { name: "Deutsch" }).click();
  await expect(ann.page.getByRole("heading", { name: "Aufgaben" })).toBeVisible();
  await ann.page.reload();
  await ann.page.getByRole("button", { name: /^Konto/ }).click();
  await ann.page.getByRole("menuitemradio", { name: "Sprache des Browsers" }).click();
  await expect(ann.page.getByRole("heading", { name: "Tasks" })).toBeVisible();
});
