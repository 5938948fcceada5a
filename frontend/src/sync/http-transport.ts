// The transport to the service.
import { batchTasks, deleteTask, getTask, listTaskChanges, replaceTask, restoreTask, updateTask } from "@/client";
import { client } from "@/client/client.gen";
import { asUser, streamAsUser } from "@/lib/api";
import { readEvents } from "./event-stream";
import type { Transport } from "./transport";

const pageSize = 1_000;
const security = [{ scheme: "bearer", type: "http" }] as const;

/** Browsers limit the bodies of all such requests to 64 KiB. */
const maxKeepaliveLength = 4_000;

export function createHttpTransport(userId: string): Transport {
  // keepalive: the request outlives the page
  const options = (body: unknown = null) => ({ keepalive: JSON.stringify(body).length <= maxKeepaliveLength, ...asUser(userId) });
  const ifMatch = (revision: number) => ({ "If-Match": `"${revision}"` });
  return {
    create: async (id, body) => (await replaceTask({ path: { id }, body, headers: { "If-None-Match": "*" }, ...options(body) })).data,
    read: async (id) => (await getTask({ path: { id }, ...asUser(userId) })).data,
    update: async (id, body, revision) => (await updateTask({ path: { id }, body, headers: ifMatch(revision), ...options(body) })).data,
    delete: async (id) => void (await deleteTask({ path: { id }, ...options() })),
    restore: async (id) => (await restoreTask({ path: { id }, ...options() })).data,
    purge: async (id) => void (await deleteTask({ path: { id }, query: { permanent: true }, ...options() })),

    async batch(operations) {
      const body = { operations: [...operations] };
      return (await batchTasks({ body, ...options(body) })).data.results;
    },

    listChanges: async (since) => (await listTaskChanges({ query: { limit: pageSize, since: since ?? undefined }, ...asUser(userId) })).data,

    async streamEvents(since, listener, signal) {
      await readEvents(async (abort) => {
        const request = { url: "/api/tasks/events", headers: { Accept: "text/event-stream", "Last-Event-ID": since }, parseAs: "stream", security } as const;
        const { data, response } = await client.get({ ...request, signal: abort, ...streamAsUser(userId) });
        if (!response?.headers.get("Content-Type")?.startsWith("text/event-stream")) throw new TypeError("the response is not an event stream");
        return data as ReadableStream<Uint8Array>;
      }, listener, signal);
    },
  };
}
