// tmp
import { test } from "./support/fixtures";

test("a user signs up, makes tasks, reloads, signs out and signs in", async ({ ann }) => {
  await ann.adds("Buy milk");
  await ann.page.reload();
  await ann.sees("Buy milk");
  await ann.page.screenshot({ path: "/tmp/fe1.png" });
  await ann.signsOut();
  await ann.signsIn();
  await ann.sees("Buy milk");
});
