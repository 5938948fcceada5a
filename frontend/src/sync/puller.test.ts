import { expect, test } from "vitest";
import { Puller } from "./puller";
import { Replica, type Commit } from "./replica";
import { FakeNetwork, FakeService } from "./testing";

test("a task that is confirmed while everything is read again stays", async () => {
  const service = new FakeService();
  const replica = new Replica();
  replica.apply({ tasks: [service.create("1", { title: "Buy milk" })], token: service.listChanges(null).next });
  service.expireTokens();
  const { transport } = new FakeNetwork(service);
  const listChanges = async (since: string | null) => {
    const page = await transport.listChanges(since);
    if (service.tasks.length === 1) replica.apply({ tasks: [service.create("2", { title: "Buy bread" })] });
    return page;
  };
  const commits: Commit[] = [];
  const commit = async (received: Commit) => void commits.push(replica.apply(received));
  await new Puller(replica, { ...transport, listChanges }, commit).pull();
  expect(commits.map(({ tasks }) => tasks?.map(({ title }) => title))).toEqual([["Buy milk", "Buy bread"]]);
});
