// What only AUTH_MODE=backend has: a refresh token in a cookie, and the routes that keep it.
import { expect, test } from "./support/fixtures";
import { holdBack } from "./support/late";

test.describe("the cookie", { tag: "@backend" }, () => {
  test("a token that is answered late does not take the place of the next user’s", async ({ ann, someone }) => {
    const bob = await someone("Bob");
    await bob.signsUp();
    await ann.adds("Buy milk");
    const there = await ann.context.newPage();
    await there.goto("/");
    await there.getByText("Buy milk").waitFor();
    const { asked, release } = await holdBack(there, "**/api/account/token");
    await there.route("**/api/tasks?*", (route) => route.fulfill({ status: 401, json: { status: 401 } }), { times: 1 });
    await there.getByText("All", { exact: true }).click();
    await asked;

    const signedOut = ann.page.waitForResponse("**/api/account/sign-out");
    await ann.picks("Sign out");
    await signedOut;
    const signedIn = ann.page.waitForResponse("**/api/account/sign-in");
    await ann.triesToSignIn(bob);
    await signedIn;
    await release();
    await there.close();
    await ann.page.goto("/");
    await expect(ann.page.getByRole("button", { name: "Account: Bob" })).toBeVisible();
  });
});
